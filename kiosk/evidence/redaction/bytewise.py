"""Card numbers of binary data with one digit a byte: EBCDIC (F0 to F9) and the bare values 0 to 9; must not read
packed digits."""

from collections.abc import Iterator

from kiosk.evidence.redaction.hits import BARE, EBCDIC, Hit
from kiosk.evidence.redaction.numbers import is_full_card_number
from kiosk.evidence.redaction.shapes import kinds, stretches
from kiosk.evidence.redaction.text import text_hits

_FIGURES = b"0123456789"
_LEAST = b"d" * 13
# IBM code page 37: figures, blank, dash, and the "=" of a track 2.
_IBM, _ASCII = bytes((*range(0xF0, 0xFA), 0x40, 0x60, 0x7E)), _FIGURES + b" -="
_IBM_KIND, _FROM_IBM = kinds({b"d": _IBM}), bytes.maketrans(_IBM, _ASCII)
_VALUES = bytes(range(10))
_VALUE_KIND, _FROM_VALUES = kinds({b"d": _VALUES}), bytes.maketrans(_VALUES, _FIGURES)


def bytewise_hits(data: bytes) -> Iterator[Hit]:
    """Numbers in EBCDIC as in any text; bare values only where nothing but zeros stands beside the number."""
    for start, end in stretches(data.translate(_IBM_KIND), _LEAST):
        for hit in text_hits(data[start:end].translate(_FROM_IBM)):
            yield Hit(start + hit.start, start + hit.end, EBCDIC, hit.rule)
    for start, end in stretches(data.translate(_VALUE_KIND), _LEAST):
        if any(data[start:end]):
            yield from _bare(data[start:end].translate(_FROM_VALUES), start)


def _bare(digits: bytes, at: int) -> Iterator[Hit]:
    first = len(digits) - len(digits.lstrip(b"0"))
    inner = digits[first:].rstrip(b"0")
    if len(inner) > 19:
        return
    for size in range(max(13, len(inner)), 20):
        if is_full_card_number(digits[first : first + size]):
            yield Hit(at + first, at + first + size, BARE, "ascii")
            return
