"""Descriptors: classes of interfaces and the smart-card reader's own, out of any bytes."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.diagnostics.discovery.descriptors import classes, has_reader

DEVICE = bytes([18, 1, 0, 2, 0, 0, 0, 64, *bytes(10)])
CONFIGURATION = bytes([9, 2, 0, 0, 1, 1, 0, 0x80, 50])
HID = bytes([9, 0x21, 0x11, 1, 0, 1, 0x22, 65, 0])
CCID = bytes([54, 0x21, *bytes(52)])


def interface(cls: int) -> bytes:
    return bytes([9, 4, 0, 0, 2, cls, 0, 0, 0])


def test_interfaces_tell_their_classes_and_a_reader_describes_itself():
    keyboard = DEVICE + CONFIGURATION + interface(0x03) + HID
    assert classes(keyboard) == ("03",)
    assert not has_reader(keyboard)
    reader = keyboard + interface(0xFF) + CCID
    assert classes(reader) == ("03", "ff")
    assert has_reader(reader)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_error_and_to_their_end_at_most(data):
    assert len(classes(data)) <= len(data) // 9
    assert has_reader(data) <= (len(data) >= 54)


def test_a_descriptor_that_is_cut_is_none():
    assert not has_reader(CCID[:-1])
    assert classes(interface(0x0B)[:-1]) == ()
    assert classes(b"\0" * 64) == ()
