"""Bytes written as text: hexadecimal, dumps, base64, number lists, UTF-16. Each is decoded, masked within and written
back at the same places; must not know what card data looks like."""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence

Inner = Callable[[bytes], bytes]
"""Masks decoded bytes; the answer has the same length."""

_HEX = re.compile(rb"[0-9A-Fa-f]{2}(?:[ \t]{0,2}[,:;.\-]?[ \t\r\n]{0,4}(?:0x|0X|\\x|%)?[0-9A-Fa-f]{2}){5,}+")
# Figures alone are a number to read as it stands, not packed digits, unless they stand in pairs or spell ASCII.
_DECIMAL = re.compile(rb"(?!\d\d\D)[\d \-.\r\n\t]+")
_ASCII_DIGITS = re.compile(rb"[0-9]{13}|(?:[0-9]{4}[ \-]?){3}")
_HEX_PAIRS_ONLY = re.compile(rb"0[xX]|\\x|%|[^0-9A-Fa-f]")
_DUMP_LINE = re.compile(
    rb"\n[ \t]*(?:0x)?[0-9A-Fa-f]{4,16}:?[ \t|]{1,4}"
    rb"((?:[0-9A-Fa-f]{2,8}[ \-]{1,2}|[0-9A-Fa-f]{2,8}(?=\s)){1,20}+)([^\r\n]*)"
)
_BASE64 = re.compile(rb"[^A-Za-z0-9+/_\-]([A-Za-z0-9+/_\-]{11,}+(?:\r?\n[A-Za-z0-9+/]{4,}+)*+={0,2})")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_LIST = re.compile(rb"[\[{(]\s{0,8}(-?\d{1,3}\s{0,8}(?:,\s{0,8}-?\d{1,3}\s{0,8}){5,}+)")
_NUMBER = re.compile(rb"-?\d+")
_WIDE = re.compile(rb"\x00(?:[\t\n\r\x20-\x7e]\x00){11,}+")
_PAIRS = b"".join(re.escape(bytes([h << 4 | low])) for h in range(10) for low in range(10))
# Decoded bytes without this hold no card number, packed or not: saves looking closer at most of them.
_WORTH = re.compile(
    b"[" + _PAIRS + b"]{6,}|\\d{4}[-._]\\d{4}|\xf0[\xf7-\xf9]|\xf1[\xf0-\xf9]|\x5f\x20|\x9f\x1f|\x99[\x04-\x10]"
)


def mask_encoded(data: bytearray, inner: Inner) -> None:
    """Mask in place whatever stands encoded in `data`."""
    view = bytes(data)
    for written in (_wide, _dumps, _hexadecimal, _base64, _lists):
        written(view, data, inner)
        view = bytes(data)


def _wide(view: bytes, data: bytearray, inner: Inner) -> None:
    """UTF-16, either byte order: every other byte is zero."""
    if b"\0" not in view:
        return
    for match in _WIDE.finditer(view):
        start = max(0, match.start() - 1)
        first = start if start < match.start() and view[start] else match.start() + 1
        places = range(first, min(match.end() + 1, len(view)), 2)
        _write(data, places, view[first : places.stop : 2], inner)


def _write(data: bytearray, places: Sequence[int], old: bytes, inner: Inner) -> None:
    new = inner(old) if _WORTH.search(old) else old
    for place, before, after in zip(places, old, new, strict=True):
        if before != after:
            data[place] = after


def _hexadecimal(view: bytes, data: bytearray, inner: Inner) -> None:
    """`5A08...`, `5A 08`, `5a:08`, `0x5A, 0x08`, `\\x5a\\x08`, over several lines too."""
    for match in _HEX.finditer(view):
        text = match.group()
        old = _unhex(text)
        if _WORTH.search(old) and (not _DECIMAL.fullmatch(text) or _ASCII_DIGITS.search(old)):
            new = inner(old)
            if new != old:
                _write_hex(data, _hex_places(text, match.start()), old, new)


def _unhex(text: bytes) -> bytes:
    bare = _HEX_PAIRS_ONLY.sub(b"", text) if not text.isalnum() or b"x" in text else text
    return binascii.unhexlify(bare[: len(bare) & ~1])


def _hex_places(text: bytes, at: int) -> list[int]:
    """Where each pair of hexadecimal digits stands."""
    places, i = [], 0
    while i + 1 < len(text):
        if text[i : i + 2] in (b"0x", b"0X", b"\\x"):
            i += 2
        elif chr(text[i]) in "0123456789abcdefABCDEF":
            places.append(at + i)
            i += 2
        else:
            i += 1
    return places


