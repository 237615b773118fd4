"""Dumps with offsets and a column of characters (xxd, hexdump -C, Wireshark, tcpdump): read across their lines, masked
in both columns; must not know what card data looks like."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from kiosk.evidence.redaction.hexadecimal import hex_places, write_hex
from kiosk.evidence.redaction.worth import Inner, is_worth

_LINE = re.compile(
    rb"\n[ \t]*(?:0x)?[0-9A-Fa-f]{4,16}:?[ \t|]{1,4}"
    rb"((?:[0-9A-Fa-f]{2,8}[ \-]{1,2}|[0-9A-Fa-f]{2,8}(?=\s)|[0-9A-Fa-f]{2,32}(?=[\r\n]|\Z)){1,20})([^\r\n]*)"
)
_APART = (b" ", b"|", b"")
_SHOWN = bytes(b if 0x20 <= b < 0x7F else 0x2E for b in range(256))

Row = tuple[bytes, int, int]
"""The bytes of a line, where its digits begin, where its column of characters begins or -1."""


def mask_dumps(view: bytes, data: bytearray, inner: Inner) -> None:
    """Mask in place; a newline is put in front so that the first line of all is seen."""
    for block in _blocks(b"\n" + view):
        rows = [_row(line) for line in block]
        old = b"".join(row for row, _, _ in rows)
        if is_worth(old):
            new = inner(old)
            if new != old:
                _write(data, [line[1] for line in block], rows, old, new)


def _blocks(view: bytes) -> Iterator[list[re.Match[bytes]]]:
    block: list[re.Match[bytes]] = []
    for match in _LINE.finditer(view):
        if block and match.start() > block[-1].end() + 1:
            yield block
            block = []
        block.append(match)
    if block:
        yield block


def _row(line: re.Match[bytes]) -> Row:
    """Digits in the column of characters may look like more pairs: it shows what stands before it, so it is known."""
    bare = line[1].translate(None, b" -")
    row = binascii.unhexlify(bare[: len(bare) & ~1])
    shown = row.translate(_SHOWN)
    at = line.start(1) - 1
    whole = line[1] + line[2]
    for text in (whole, whole.rstrip()) if whole[-1:].isspace() else (whole,):
        end = len(text) - 1 if text.endswith(b"|") else len(text)
        size = _size(text, end, shown)
        if size:
            return row[:size], at, at + end - size
    return row, at, -1


def _size(text: bytes, end: int, shown: bytes) -> int:
    """How many characters the column that ends at `end` holds, or 0."""
    last = text[end - 1 : end]
    size = shown.rfind(last) + 1
    while size:
        column = end - size
        same = column >= 2 * size and text[column:end] == shown[:size] and text[column - 1 : column] in _APART
        if same and (size >= 8 or text[column - 2 : column - 1] in _APART):
            return size
        size = shown.rfind(last, 0, size - 1) + 1
    return 0


def _write(data: bytearray, texts: list[bytes], rows: list[Row], old: bytes, new: bytes) -> None:
    offset = 0
    for text, (row, at, column) in zip(texts, rows, strict=True):
        before, after = old[offset : offset + len(row)], new[offset : offset + len(row)]
        write_hex(data, hex_places(text, at)[: len(row)], before, after)
        for i, (was, now) in enumerate(zip(before, after, strict=True)):
            if was != now and column >= 0:
                data[column + i] = ord("x") if now == ord("x") else ord(".")
        offset += len(row)
