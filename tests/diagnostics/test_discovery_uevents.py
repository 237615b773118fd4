"""The kernel's own word: messages as it writes them, and a real one that the kernel is asked for."""

import select
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.diagnostics.discovery.uevents import Uevent, heard, listen, parse

TTY = "/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/tty/ttyACM0"
ADDED = (
    f"add@{TTY}\0ACTION=add\0DEVPATH={TTY}\0SUBSYSTEM=tty\0MAJOR=166\0MINOR=0\0DEVNAME=ttyACM0\0SEQNUM=2345\0".encode()
)
GONE = (
    b"remove@/devices/pci0000:00/0000:00:14.0/usb1/1-2\0ACTION=remove\0"
    b"DEVPATH=/devices/pci0000:00/0000:00:14.0/usb1/1-2\0SUBSYSTEM=usb\0MAJOR=189\0MINOR=7\0"
    b"DEVNAME=bus/usb/001/008\0DEVTYPE=usb_device\0PRODUCT=11ca/220/100\0TYPE=2/0/0\0BUSNUM=001\0DEVNUM=008\0SEQNUM=2346\0"
)
MEMORY = b"change@/devices/system/memory\0ACTION=change\0DEVPATH=/devices/system/memory\0SUBSYSTEM=memory\0SEQNUM=1\0"
UDEV = b"libudev\0\xfe\xed\xca\xfe\x28\0\0\0\x28\0\0\0\x10\0\0\0ACTION=add\0DEVPATH=/x\0SUBSYSTEM=tty\0"


def test_messages_of_the_kernel_are_read():
    assert parse(ADDED) == Uevent("add", "tty", TTY, "ttyACM0")
    gone = parse(GONE)
    assert gone is not None
    assert (gone.action, gone.subsystem, gone.name) == ("remove", "usb", "bus/usb/001/008")


@pytest.mark.parametrize("message", [b"", b"\0", UDEV, ADDED.replace(b"add@", b"remove@"), b"add@/x"])
def test_what_is_no_message_of_the_kernel_is_none(message):
    assert parse(message) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(message):
    assert parse(message) is None or message


class Socket:
    """Gives what it holds, then has nothing more to read, or an error of its own."""

    def __init__(self, *messages, end=BlockingIOError):
        self._left, self._end = list(messages), end

    def recv(self, size):
        if not self._left:
            raise self._end
        return self._left.pop(0)


def test_only_the_kernels_word_of_ports_and_usb_counts():
    assert heard(Socket(MEMORY, ADDED, MEMORY))
    assert not heard(Socket(MEMORY))
    assert not heard(Socket(UDEV))
    assert not heard(Socket())


def test_lost_messages_may_have_been_ours():
    assert heard(Socket(end=OSError))


def test_the_kernel_here_is_heard():
    uevent = Path("/sys/class/tty/tty1/uevent")
    opened = listen()
    if opened is None:
        pytest.skip("this system has no netlink")
    with opened:
        assert not heard(opened)
        try:
            uevent.write_text("change")
        except OSError:
            pytest.skip("only root may ask the kernel for an event")
        assert select.select([opened], [], [], 5)[0], "the kernel kept silent"
        assert heard(opened)