def _write_hex(data: bytearray, places: Sequence[int], old: bytes, new: bytes) -> None:
    for place, before, after in zip(places, old, new, strict=True):
        if before != after:
            upper = not bytes(data[place : place + 2]).islower()
            data[place : place + 2] = (f"{after:02X}" if upper else f"{after:02x}").encode()


def _dumps(view: bytes, data: bytearray, inner: Inner) -> None:
    """Dumps with offsets and a column of characters (xxd, hexdump -C, Wireshark): read across lines."""
    for lines in _dump_blocks(view):
        places = [p - 1 for m in lines for p in _hex_places(m[1], m.start(1))]
        old = b"".join(binascii.unhexlify(bytes(view[p : p + 2])) for p in places)
        if not _WORTH.search(old):
            continue
        new = inner(old)
        if new != old:
            _write_hex(data, places, old, new)
            _write_column(view, data, lines, old, new)


def _dump_blocks(view: bytes) -> Iterator[list[re.Match[bytes]]]:
    """Lines of one dump; a newline is put in front so that the first line of all is seen."""
    block: list[re.Match[bytes]] = []
    for match in _DUMP_LINE.finditer(b"\n" + view):
        if block and match.start() != block[-1].end() and match.string[block[-1].end() : match.start()].strip():
            yield block
            block = []
        block.append(match)
    if block:
        yield block


def _write_column(view: bytes, data: bytearray, lines: list[re.Match[bytes]], old: bytes, new: bytes) -> None:
    """The characters beside the digits, one a byte: found from the end of the line."""
    offset = 0
    for line in lines:
        count = len(_hex_places(line[1], 0))
        column = line.end() - 1 - count - (1 if line[2].rstrip().endswith(b"|") else 0)
        for i in range(count):
            if old[offset + i] != new[offset + i] and column >= line.start(2) - 1:
                data[column + i] = ord("x") if new[offset + i] == ord("x") else ord(".")
        offset += count


def _base64(view: bytes, data: bytearray, inner: Inner) -> None:
    """Also the form for addresses (`-_`) and lines of fixed length; read from the end where it is padded."""
    for match in _BASE64.finditer(b"\n" + view):
        text = match[1]
        if len(text) < 16 and text[-1:] != b"=":
            continue
        compact = text.replace(b"\r", b"").replace(b"\n", b"")
        skipped = len(compact) % 4 if compact.endswith(b"=") else 0
        body = compact[skipped:]
        old = _unbase64(body)
        if old and _WORTH.search(old):
            new = inner(old)
            if new != old:
                written = compact[:skipped] + _rebase64(body, new)
                _spread(data, match.start(1) - 1, text, written)


def _unbase64(text: bytes) -> bytes:
    body = text.rstrip(b"=").translate(_URL_SAFE)
    if len(body) % 4 == 1:
        body = body[:-1]
    return b64decode(body + b"=" * (-len(body) % 4))


def _rebase64(text: bytes, new: bytes) -> bytes:
    """As it was written before: same alphabet, same padding."""
    body = b64encode(new).rstrip(b"=")
    if b"-" in text or b"_" in text:
        body = body.replace(b"+", b"-").replace(b"/", b"_")
    return body + text[len(body) :]


def _spread(data: bytearray, at: int, text: bytes, written: bytes) -> None:
    """Put characters back around the line ends."""
    i = 0
    for place, byte in enumerate(text, at):
        if byte not in b"\r\n":
            data[place] = written[i]
            i += 1


def _lists(view: bytes, data: bytearray, inner: Inner) -> None:
    """`[52, 49, ...]`: bytes as decimal numbers, signed ones too, or single digits. Each keeps its width."""
    for match in _LIST.finditer(view):
        numbers = [(m.start() + match.start(1), m.group()) for m in _NUMBER.finditer(match[1])]
        values = [int(text) for _, text in numbers]
        if min(values) < -128 or max(values) > 255:
            continue
        single = all(0 <= v <= 9 for v in values)
        old = bytes(v + 48 for v in values) if single else bytes(v & 255 for v in values)
        if not _WORTH.search(old):
            continue
        for (place, text), before, after in zip(numbers, old, inner(old), strict=True):
            if before != after:
                data[place : place + len(text)] = b"0" if single else _number(len(text), after)


def _number(width: int, byte: int) -> bytes:
    """A number of this width that holds no digit: X for text, an E for packed digits. One figure leaves only 0."""
    if width == 1:
        return b"0"
    if byte == ord("x"):
        return {2: b"88", 3: b"120"}.get(width, b"-100")
    return {2: b"94", 3: b"238"}.get(width, b"-114")
