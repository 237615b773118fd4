"""The USB channel: a made-up printer behind pyusb's faces, every error ours, and a machine without USB."""

import errno

import pytest
import usb.core

from kiosk.diagnostics.channels import usb as channel_usb
from kiosk.diagnostics.channels.usb import UsbChannel, all_devices, device_error, find_device, topology
from kiosk.errors import Busy, DeviceError, Gone, NotPermitted
from kiosk.protocols.conversation import Control, Line, NotReported


class Endpoint:
    wMaxPacketSize = 64  # noqa: N815 - as pyusb names it

    def __init__(self, address, device, attributes=2):
        self.bEndpointAddress, self.device, self.bmAttributes = address, device, attributes

    def write(self, data, timeout):
        return self.device.wrote(data)

    def read(self, size, timeout):
        assert size % self.wMaxPacketSize == 0, "a packet that is larger than its buffer is an overflow"
        assert self.bmAttributes == 2
        return self.device.gives()


class Interface(list):
    bInterfaceClass, bInterfaceNumber, bAlternateSetting = 7, 0, 0  # noqa: N815


class Printer(list):
    """A device with one configuration; `answers` are bytes or errors."""

    bus, port_numbers = 1, (4, 2)

    def __init__(self, *answers, cls=7):
        interface = Interface([Endpoint(0x01, self), Endpoint(0x82, self)])
        interface.bInterfaceClass = cls
        super().__init__([[interface]])
        self.answers, self.sent, self.calls = list(answers), b"", []

    def is_kernel_driver_active(self, number):
        return True

    def detach_kernel_driver(self, number):
        self.calls.append("detach")

    def attach_kernel_driver(self, number):
        self.calls.append("attach")

    def wrote(self, data):
        self.sent += data
        return len(data)

    def gives(self):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def ctrl_transfer(self, *wish):
        self.calls.append(wish[:4])
        return self.gives()


@pytest.fixture
def attach(monkeypatch):
    def put(device):
        monkeypatch.setattr(channel_usb, "all_devices", lambda: [device])
        for name in ("claim_interface", "release_interface"):
            monkeypatch.setattr(channel_usb.usb.util, name, lambda d, n, name=name: d.calls.append(name))
        monkeypatch.setattr(channel_usb.usb.util, "dispose_resources", lambda d: d.calls.append("dispose"))
        return device

    return put


def failure(code):
    return usb.core.USBError("failed", errno=code)


def test_a_machine_without_that_device_or_any_usb_says_gone():
    assert isinstance(all_devices(), list)
    with pytest.raises(Gone, match=r"9-9\.9"):
        find_device("9-9.9")
    with pytest.raises(Gone), UsbChannel("usb:9-9.9"):
        pass


def test_topology_is_written_as_linux_does():
    assert topology(Printer()) == "1-4.2"
    root = Printer()
    root.port_numbers = None
    assert topology(root) == "usb1"


def test_bytes_go_both_ways_and_the_driver_gets_its_printer_back(attach):
    printer = attach(Printer(b"\x12", failure(errno.ETIMEDOUT), b"\x18"))
    with UsbChannel("usb:1-4.2") as channel:
        assert channel.send(b"\x10\x04\x01", 0.05) == 3
        assert channel.receive(1, 0.05) == b"\x12"
        assert channel.receive(1, 0.05) == b""
        assert channel.control(Control(0xA1, 1, 0, 0, length=1), 0.05) == b"\x18"
        assert channel.lines() == NotReported("modem lines")
        assert channel.line(Line(9600, "8N1")) == NotReported("line speed")
    assert printer.sent == b"\x10\x04\x01"
    assert printer.calls == ["detach", "claim_interface", (0xA1, 1, 0, 0), "release_interface", "attach", "dispose"]


def test_a_device_pulled_in_the_middle_is_gone_and_a_full_line_takes_nothing(attach):
    printer = attach(Printer(failure(errno.ENODEV)))
    with UsbChannel("usb:1-4.2") as channel:
        with pytest.raises(Gone):
            channel.receive(1, 0.05)
        printer.wrote = lambda data: (_ for _ in ()).throw(failure(errno.ETIMEDOUT))
        assert channel.send(b"x", 0.05) == 0


def test_a_device_that_is_neither_printer_nor_reader_is_not_touched(attach):
    reader = attach(Printer(cls=3))
    with pytest.raises(DeviceError, match="neither printer nor card reader"), UsbChannel("usb:1-4.2"):
        pass
    assert reader.calls == []


def reader(*answers):
    """A keyboard with a card reader: the reader is its second interface, with an interrupt endpoint in front."""
    device = Printer(*answers, cls=3)
    own = Interface([Endpoint(0x83, device, 3), Endpoint(0x01, device), Endpoint(0x82, device)])
    own.bInterfaceClass, own.bInterfaceNumber = 0x0B, 1
    device[0].append(own)
    return device


def test_a_card_reader_is_talked_to_over_its_bulk_endpoints(attach):
    answer = bytes.fromhex("81000000000001010001")
    device = attach(reader(answer))
    with UsbChannel("usb:1-4.2", (0x0B,)) as channel:
        assert channel.send(bytes.fromhex("65000000000001000000"), 0.05) == 10
        assert channel.receive(100, 0.05) == answer
    with pytest.raises(DeviceError, match="neither"), UsbChannel("usb:1-4.2", (0x07,)):
        pass
    assert device.calls[0] == "detach"


def test_a_request_to_the_interface_goes_to_the_claimed_one(attach):
    printer = attach(Printer(b"\x00\x09MFG:X;", b"\x18", b"\x01"))
    printer[0][0].bInterfaceNumber, printer[0][0].bAlternateSetting = 2, 1
    with UsbChannel("usb:1-4.2") as channel:
        channel.control(Control(0xA1, 0, 0, 0, length=1023), 0.05)
        channel.control(Control(0xA1, 1, 0, 0, length=1), 0.05)
        channel.control(Control(0x80, 6, 0x0200, 0, length=1024), 0.05)
    asked = [call for call in printer.calls if isinstance(call, tuple)]
    assert asked == [(0xA1, 0, 0, 0x0201), (0xA1, 1, 0, 2), (0x80, 6, 0x0200, 0)]


@pytest.mark.parametrize("code", [errno.EPIPE, errno.ETIMEDOUT])
def test_a_request_that_a_device_refuses_or_leaves_open_is_not_reported(attach, code):
    attach(Printer(failure(code)))
    with UsbChannel("usb:1-4.2") as channel:
        assert isinstance(channel.control(Control(0xA1, 0, 0, 0, length=9), 0.05), NotReported)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.EACCES, NotPermitted),
        (errno.EBUSY, Busy),
        (errno.ENODEV, Gone),
        (errno.EIO, Gone),
        (errno.EOVERFLOW, DeviceError),
    ],
)
def test_errors_of_libusb_become_ours(code, kind):
    assert type(device_error(failure(code), "usb:1-1")) is kind
