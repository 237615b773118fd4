"""Text with some bytes written as escapes: `%34`, `\\x34`, `=34`, `&#52;`, `\\u0034`, `\\064`; read through, masked
within, written back in the same way; must not know what card data looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosk.evidence.redaction.worth import Inner, is_worth

_ESCAPE = re.compile(
    rb"%[0-9A-Fa-f]{2}|\\x[0-9A-Fa-f]{2}|\\u00[0-9A-Fa-f]{2}|&#x[0-9A-Fa-f]{2};|&#\d{2,3};|&nbsp;"
    rb"|\\[0-3][0-7]{2}|\\[tnrabfv\\'\"]"
)
_QUOTED = re.compile(rb"=[0-9A-F]{2}|=\r?\n")  # RFC 2045 section 6.7
_QUOTE_BEHIND, _QUOTE_BEFORE = re.compile(rb"[\"'](?=[\s,;)\]}:]|\Z)"), re.compile(rb"(?:\A|[\s=(\[{,:])b?[\"']")
_NEAR = 40  # bytes of plain text between two escapes of one run, and around it
_LONGEST = 65_536
_SHORT = dict(zip(b"tnrabfv\\'\"", b"\t\n\r\a\b\f\v\\'\"", strict=True))
_PERCENT = ord("%")
_BAD = ord("~")  # stands for a byte that cannot be shown in one character; its half bytes are no digits
_SOFT_BREAK = re.compile(rb"=\r?\n")
# What must be there at all, bytes of plain text between two escapes of a run, how many make one.
_WAYS = (
    ((b"%", b"\\", b"&#", b"&nbsp;"), _ESCAPE, _NEAR, 1),
    ((b"=",), _QUOTED, 8, 3),
    ((b"=\n", b"=\r\n"), _SOFT_BREAK, _NEAR, 1),
)

Token = tuple[int, int, int]
"""Where it begins and ends, and the byte it stands for, or -1 for none."""


def mask_escapes(view: bytes, data: bytearray, inner: Inner) -> None:
    """Mask in place in every run of text that holds escapes."""
    for signs, pattern, near, least in _WAYS:
        if any(sign in view for sign in signs):
            for tokens in _runs(view, pattern, near):
                if len(tokens) < least or _mask_run(view, data, tokens, inner):
                    continue
                others = [token for token in tokens if view[token[0]] != _PERCENT]
                if 0 < len(others) < len(tokens):  # `\u0083%dc`: a percent sign among others
                    _mask_run(view, data, others, inner)


def _mask_run(view: bytes, data: bytearray, tokens: list[Token], inner: Inner) -> bool:
    """True if something was masked."""
    start, end = _extent(view, tokens)
    old = _read(view, tokens, start, end)
    if is_worth(old):
        new = inner(old)
        if new != old:
            _write(data, tokens, (start, end), old, new)
            return True
    return False


def _extent(view: bytes, tokens: list[Token]) -> tuple[int, int]:
    """Some plain text around the escapes belongs to them, but not beyond the quotes of a string."""
    first, last = tokens[0][0], tokens[-1][1]
    before, behind = view[max(0, first - _NEAR) : first], view[last : last + _NEAR]
    opened = [m.end() for m in _QUOTE_BEFORE.finditer(before)]
    closed = _QUOTE_BEHIND.search(behind)
    return first - len(before) + (opened[-1] if opened else 0), last + (closed.start() if closed else len(behind))


def _runs(view: bytes, pattern: re.Pattern[bytes], near: int) -> Iterator[list[Token]]:
    run: list[Token] = []
    for match in pattern.finditer(view):
        if run and (match.start() - run[-1][1] > near or match.end() - run[0][0] > _LONGEST):
            yield run
            run = []
        run.append((match.start(), match.end(), _byte(match.group())))
    if run:
        yield run


def _byte(text: bytes) -> int:
    if text[:1] == b"&":
        return 0x20 if text == b"&nbsp;" else int(text[3:-1], 16) & 255 if text[2:3] == b"x" else int(text[2:-1]) & 255
    if text[:1] == b"\\" and len(text) == 2:
        return _SHORT[text[1]]
    if text[:1] == b"\\" and text[1:2].isdigit():
        return int(text[1:], 8)
    return -1 if text[-1:] == b"\n" else int(text[-2:], 16)


def _read(view: bytes, tokens: list[Token], start: int, end: int) -> bytes:
    parts, at = [], start
    for first, last, byte in tokens:
        parts.append(view[at:first])
        if byte >= 0:
            parts.append(bytes((byte,)))
        at = last
    return b"".join((*parts, view[at:end]))


def _write(data: bytearray, tokens: list[Token], place: tuple[int, int], old: bytes, new: bytes) -> None:
    """Byte after byte: those that changed are written anew in their own manner and width."""
    at, i = place[0], 0
    for first, last, byte in (*tokens, (place[1], place[1], -1)):
        for plain in range(at, first):
            if old[i] != new[i]:
                data[plain] = new[i] if 0x20 < new[i] < 0x7F else _BAD
            i += 1
        if byte >= 0:
            if old[i] != new[i]:
                data[first:last] = _written(bytes(data[first:last]), new[i])
            i += 1
        at = last


def _written(text: bytes, byte: int) -> bytes:
    if text[:2] == b"&#" and text[2:3] != b"x":
        number = byte if len(text) == 6 else ord("X") if byte == ord("x") else _BAD - 32
        return b"&#%0*d;" % (len(text) - 3, number)
    if text[:1] == b"&":
        return b"&#x%02x;" % byte
    if len(text) == 2 or text == b"&nbsp;":
        return text
    if text[:1] == b"\\" and text[1:2].isdigit():
        return b"\\%03o" % byte
    digits = b"%02x" % byte if text[-2:].islower() else b"%02X" % byte
    return text[:-2] + digits
