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

    def __init__(self, address, device):
        self.bEndpointAddress, self.device = address, device

    def write(self, data, timeout):
        return self.device.wrote(data)

    def read(self, size, timeout):
        return self.device.gives()


class Interface(list):
    bInterfaceClass, bInterfaceNumber = 7, 0  # noqa: N815


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


def test_a_device_without_a_printer_interface_is_not_touched(attach):
    reader = attach(Printer(cls=3))
    with pytest.raises(DeviceError, match="no printer interface"), UsbChannel("usb:1-4.2"):
        pass
    assert reader.calls == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.EACCES, NotPermitted),
        (errno.EBUSY, Busy),
        (errno.ENODEV, Gone),
        (errno.EIO, Gone),
        (errno.EPIPE, DeviceError),
    ],
)
def test_errors_of_libusb_become_ours(code, kind):
    assert type(device_error(failure(code), "usb:1-1")) is kind
