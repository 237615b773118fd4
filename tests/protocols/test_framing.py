"""Check sums against published values, and the walker of data objects against hostile ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import Garbled
from kiosk.protocols import framing


def test_published_check_sums() -> None:
    assert framing.crc16_8408(b"123456789") == 0x2189  # CRC-16/KERMIT, reveng catalogue
    assert framing.crc16_1021(b"123456789") == 0x31C3  # CRC-16/XMODEM, reveng catalogue
    assert framing.crc16_1021(b"123456789", 0xFFFF) == 0x29B1  # CRC-16/IBM-3740, called CCITT-FALSE
    assert framing.lrc(b"0100\x03") == 0x02  # the poll of Transbank
    assert framing.lrc(b"", 0x7F) == 0x7F


def test_objects_in_containers_know_their_path() -> None:
    data = bytes.fromhex("E4091F4003414243 070158 5A0112".replace(" ", ""))
    found = list(framing.walk_tlv(data))
    assert [(t.tag, t.path, t.value(data).hex()) for t in found] == [
        ("E4", (), "1f4003414243070158"),
        ("1F40", ("E4",), "414243"),
        ("07", ("E4",), "58"),
        ("5A", (), "12"),
    ]


@pytest.mark.parametrize("text", ["1F", "1F40", "5A05AA", "5A83000001AA", "5A81", "1F8080808001AA", "5A80"])
def test_cut_off_objects_are_named(text: str) -> None:
    with pytest.raises(Garbled):
        list(framing.walk_tlv(bytes.fromhex(text)))


def test_depth_is_bounded() -> None:
    data = b""
    for _ in range(20):
        data = b"\x30" + bytes([len(data)]) + data
    with pytest.raises(Garbled):
        list(framing.walk_tlv(data + b"\x30\x00"))


def test_number_is_bounded() -> None:
    with pytest.raises(Garbled):
        list(framing.walk_tlv(b"\x07\x00" * (framing.MAX_ELEMENTS + 1)))


@given(data=st.binary(max_size=300))
def test_any_bytes_are_walked_inside_their_bounds(data: bytes) -> None:
    try:
        for element in framing.walk_tlv(data):
            assert element.start + element.length <= len(data)
    except Garbled:
        return


def test_numbers_and_texts() -> None:
    assert framing.bcd(bytes.fromhex("12345F")) == "12345"
    assert framing.printable(b" A\x00\x84 ") == "A ä"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1002 41 1003 aabb", [(0, 5)]),
        ("1002 41 1010 1003 aabb", [(0, 7)]),
        ("1002 1010 03 1003 aabb", [(0, 7)]),
        ("1002 41 1003 aa", []),  # the check sum is not whole
        ("1002 41 1005 1003 aabb", []),  # no byte may follow a lone DLE
        ("1002 41 1002 42 1003 aabb", [(3, 8)]),
        ("10 1002 41 1003 aabb", [(1, 6)]),
        ("1003 aabb 1002 1003 aabb 06 1002 42 1003 ccdd", [(4, 8), (11, 16)]),
        ("1002 41 10", []),
        ("", []),
    ],
)
def test_stuffed_frames_are_found(text: str, found: list[tuple[int, int]]) -> None:
    assert list(framing.dle_frames(bytes.fromhex(text))) == found


@given(st.binary(max_size=40).map(lambda b: b.replace(b"A", b"\x10")), st.binary(max_size=3))
def test_whatever_is_stuffed_is_one_frame(message: bytes, front: bytes) -> None:
    frame = b"\x10\x02" + message.replace(b"\x10", b"\x10\x10") + b"\x10\x03ab"
    start = len(front.rstrip(b"\x10"))
    whole = front.rstrip(b"\x10") + frame
    assert (start, len(whole) - 2) in list(framing.dle_frames(whole))
