"""Dumps as `od` and `hexdump` write them without being asked otherwise: octal bytes, characters, words of two bytes in
octal or hexadecimal with the low byte first; must not know what card data looks like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kiosk.evidence.redaction.shapes import kinds
from kiosk.evidence.redaction.worth import Inner, is_worth

_SHAPE = kinds({b"0": b"0123456789abcdef"}, others=True)
_NAMES = {b"\\0": 0, b"\\a": 7, b"\\b": 8, b"\\t": 9, b"\\n": 10, b"\\v": 11, b"\\f": 12, b"\\r": 13}
_ROW = rb"\n[ \t]*[0-9a-f]{7,16}"


class Way(NamedTuple):
    """`needle` stands in every dump that holds a number, figures as noughts; the text of a `cell` is read to one or two
    bytes and back to as many characters."""

    needle: bytes
    row: re.Pattern[bytes]
    cell: re.Pattern[bytes]
    read: Callable[[bytes], bytes]
    write: Callable[[bytes], bytes]


def _characters(cell: bytes) -> bytes:
    bare = cell.lstrip() or b" "
    return bytes((_NAMES[bare] if bare in _NAMES else int(bare, 8) & 255 if len(bare) == 3 else bare[0],))


def _as_characters(new: bytes) -> bytes:
    return b"  " + new if 0x20 <= new[0] < 0x7F else b"%03o" % new[0]


def _octal(cell: bytes) -> bytes:
    return bytes((int(cell, 8) & 255,))


def _octal_word(cell: bytes) -> bytes:
    return (int(cell, 8) & 0xFFFF).to_bytes(2, "little")


def _hex_word(cell: bytes) -> bytes:
    return int(cell, 16).to_bytes(2, "little")


def _way(needle: bytes, cell: bytes, read: Callable[[bytes], bytes], write: Callable[[bytes], bytes]) -> Way:
    row = _ROW + rb" {1,3}((?:" + cell + rb")(?: {1,3}(?:" + cell + rb")){0,31})(?=[ \t]*\r?(?:\n|\Z))"
    return Way(needle, re.compile(row), re.compile(rb"(" + cell + rb")"), read, write)


_WAYS = (
    _way(b"000 " * 5, rb"[0-3][0-7]{2}", _octal, lambda new: b"%03o" % new[0]),
    _way(b"000000 " * 2, rb"[01][0-7]{5}", _octal_word, lambda new: b"%06o" % int.from_bytes(new, "little")),
    _way(b"0000 " * 2, rb"[0-9a-f]{4}", _hex_word, lambda new: b"%04x" % int.from_bytes(new, "little")),
)
_CHARACTERS = Way(
    b"\n0000000 ",
    re.compile(_ROW[:-6] + rb"{7} ((?:(?:  [\x20-\x7e]| \\[0abtnvfr]|[0-3][0-7]{2})(?: |(?=\r?(?:\n|\Z)))){1,16})"),
    re.compile(rb"(?s)(...)(?: |\Z)"),
    _characters,
    _as_characters,
)
_LIST = re.compile(rb"(?<![\d.])[0-3][0-7]{2}(?:[ ,][0-3][0-7]{2}){12,300}(?![\d.])")


def mask_octal(view: bytes, data: bytearray, inner: Inner) -> None:
    """Mask in place, across the rows of a dump; octal bytes in one line need no offset in front."""
    shape = b"\n" + view.translate(_SHAPE)
    for way in (*_WAYS, _CHARACTERS):
        if way.needle in shape:
            for block in _blocks(way.row, b"\n" + view):
                _mask(data, way, [cell for row in block for cell in _cells(way, row)], inner)
    if _WAYS[0].needle in shape:
        for match in _LIST.finditer(view):
            found = [
                (match.start() + 4 * i, match.group()[4 * i : 4 * i + 3]) for i in range(len(match.group()) // 4 + 1)
            ]
            _mask(data, _WAYS[0], found, inner)


def _cells(way: Way, row: re.Match[bytes]) -> Iterator[tuple[int, bytes]]:
    for match in way.cell.finditer(row[1]):
        yield row.start(1) - 1 + match.start(1), match[1]


def _blocks(row: re.Pattern[bytes], view: bytes) -> Iterator[list[re.Match[bytes]]]:
    block: list[re.Match[bytes]] = []
    for match in row.finditer(view):
        if block and match.start() > block[-1].end() + 2:
            yield block
            block = []
        block.append(match)
    if block:
        yield block


def _mask(data: bytearray, way: Way, cells: list[tuple[int, bytes]], inner: Inner) -> None:
    if way is _CHARACTERS and all(text.isdigit() for _, text in cells):
        return  # octal bytes
    parts = [way.read(text) for _, text in cells]
    old = b"".join(parts)
    if not is_worth(old):
        return
    new, at = inner(old), 0
    for (place, text), before in zip(cells, parts, strict=True):
        after = new[at : at + len(before)]
        at += len(before)
        if before != after:
            data[place : place + len(text)] = way.write(after)
