"""Where card data was found, and how it is made unreadable in its own encoding; must not search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

TEXT, NAME, BCD, BINARY, EBCDIC, BARE = "text", "name", "bcd", "binary", "ebcdic", "bare"

_ALL = bytes(range(256))
_DIGITS = bytes.maketrans(b"0123456789", b"x" * 10)
_ALNUM = bytes(ord("x") if bytes([b]).isalnum() else b for b in _ALL)


def _nibbles(byte: int) -> int:
    high, low = byte >> 4, byte & 15
    return (0xE if high < 10 else high) << 4 | (0xE if low < 10 else low)


_PACKED = bytes(_nibbles(b) for b in _ALL)
_EBCDIC = bytes.maketrans(bytes(range(0xF0, 0xFA)), b"\xa7" * 10)  # its x
_BARE = bytes.maketrans(bytes(range(10)), b"\x0e" * 10)
_SIGNS = {TEXT: _DIGITS, NAME: _ALNUM, BCD: _PACKED, BINARY: b"\xee" * 256, EBCDIC: _EBCDIC, BARE: _BARE}


class Hit(NamedTuple):
    """Card data at `start` up to `end`; `sign` says how it is written, `rule` is counted."""

    start: int
    end: int
    sign: str
    rule: str


def apply(data: bytearray, hits: Iterable[Hit], counts: Counter[str]) -> None:
    """Mask in place: digits become `x` in text, E in packed digits; letters of a name become `x`."""
    for hit in hits:
        old = bytes(data[hit.start : hit.end])
        new = old.translate(_SIGNS[hit.sign])
        if new != old:
            data[hit.start : hit.end] = new
            counts[hit.rule] += 1
