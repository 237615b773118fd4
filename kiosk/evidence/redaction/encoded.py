"""Bytes written as text: hexadecimal, dumps, base64, number lists, UTF-16. Each is decoded, masked within and written
back at the same places; must not know what card data looks like."""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence

from kiosk.evidence.redaction.runs import TURNS, runs

Inner = Callable[[bytes], bytes]
"""Masks decoded bytes; the answer has the same length."""

# Whatever may be base64 or unbroken hexadecimal; at most one try a word, so that text costs little.
_TOKEN = re.compile(rb"[^A-Za-z0-9+/_\-]([A-Za-z0-9+/_\-]{11,}+(?:\r?\n[A-Za-z0-9+/]{8,}+)*={0,2})")
_HEX_TOKEN = re.compile(rb"[0-9A-Fa-f]{14,}+(?:\r?\n[0-9A-Fa-f]{8,}+)*")
# Pairs or fours with something between them; what it only looks like is told apart by decoding.
_APART = re.compile(
    rb"[^0-9A-Za-wyz]([0-9A-Fa-f]{2}(?:[0-9A-Fa-f]{2})?[ \t:,;.\-\r\n\\%][0-9A-Fa-fxX \t:,;.\-\r\n\\%]{12,}+)"
)
_PAIR_APART = rb"(?:[ \t:,;.\-\r\n]{0,5}(?:0[xX]|\\x|%|[ \t:,;.\-\r\n])[0-9A-Fa-f]{2}(?![0-9A-Fa-f]))"
_PAIRS_APART = re.compile(rb"(?<![0-9A-Fa-f])[0-9A-Fa-f]{2}" + _PAIR_APART + rb"{5}")
_MORE_PAIRS = re.compile(_PAIR_APART + TURNS)
_SEPARATORS = bytes.maketrans(b":,;.-\\%\r\n", b"         ")
# Figures alone are a number to read as it stands, not packed digits, unless they stand in pairs or spell ASCII.
_DECIMAL = re.compile(rb"(?!\d\d\D)[\d \-.\r\n\t]+")
_ASCII_DIGITS = re.compile(rb"[0-9]{13}|(?:[0-9]{4}[ \-]?){3}")
_NOT_HEX = re.compile(rb"0[xX]|\\x|[^0-9A-Fa-f]")
_DUMP_LINE = re.compile(
    rb"\n[ \t]*(?:0x)?[0-9A-Fa-f]{4,16}:?[ \t|]{1,4}"
    rb"((?:[0-9A-Fa-f]{2,8}[ \-]{1,2}|[0-9A-Fa-f]{2,8}(?=\s)){1,20})([^\r\n]*)"
)
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_IN_LIST = rb"(?:,\s{0,8}-?\d{1,3}\s{0,8})"
_LIST = re.compile(rb"(?<=[\[{(])\s{0,8}-?\d{1,3}\s{0,8}" + _IN_LIST + rb"{5}")
_MORE_OF_LIST = re.compile(_IN_LIST + TURNS)
_NUMBER = re.compile(rb"-?\d+")
_WIDE = re.compile(rb"\x00(?:[\t\n\r\x20-\x7e]\x00){11}")
_MORE_WIDE = re.compile(rb"(?:[\t\n\r\x20-\x7e]\x00)" + TURNS)
_PAIR_BYTES = b"".join(re.escape(bytes([h << 4 | low])) for h in range(10) for low in range(10))
# Decoded bytes without this hold no card data: saves looking closer at most of them.
_WORTH = re.compile(
    b"[" + _PAIR_BYTES + b"]{6,}|\\d{4}[-._]\\d{4}|\\x5f\\x20[\x02-\x1a]|\\x9f\\x1f[\x01-\x36]|\\x99\x08|\\x5f\\x24\x03"
)


def mask_encoded(data: bytearray, inner: Inner) -> None:
    """Mask in place whatever stands encoded in `data`."""
    for written in (_wide, _dumps, _hexadecimal, _tokens, _lists):
        written(bytes(data), data, inner)


def _wide(view: bytes, data: bytearray, inner: Inner) -> None:
    """UTF-16, either byte order: every other byte is zero."""
    if b"\0" not in view:
        return
    for zero, end in runs(_WIDE, _MORE_WIDE, view):
        start = max(0, zero - 1)
        first = start if start < zero and view[start] else zero + 1
        places = range(first, min(end + 1, len(view)), 2)
        old = view[first : places.stop : 2]
        if _WORTH.search(old):
            _put(data, places, old, inner(old))


def _put(data: bytearray, places: Sequence[int], old: bytes, new: bytes) -> None:
    for place, before, after in zip(places, old, new, strict=True):
        if before != after:
            data[place] = after


def _hexadecimal(view: bytes, data: bytearray, inner: Inner) -> None:
    """`5A 08`, `5a:08`, `0x5A, 0x08`, `\\x5a\\x08`, `5a08 4111`, over several lines too."""
    for match in _APART.finditer(b"\n" + view):
        text, at = match[1], match.start(1) - 1
        if match.end() <= len(view) and chr(view[match.end() - 1]).isalnum():
            text = text[: max(text.rfind(b" "), text.rfind(b"\n")) + 1]
        old = _decoded(text)
        if old is None:
            for start, end in runs(_PAIRS_APART, _MORE_PAIRS, text):
                _mask_hex(data, text[start:end], at + start, inner)
        elif _WORTH.search(old):
            _mask_hex(data, text, at, inner)


