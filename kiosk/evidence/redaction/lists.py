"""Bytes as decimal numbers: `[52, 49, ...]`, quoted, signed, by index, or bare; must not know what card data looks
like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosk.evidence.redaction.runs import TURNS, run_end
from kiosk.evidence.redaction.shapes import kinds, stretches
from kiosk.evidence.redaction.worth import Inner, is_worth

_ITEM = rb"(?:\"\d{1,5}\"\s{0,4}:\s{0,4})?[\"']?-?\d{1,3}[\"']?"
_NEXT = rb"(?:\s{0,64},\s{0,64}" + _ITEM + rb")"
_LIST = re.compile(rb"[\[{(]\s{0,64}" + _ITEM + _NEXT + rb"{5}")
_MORE_OF_LIST = re.compile(_NEXT + TURNS)
_SIGNS_OF_LIST = re.compile(rb"[\d\s,\-]*+")
_INDEX = re.compile(rb"\"\d{1,5}\"\s{0,4}:")
_NUMBER = re.compile(rb"-?\d+")
# Without brackets only what spells digits in ASCII, perhaps with blanks or dashes between.
_BARE = re.compile(
    rb"[345](?<![\d.][345])(?:(?<=4)[5-9]|(?<=5)[0-7]|(?<=3)2)(?:[,;|:] ?|[ \t])"
    rb"(?:(?:4[5-9]|5[0-7]|32)(?:[,;|:] ?|[ \t])){11,40}(?:4[89]|5[0-7])(?![\d.])"
)
_FIGURES_AND_MARKS = kinds({b"0": b"0123456789,;|: \t"})
_LEAST = b"0" * 38  # thirteen numbers of two figures, with something between


def mask_lists(view: bytes, data: bytearray, inner: Inner, strict: Inner) -> None:
    """Each number keeps its width. A list that is one packed number and nothing else is looked at by `inner`; in
    longer ones a packed number needs a proof, for any small numbers look like packed digits."""
    for start, end, values in _lists(view):
        if min(values) >= -128 and max(values) <= 255:
            single = min(values) >= 0 and max(values) <= 9
            old = bytes(v + 48 for v in values) if single else bytes(v & 255 for v in values)
            _mask(data, (start, end), old, inner if len(old) <= 10 and max(old) > 99 else strict, single)
    for start, end in stretches(view.translate(_FIGURES_AND_MARKS), _LEAST):
        for match in _BARE.finditer(view, start, min(end + 1, len(view))):
            old = bytes(int(view[a:b]) for a, b in _numbers(view, match.start(), match.end()))
            _mask(data, match.span(), old, strict, False)


def _lists(view: bytes) -> Iterator[tuple[int, int, list[int]]]:
    """Where each list begins and ends, and its numbers. Most are plain: those need no try item after item."""
    match = _LIST.search(view)
    while match is not None:
        start, end = match.start(), _SIGNS_OF_LIST.match(view, match.end() - 1).end()  # type: ignore[union-attr]
        try:
            values = list(map(int, view[start + 1 : end].split(b",")))
        except ValueError:
            values = [1000]
        if max(values) > 999 or min(values) < -999:
            end = run_end(_MORE_OF_LIST, view, match.end())
            values = _values(view, start, end)
        yield start, end, values
        match = _LIST.search(view, end)


def _values(view: bytes, start: int, end: int) -> list[int]:
    try:
        return list(map(int, view[start + 1 : end].split(b",")))
    except ValueError:
        return [int(view[a:b]) for a, b in _numbers(view, start, end)]


def _numbers(view: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """Where each number stands; an index in front of a value is none."""
    text = view[start:end]
    if b":" in text:
        text = _INDEX.sub(lambda found: b" " * len(found.group()), text)
    return [(start + m.start(), start + m.end()) for m in _NUMBER.finditer(text)]


def _mask(data: bytearray, place: tuple[int, int], old: bytes, inner: Inner, single: bool) -> None:
    if not is_worth(old):
        return
    new = inner(old)
    if new == old:
        return
    for (start, end), before, after in zip(_numbers(bytes(data), *place), old, new, strict=True):
        if before != after:
            data[start:end] = b"0" if single else _written(end - start, after)


def _written(width: int, byte: int) -> bytes:
    """A number of this width that holds no digit: X for text, an E for packed digits. One figure leaves only 0."""
    plain = next((n for n in (byte, byte - 256) if len(str(n)) == width), None)
    if plain is not None and byte not in b"0123456789":
        return b"%d" % plain
    if width == 1:
        return b"0"
    if byte < 0x7F:
        return {2: b"88", 3: b"120"}.get(width, b"-100")
    return {2: b"94", 3: b"238"}.get(width, b"-114")
