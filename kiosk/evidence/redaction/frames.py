"""Card data at the places a protocol names, and the checksums around it; must not know a protocol by itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from kiosk.evidence.redaction.hits import BCD, BINARY, NAME, TEXT, Hit, apply
from kiosk.protocols.protocol import Protocol, protocols

Checksum = tuple[str, int, int]
"""The way it is computed, where what it covers begins, and where it stands."""

_DLE_FRAME = re.compile(rb"\x10\x02((?:[^\x10]|\x10\x10)*+)\x10\x03(?=..)", re.DOTALL)
_LRC_FRAME = re.compile(rb"\x02[^\x02\x03]{1,4096}\x03(?=.)", re.DOTALL)
_SIGNS = {"text": TEXT, "name": NAME, "bcd": BCD, "binary": BINARY}


def mask_frames(
    data: bytearray, protocol: str | None, framing: str | None, counts: Counter[str], inner: Callable[[bytes], bytes]
) -> None:
    """Mask in place the fields that a known protocol calls card data, and what stands inside stuffed frames."""
    known = protocols().get(protocol or "")
    if known is not None:
        _mask_known(data, known, framing or known.framings[0], counts)
    _mask_stuffed(data, inner)


def _mask_known(data: bytearray, known: Protocol, framing: str, counts: Counter[str]) -> None:
    view = bytes(data)
    for frame in known.decode(view, framing, None).frames:
        message = view[frame.offset : frame.offset + frame.length]
        for span in known.card_spans(message, framing):
            start = frame.offset + span.start
            apply(data, [Hit(start, start + span.length, _SIGNS.get(span.encoding, BINARY), span.rule)], counts)


def _mask_stuffed(data: bytearray, inner: Callable[[bytes], bytes]) -> None:
    """`10 10` stands for one byte 10: read without, written back with. Such a byte keeps its value and length."""
    view = bytes(data)
    for match in _DLE_FRAME.finditer(view):
        if b"\x10\x10" not in match[1]:
            continue
        places = _unstuffed_places(match[1], match.start(1))
        old = bytes(view[p] for p in places)
        for place, before, after in zip(places, old, inner(old), strict=True):
            if before != after and before != 0x10:
                data[place] = after


def _unstuffed_places(body: bytes, at: int) -> list[int]:
    places, i = [], 0
    while i < len(body):
        places.append(at + i)
        i += 2 if body[i] == 0x10 else 1
    return places


def right_checksums(data: bytes, protocol: str | None, framing: str | None) -> tuple[Checksum, ...]:
    """Checksums that are right before masking; wrong ones are evidence and stay wrong."""
    found: list[Checksum] = []
    for match in _DLE_FRAME.finditer(data):
        if data[match.end() : match.end() + 2] == _crc(data, match.start(), match.end()):
            found.append(("crc", match.start(), match.end()))
    for match in _LRC_FRAME.finditer(data):
        found += [(way, match.start(), match.end()) for way in _LRC if _is_right(data, way, match)][:1]
    return tuple(found)


def _is_right(data: bytes, way: str, match: re.Match[bytes]) -> bool:
    return data[match.end()] == _LRC[way](data, match.start(), match.end())


def write_checksums(data: bytes, checksums: tuple[Checksum, ...]) -> bytes:
    """The same checksums over the masked bytes."""
    new = bytearray(data)
    for way, start, end in checksums:
        if way == "crc":
            new[end : end + 2] = _crc(data, start, end)
        else:
            new[end] = _LRC[way](data, start, end)
    return bytes(new)


def _crc(data: bytes, start: int, end: int) -> bytes:
    """PA00P016 section 5: CRC-16, polynomial 8408 reflected, from 0, over the unstuffed APDU and ETX."""
    crc = 0
    body = data[start + 2 : end - 2].replace(b"\x10\x10", b"\x10") + b"\x03"
    for byte in body:
        crc = crc >> 8 ^ _CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc.to_bytes(2, "little")


def _crc_entry(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ 0x8408 if value & 1 else value >> 1
    return value


_CRC_TABLE = tuple(_crc_entry(i) for i in range(256))


def _xor(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte
    return value


# The ways in use between STX and ETX: with or without either of them, from 0 or 7F (ECR17).
_LRC: dict[str, Callable[[bytes, int, int], int]] = {
    "etx": lambda data, start, end: _xor(data[start + 1 : end]),
    "stx etx": lambda data, start, end: _xor(data[start:end]),
    "body": lambda data, start, end: _xor(data[start + 1 : end - 1]),
    "stx": lambda data, start, end: _xor(data[start : end - 1]),
    "7f etx": lambda data, start, end: 0x7F ^ _xor(data[start + 1 : end]),
    "7f stx etx": lambda data, start, end: 0x7F ^ _xor(data[start:end]),
    "7f body": lambda data, start, end: 0x7F ^ _xor(data[start + 1 : end - 1]),
    "7f stx": lambda data, start, end: 0x7F ^ _xor(data[start : end - 1]),
}