def _decoded(text: bytes) -> bytes | None:
    """The bytes, or None where not every group has an even count of digits."""
    bare = text.replace(b"0x", b"  ").replace(b"0X", b"  ").replace(b"\\x", b"  ").translate(_SEPARATORS)
    try:
        return bytes.fromhex(bare.decode())
    except ValueError:
        return None


def _mask_hex(data: bytearray, text: bytes, at: int, inner: Inner) -> None:
    bare = _NOT_HEX.sub(b"", text)
    old = binascii.unhexlify(bare[: len(bare) & ~1])
    if _WORTH.search(old) and (not _DECIMAL.fullmatch(text) or _ASCII_DIGITS.search(old)):
        new = inner(old)
        if new != old:
            _write_hex(data, _hex_places(text, at), old, new)


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
    for place, before, after in zip(places, old, new, strict=False):
        if before != after:
            upper = not bytes(data[place : place + 2]).islower()
            data[place : place + 2] = (f"{after:02X}" if upper else f"{after:02x}").encode()


def _dumps(view: bytes, data: bytearray, inner: Inner) -> None:
    """Dumps with offsets and a column of characters (xxd, hexdump -C, Wireshark): read across lines."""
    for lines in _dump_blocks(view):
        rows = [_row(m[1]) for m in lines]
        old = b"".join(rows)
        if _WORTH.search(old):
            new = inner(old)
            if new != old:
                places = [
                    p - 1 for m, row in zip(lines, rows, strict=True) for p in _hex_places(m[1], m.start(1))[: len(row)]
                ]
                _write_hex(data, places, old, new)
                _write_column(data, lines, rows, old, new)


def _row(text: bytes) -> bytes:
    bare = text.translate(None, b" -")
    return binascii.unhexlify(bare[: len(bare) & ~1])


def _dump_blocks(view: bytes) -> Iterator[list[re.Match[bytes]]]:
    """Lines of one dump; a newline is put in front so that the first line of all is seen."""
    block: list[re.Match[bytes]] = []
    for match in _DUMP_LINE.finditer(b"\n" + view):
        if block and match.start() > block[-1].end() + 1:
            yield block
            block = []
        block.append(match)
    if block:
        yield block


def _write_column(data: bytearray, lines: list[re.Match[bytes]], rows: list[bytes], old: bytes, new: bytes) -> None:
    """The characters beside the digits, one a byte: found from the end of the line."""
    offset = 0
    for line, row in zip(lines, rows, strict=True):
        column = line.end() - 1 - len(row) - (1 if line[2].rstrip().endswith(b"|") else 0)
        for i in range(len(row)):
            if old[offset + i] != new[offset + i] and column >= line.start(2) - 1:
                data[column + i] = ord("x") if new[offset + i] == ord("x") else ord(".")
        offset += len(row)


def _tokens(view: bytes, data: bytearray, inner: Inner) -> None:
    for match in _TOKEN.finditer(b"\n" + view):
        text, at = match[1], match.start(1) - 1
        _mask_base64(data, text, at, inner)
        if len(text) >= 14:
            for hexadecimal in _HEX_TOKEN.finditer(text):
                start = at + hexadecimal.start()
                _mask_hex(data, bytes(data[start : at + hexadecimal.end()]), start, inner)


def _mask_base64(data: bytearray, text: bytes, at: int, inner: Inner) -> None:
    """Also the form for addresses (`-_`) and lines of fixed length; read from the end where it is padded."""
    if len(text) < 16 and text[-1:] != b"=":
        return
    compact = text.replace(b"\r", b"").replace(b"\n", b"") if b"\n" in text else text
    skipped = len(compact) % 4 if compact.endswith(b"=") else 0
    body = compact[skipped:]
    old = _unbase64(body)
    if not _WORTH.search(old):
        return
    new = inner(old)
    if new != old:
        _spread(data, at, text, compact[:skipped] + _rebase64(body, new))


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
    for start, end in runs(_LIST, _MORE_OF_LIST, view):
        values = [int(text) for text in view[start:end].split(b",")]
        if min(values) < -128 or max(values) > 255:
            continue
        single = min(values) >= 0 and max(values) <= 9
        old = bytes(v + 48 for v in values) if single else bytes(v & 255 for v in values)
        if _WORTH.search(old):
            new = inner(old)
            if new != old:
                _write_list(data, _NUMBER.finditer(view, start, end), old, new, single)


def _write_list(data: bytearray, numbers: Iterator[re.Match[bytes]], old: bytes, new: bytes, single: bool) -> None:
    for number, before, after in zip(numbers, old, new, strict=True):
        if before != after:
            width = number.end() - number.start()
            data[number.start() : number.end()] = b"0" if single else _number(width, after)


def _number(width: int, byte: int) -> bytes:
    """A number of this width that holds no digit: X for text, an E for packed digits. One figure leaves only 0."""
    if width == 1:
        return b"0"
    if byte == ord("x"):
        return {2: b"88", 3: b"120"}.get(width, b"-100")
    return {2: b"94", 3: b"238"}.get(width, b"-114")
