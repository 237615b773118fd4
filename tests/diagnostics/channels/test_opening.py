"""Which channel an address means."""

import pytest

from kiosk.diagnostics.channels.opening import kind_of, open_channel
from kiosk.diagnostics.channels.pcsc import PcscChannel
from kiosk.diagnostics.channels.serial import SerialChannel
from kiosk.diagnostics.channels.tcp import TcpChannel
from kiosk.diagnostics.channels.usb import UsbChannel
from kiosk.errors import Usage
from kiosk.model.terminal import Port, Terminal


@pytest.mark.parametrize(
    ("address", "kind", "channel"),
    [
        ("/dev/ttyUSB0", "serial", SerialChannel),
        ("COM3", "serial", SerialChannel),
        ("tcp://localhost:20007", "tcp", TcpChannel),
        ("usb:1-4.2", "usb", UsbChannel),
        ("pcsc:Reader 00 00", "pcsc", PcscChannel),
    ],
)
def test_the_address_says_which(address, kind, channel):
    assert kind_of(address) == kind
    opened = open_channel(Terminal("1", Port(address), protocol="zvt"))
    assert isinstance(opened, channel)
    assert opened.kind == kind


def test_no_address_is_wrong_use():
    with pytest.raises(Usage):
        open_channel(Terminal("1", Port("")))
