"""Bytes written as text are decoded, masked within and written back at the same places: which writings there are, and
in which order; must not know what card data looks like."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kiosk.evidence.redaction.base64text import mask_tokens
from kiosk.evidence.redaction.dumps import mask_dumps
from kiosk.evidence.redaction.escapes import mask_escapes
from kiosk.evidence.redaction.hexadecimal import mask_hexadecimal
from kiosk.evidence.redaction.lists import mask_lists
from kiosk.evidence.redaction.octal import mask_octal
from kiosk.evidence.redaction.records import mask_records
from kiosk.evidence.redaction.runs import TURNS, runs_from
from kiosk.evidence.redaction.shapes import kinds
from kiosk.evidence.redaction.worth import Inner, is_worth

_PRINTED = bytes((*b"\t\n\r", *range(0x20, 0x7F), 0xA0))
_SHAPE = kinds({b"t": _PRINTED, b"z": b"\0"})
_WIDTHS = tuple(
    (zeros + (b"t" + zeros) * 11, re.compile(rb"(?:t" + zeros + rb")" + TURNS), len(zeros) + 1)
    for zeros in (b"z", b"zzz")
)


def mask_encoded(data: bytearray, inner: Inner, strict: Inner) -> None:
    """Mask in place whatever stands encoded in `data`; `strict` asks for a proof around packed numbers."""
    mask_octal(bytes(data), data, inner)
    mask_dumps(bytes(data), data, inner)
    mask_records(bytes(data), data, inner)
    mask_hexadecimal(bytes(data), data, inner)
    mask_tokens(bytes(data), data, inner)
    mask_lists(bytes(data), data, inner, strict)
    mask_escapes(bytes(data), data, inner)


def mask_wide(view: bytes, data: bytearray, inner: Inner) -> None:
    """UTF-16 and UTF-32, either byte order: all other bytes are zero."""
    if b"\0" not in view:
        return
    shape = view.translate(_SHAPE)
    for head, more, step in _WIDTHS:
        for zero, end in runs_from(head, more, shape):
            start = max(0, zero - 1)
            first = start if start < zero and view[start] else zero + step - 1
            places = range(first, min(end + 1, len(view)), step)
            old = view[first : places.stop : step]
            if is_worth(old):
                _put(data, places, old, inner(old))


def _put(data: bytearray, places: Sequence[int], old: bytes, new: bytes) -> None:
    for place, before, after in zip(places, old, new, strict=True):
        if before != after:
            data[place] = after
