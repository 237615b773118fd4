"""Intel HEX and Motorola S-records: data read across the lines, checksums made anew; must not know what card data
looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kiosk.evidence.redaction.shapes import kinds
from kiosk.evidence.redaction.worth import Inner, is_worth

_HEX_DIGITS = kinds({b"0": b"0123456789ABCDEFabcdef"}, others=True)
_SHAPES = (b":" + b"0" * 12, b"S" + b"0" * 11)
# Intel: length, address, type 00; Motorola: type 1 to 3 tells how long the address is, the length counts all behind it.
_RECORD = re.compile(rb"(?::(?=[0-9A-Fa-f]{6}00)|S([123]))((?:[0-9A-Fa-f]{2}){6,260})(?![0-9A-Fa-f])")
_APART = 64  # bytes between two records of one image: a line end, the time in a log


class Record(NamedTuple):
    """All its bytes, where its digits stand, where its data begins in them, whether it is Motorola's."""

    whole: bytes
    at: int
    first: int
    motorola: bool


def mask_records(view: bytes, data: bytearray, inner: Inner) -> None:
    """Mask in place in every image."""
    shape = view.translate(_HEX_DIGITS)
    if not any(needle in shape for needle in _SHAPES):
        return
    for image in _images(view):
        old = b"".join(record.whole[record.first : -1] for record in image)
        if is_worth(old):
            new = inner(old)
            if new != old:
                _write(data, image, new)


def _images(view: bytes) -> Iterator[list[Record]]:
    image: list[Record] = []
    for match in _RECORD.finditer(view):
        record = _record(match)
        if record is None:
            continue
        if image and match.start() - image[-1].at - 2 * len(image[-1].whole) > _APART:
            yield image
            image = []
        image.append(record)
    if image:
        yield image


def _record(match: re.Match[bytes]) -> Record | None:
    whole = bytes.fromhex(match[2].decode())
    first = 2 + int(match[1]) if match[1] else 4
    told = whole[0] + 1 if match[1] else whole[0] + 5
    return Record(whole, match.start(2), first, bool(match[1])) if told == len(whole) > first else None


def _checksum(body: bytes, motorola: bool) -> int:
    return (~sum(body) if motorola else -sum(body)) & 255


def _write(data: bytearray, image: list[Record], new: bytes) -> None:
    at = 0
    for record in image:
        whole, size = record.whole, len(record.whole) - record.first - 1
        body = whole[: record.first] + new[at : at + size]
        at += size
        if body != whole[:-1]:
            right = whole[-1] == _checksum(whole[:-1], record.motorola)
            last = _checksum(body, record.motorola) if right else whole[-1]
            text = (body + bytes((last,))).hex().encode()
            place = slice(record.at, record.at + len(text))
            data[place] = text if data[place].islower() else text.upper()
