"""Addresses: their first word tells the channel, all else is a serial port."""

import pytest

from kiosk.diagnostics.channels.address import kind_of


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("tcp://10.0.0.9:20007", "tcp"),
        ("usb:1-4.2", "usb"),
        ("pcsc:Reader 00 00", "pcsc"),
        ("/dev/ttyACM0", "serial"),
        ("COM3", "serial"),
        ("", "serial"),
    ],
)
def test_the_first_word_tells_the_channel(address, kind):
    assert kind_of(address) == kind
