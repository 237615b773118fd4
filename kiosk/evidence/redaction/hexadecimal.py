"""Bytes as hexadecimal text: `5A 08`, `5a:08`, `0x5A, 0x08`, `[5A][08]`, `5Ah`, `5a08 4111`, over lines of a log too;
must not know what card data looks like."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Sequence

from kiosk.evidence.redaction.worth import Inner, is_worth

# Pairs or more with something between them; what it only looks like is told apart by decoding.
_BETWEEN = rb" \t:,;.\-\\%\[\]<>{}()'\"|=_/$&#"
_APART = re.compile(
    rb"[^0-9A-Za-wyz]([0-9A-Fa-f]{2,32}+[hH]?[" + _BETWEEN + rb"][0-9A-Fa-fxXhH" + _BETWEEN + rb"]{2,}+"
    rb"(?<=[0-9A-Fa-fxXhH" + _BETWEEN + rb"]{17}))"
)
_LETTERLESS = b"0123456789" + _BETWEEN.replace(b"\\", b"")
_BELOW = re.compile(rb"(?:0[xX])?[0-9A-Fa-f]{2}(?:[ :,\-]{0,2}(?:0[xX])?[0-9A-Fa-f]{2}){0,64}(?![0-9A-Fa-f])")
_LINE_EACH = re.compile(
    rb"[0-9A-Fa-f](?<![0-9A-Za-wyz].)[0-9A-Fa-f]\r?\n[ \t]{0,8}"
    rb"(?:(?:0x)?[0-9A-Fa-f]{2}\r?\n[ \t]{0,8}){5,40}(?:(?:0x)?[0-9A-Fa-f]{2})?"
)
_SHORT_LINES = re.compile(
    rb"\n[ \t]{0,8}(?:0x)?[0-9A-Fa-f]{2}\r?\n[ \t]{0,8}(?:0x)?[0-9A-Fa-f]{2}\r?\n[ \t]{0,8}(?:0x)?[0-9A-Fa-f]{2}\r?\n"
)
_BLANK = bytes.maketrans(_BETWEEN.replace(b"\\", b"") + b"\\xXhH\r\n", b" " * (len(_BETWEEN.replace(b"\\", b"")) + 7))
_GROUP = re.compile(rb"[0-9A-Fa-f]+")
# Figures alone are a number to read as it stands, not packed digits, unless they stand in pairs or spell ASCII.
_DECIMAL = re.compile(rb"(?!\d\d\D)[\d \-.\r\n\t:/,;|]+")
_ASCII_DIGITS = re.compile(rb"[0-9]{13}|(?:[0-9][ \-]?){13}")
_NO_HEX = bytes(set(range(256)) - set(b"0123456789abcdefABCDEF"))
_FRACTION = re.compile(rb"\d\.(\d{12,})(?![0-9A-Fa-f])")
_CLOCK = re.compile(rb"[\d :.\-/,TZ]*\d:\d\d[:.]\d\d[ .,\-][\d :.\-/,TZ]*")
_TIME_OF_DAY = re.compile(rb"(?<![0-9A-Fa-f:])[0-2]\d:[0-5]\d:[0-5]\d(?![0-9A-Fa-f:])")
_LINE_END = re.compile(rb"[ \t,;]*\r?\n")
_ALNUM = frozenset(b for b in range(256) if bytes((b,)).isalnum())
_LEAST = 6  # bytes

Piece = tuple[int, int]


def mask_hexadecimal(view: bytes, data: bytearray, inner: Inner) -> None:
    """Mask every run of hexadecimal pairs, then runs that go on below each other as one."""
    block: list[Piece] = []
    for start, end in _pieces(view):
        if end - start >= 2 * _LEAST:
            mask_hex(data, view[start:end], start, inner)
        if block and _goes_on(view, block[-1], start):
            block.append((start, end))
            continue
        _mask_block(view, data, block, inner)
        block = [(start, end)] if _LINE_END.match(view, end) else []
    _mask_block(view, data, block, inner)
    for match in _LINE_EACH.finditer(view) if _SHORT_LINES.search(view) else ():
        mask_hex(data, match.group(), match.start(), inner)


def _goes_on(view: bytes, last: Piece, start: int) -> bool:
    """This piece begins in the next line, right below the last one, which ended its own line."""
    end = _LINE_END.match(view, last[1])
    if end is None or view.find(b"\n", end.end(), start) >= 0:
        return False
    return start - end.end() == last[0] - view.rfind(b"\n", 0, last[0]) - 1


def _pieces(view: bytes) -> Iterator[Piece]:
    """Places of even groups of hexadecimal digits that stand in a row."""
    padded = b"\n" + view + b"\n"
    for match in _APART.finditer(padded):
        text, at, end = match[1], match.start(1) - 1, match.end()
        if padded[end] in _ALNUM:
            text = text[: len(text.rstrip(b"0123456789abcdefABCDEFxXhH"))]
        if not text.translate(None, _LETTERLESS) and _is_decimal(text):
            continue
        if b"." in view[at - 1 : at + len(text)]:
            for number in _FRACTION.finditer(view, max(0, at - 2), at + len(text)):
                first, last = max(0, number.start(1) - at), number.end() - at
                text = text[:first] + b"g" * (last - first) + text[last:]
        if b":" in text:
            text = _TIME_OF_DAY.sub(_no_digits, text)
        bare = text.replace(b"0x", b"  ").translate(_BLANK)
        try:
            if bytes.fromhex(bare.decode()):
                yield at + len(bare) - len(bare.lstrip()), at + len(bare.rstrip())
        except ValueError:
            yield from _even_groups(bare, at)


def _no_digits(match: re.Match[bytes]) -> bytes:
    return b"g" * len(match.group())


def _is_decimal(text: bytes) -> bool:
    """Numbers, lists of numbers (`lists.py` reads those), dates and times."""
    spells = _spells_figures(text)
    if not spells and (b"," in text or b'":' in text):
        return True
    if not (spells and text[:1] in b"345") and _DECIMAL.fullmatch(text):
        return True
    return bool(_CLOCK.fullmatch(text)) or (not spells and _is_table(text))


def _is_table(text: bytes) -> bool:
    """Decimal pairs are packed digits only if they are as many as a card number has, or spell ASCII."""
    digits = text.translate(None, _NO_HEX)
    return digits.isdigit() and not 13 <= len(digits) <= 20 and not _spells_figures(text)


def _spells_figures(text: bytes) -> bool:
    """As many as a card number has; each begins with a 3."""
    return text.count(b"3") >= 13 and bool(_ASCII_DIGITS.search(_unhex(text)))


def _even_groups(bare: bytes, at: int) -> Iterator[Piece]:
    start = end = -1
    for group in _GROUP.finditer(bare):
        even = (group.end() - group.start()) % 2 == 0
        if even and (start < 0 or group.start() - end <= 8):
            start, end = (group.start() if start < 0 else start), group.end()
            continue
        if start >= 0:
            yield at + start, at + end
        start, end = (group.start(), group.end()) if even else (-1, -1)
    if start >= 0:
        yield at + start, at + end


def _mask_block(view: bytes, data: bytearray, block: list[Piece], inner: Inner) -> None:
    """Runs below each other, and a last short one that is too little to be seen by itself."""
    if block and (last := _below(view, block[-1])):
        block.append(last)
    if len(block) < 2:
        return
    texts = [bytes(data[start:end]) for start, end in block]
    old = b"".join(_unhex(text) for text in texts)
    if is_worth(old) and not _is_table(b"".join(texts)):
        new = inner(old)
        if new != old:
            places = [p for (start, _), text in zip(block, texts, strict=True) for p in hex_places(text, start)]
            write_hex(data, places, old, new)


def _below(view: bytes, last: Piece) -> Piece | None:
    end = _LINE_END.match(view, last[1])
    if end is None:
        return None
    column = last[0] - view.rfind(b"\n", 0, last[0]) - 1
    found = _BELOW.match(view, end.end() + column)
    return found.span() if found and view.find(b"\n", end.end(), found.start()) < 0 else None


def mask_hex(data: bytearray, text: bytes, at: int, inner: Inner) -> bool:
    """Mask the bytes that `text`, standing at `at`, spells; True if one changed."""
    old = _unhex(text)
    if is_worth(old) and (not _DECIMAL.fullmatch(text) or _ASCII_DIGITS.search(old)):
        new = inner(old)
        if new != old:
            write_hex(data, hex_places(text, at), old, new)
            return True
    return False


def mask_plain_hex(data: bytearray, text: bytes, at: int, inner: Inner) -> bool:
    """As `mask_hex`, where nothing stands between the digits."""
    if text.isdigit() and not _spells_figures(text):
        return False
    old = binascii.unhexlify(text[: len(text) & ~1])
    new = inner(old) if is_worth(old) else old
    if new == old:
        return False
    write_hex(data, range(at, at + len(text) - 1, 2), old, new)
    return True


def _unhex(text: bytes) -> bytes:
    bare = text.replace(b"0x", b"").replace(b"0X", b"").translate(None, _NO_HEX)
    return binascii.unhexlify(bare[: len(bare) & ~1])


def hex_places(text: bytes, at: int) -> list[int]:
    """Where each pair of hexadecimal digits stands."""
    places, i = [], 0
    while i + 1 < len(text):
        if text[i : i + 2] in (b"0x", b"0X"):
            i += 2
        elif chr(text[i]) in "0123456789abcdefABCDEF":
            places.append(at + i)
            i += 2
        else:
            i += 1
    return places


def write_hex(data: bytearray, places: Sequence[int], old: bytes, new: bytes) -> None:
    """Changed bytes at their places, in the case of the digits around them."""
    lower = b"".join(bytes(data[place : place + 2]) for place in places).islower()
    for place, before, after in zip(places, old, new, strict=False):
        if before != after:
            data[place : place + 2] = (f"{after:02x}" if lower else f"{after:02X}").encode()
