"""Pieces that several protocols share: check sums, a BER-TLV walker, memory bounds; must know no single protocol."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kiosk.errors import Garbled

Order = Literal["little", "big"]
MAX_DEPTH = 8
MAX_ELEMENTS = 2000


def _table(polynomial: int) -> tuple[int, ...]:
    values = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ polynomial if value & 1 else value >> 1  # noqa: PLW2901
        values.append(value)
    return tuple(values)


_REFLECTED_8408 = _table(0x8408)


def crc16_8408(data: bytes) -> int:
    """CRC-16 with the reflected polynomial 0x8408, start 0 (PA00P016 section 2.2; known as CRC-16/KERMIT)."""
    crc = 0
    for byte in data:
        crc = crc >> 8 ^ _REFLECTED_8408[(crc ^ byte) & 0xFF]
    return crc


def _straight(polynomial: int) -> tuple[int, ...]:
    values = []
    for byte in range(256):
        value = byte << 8
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & 0x8000 else value << 1) & 0xFFFF
        values.append(value)
    return tuple(values)


_STRAIGHT_1021 = _straight(0x1021)


def crc16_1021(data: bytes, start: int = 0) -> int:
    """CRC-16 with the polynomial 0x1021, high bit first: from 0 CRC-16/XMODEM, from 0xFFFF CRC-16/CCITT-FALSE."""
    crc = start
    for byte in data:
        crc = (crc << 8 & 0xFFFF) ^ _STRAIGHT_1021[crc >> 8 ^ byte]
    return crc


def lrc(data: bytes, start: int = 0) -> int:
    """Longitudinal check: the exclusive or of all bytes."""
    for byte in data:
        start ^= byte
    return start


_DLE_STX = b"\x10\x02"
_DLE = re.compile(rb"\x10[\x02\x03\x10]?")


def dle_frames(data: bytes) -> Iterator[tuple[int, int]]:
    """Where `DLE STX .. DLE ETX` stands with two bytes of CRC behind: from its DLE to behind its ETX.

    Within, `DLE DLE` stands for one byte (PA00P016 section 2.2); any other byte after a DLE breaks the frame.
    """
    start = at = data.find(_DLE_STX)
    while at >= 0 and (match := _DLE.search(data, at)):
        at = match.end()
        pair = match.group()
        if pair == _DLE_STX:
            start = match.start()
        elif pair != b"\x10\x10":
            if pair == b"\x10\x03" and at + 2 <= len(data):
                yield start, at
            at = data.find(_DLE_STX, at)


@dataclass(frozen=True, slots=True)
class Tlv:
    """One data object; `offset` and `start` count from the beginning of what was walked.

    `tag` is upper-case hex; `start` and `length` say where its value lies; `depth` is 0 at the top; `path` names the
    containers around it, outermost first.
    """

    tag: str
    offset: int
    start: int
    length: int
    depth: int = 0
    path: tuple[str, ...] = ()

    @property
    def constructed(self) -> bool:
        """Bit 6 of the first tag byte (ISO/IEC 8825-1 section 8.1.2.5)."""
        return bool(int(self.tag[:2], 16) & 0x20)

    def value(self, data: bytes) -> bytes:
        return data[self.start : self.start + self.length]


def read_tag(data: bytes, at: int, end: int) -> tuple[str, int]:
    """The tag at `at` and the offset behind it; at most four bytes. Raises `Garbled`."""
    start = at
    if at >= end:
        raise Garbled("A data object ends in the middle of its tag.")
    more = data[at] & 0x1F == 0x1F
    at += 1
    while more:
        if at >= end or at - start >= 4:
            raise Garbled("A data object ends in the middle of its tag.")
        more = bool(data[at] & 0x80)
        at += 1
    return data[start:at].hex().upper(), at


def read_length(data: bytes, at: int, end: int) -> tuple[int, int]:
    """The BER length at `at` (one byte, 81 xx or 82 hi lo) and the offset behind it. Raises `Garbled`."""
    if at >= end:
        raise Garbled("A data object ends before its length.")
    first = data[at]
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    if count not in (1, 2) or at + 1 + count > end:
        raise Garbled("A data object has a length that cannot be.")
    return int.from_bytes(data[at + 1 : at + 1 + count], "big"), at + 1 + count


def walk_tlv(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Tlv]:
    """Every data object between `start` and `end`, containers before their content.

    A container whose content is no list of objects is handed out closed (some makers use its tag for a plain value).
    Raises `Garbled` where a length runs over its container, at depth `MAX_DEPTH` and after `MAX_ELEMENTS`.
    """
    stop = len(data) if end is None else end
    seen = 0
    ends: list[tuple[int, str]] = []
    at = start
    while at < stop:
        while ends and at >= ends[-1][0]:
            ends.pop()
        inner = ends[-1][0] if ends else stop
        element, behind = _element(data, at, inner, tuple(tag for _, tag in ends))
        seen += 1
        if seen > MAX_ELEMENTS or len(ends) >= MAX_DEPTH:
            raise Garbled("Data objects are nested too deep or are too many.")
        yield element
        if element.constructed and element.length and _is_list(data, element):
            ends.append((behind, element.tag))
            at = element.start
        else:
            at = behind


def _is_list(data: bytes, container: Tlv) -> bool:
    at, end = container.start, container.start + container.length
    try:
        while at < end:
            _, at = _element(data, at, end, ())
    except Garbled:
        return False
    return True


def _element(data: bytes, at: int, end: int, path: tuple[str, ...]) -> tuple[Tlv, int]:
    tag, behind_tag = read_tag(data, at, end)
    length, begin = read_length(data, behind_tag, end)
    if begin + length > end:
        raise Garbled("A data object is longer than what holds it.")
    return Tlv(tag, at, begin, length, len(path), path), begin + length


def bcd(value: bytes) -> str:
    """Packed decimals as text, padding F taken off at the end; other nibbles stay as letters."""
    return value.hex().upper().rstrip("F")


def printable(value: bytes, encoding: str = "cp437") -> str:
    """Text of a device for a person: control characters become spaces, ends are trimmed."""
    return "".join(c if c.isprintable() else " " for c in value.decode(encoding, "replace")).strip()
