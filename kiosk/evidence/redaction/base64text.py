"""Unbroken words that may be base64, base32 (RFC 4648) or hexadecimal: decoded, masked within, written back; must not
know what card data looks like."""

from __future__ import annotations

import itertools
import re
from base64 import b32decode, b32encode, b64encode
from binascii import a2b_base64
from collections.abc import Iterator

from kiosk.evidence.redaction.hexadecimal import mask_hex, mask_plain_hex
from kiosk.evidence.redaction.worth import Inner, is_worth

# At most one try a word, so that text costs little. Lines of fixed length go on; JSON writes their ends and slashes
# with a backslash.
_SIGNS = rb"A-Za-z0-9+/_\-"
_BREAK = rb"(?:\r?\n|\\r\\n|\\n|\\/)"
_RUN = rb"[" + _SIGNS + rb"]"
_PADDING = rb"={0,2}"
_LONG = rb"(?<=" + _RUN + rb"{16})(?:" + _BREAK + _RUN + rb"{2,}+)*" + _PADDING + rb"|(?<=" + _RUN + rb"{12})"
_JOINED = rb"(?:\\/" + _RUN + rb"{1,}+)+" + _PADDING
_TOKEN = re.compile(rb"[^" + _SIGNS + rb"](" + _RUN + rb"{10,}+(?:" + _LONG + rb"|={1,2}))")
_JOINED_TOKEN = re.compile(
    rb"[^" + _SIGNS + rb"](" + _RUN + rb"{3,}+(?:" + _LONG + rb"|(?<=" + _RUN + rb"{10})={1,2}|" + _JOINED + rb"))"
)
_BREAKS = re.compile(_BREAK)
_LEAST_HEX = 14
_HEX = re.compile(rb"[0-9A-Fa-f]{14,}+(?:\r?\n[0-9A-Fa-f]{2,}+(?![A-Za-z_]))*")
_WORD = re.compile(rb"[a-z_\-/]*+([A-Z]?)[a-z_\-/]*+\Z")
_BASE32 = re.compile(rb"(?=[A-Za-z]*[2-7])(?:[A-Z2-7]{20,}|[a-z2-7]{20,})={0,2}")  # letters alone are a word, an id
_NO_HEX_DIGIT = re.compile(rb"[^0-9A-Fa-f\r\n]")
_HEX_DIGITS = b"0123456789ABCDEFabcdef\r\n"
_JOINTS, _JOINTS_AND_BREAKS = re.compile(rb"[/_\-]"), re.compile(rb"[/_\-\n\\]")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_PIECES = 3


def mask_tokens(view: bytes, data: bytearray, inner: Inner) -> None:
    """Mask in place within every long word."""
    token = _JOINED_TOKEN if b"\\/" in view else _TOKEN
    for match in token.finditer(b"\n" + view):
        word, at = match[1], match.start(1) - 1
        if b"\n" not in word:
            _mask_word(data, word, at, inner)
            continue
        for start, end in _lines(word):
            _mask_word(data, word[start:end], at + start, inner)


def _mask_word(data: bytearray, text: bytes, at: int, inner: Inner) -> None:
    if not _NO_HEX_DIGIT.search(text):
        _mask_hexadecimal(data, text, at, inner)
    elif not _is_word(text) and (len(text) < _LEAST_HEX or not _mask_hexadecimal(data, text, at, inner)):
        _mask_base64_token(data, text, at, inner)


def _lines(text: bytes) -> Iterator[tuple[int, int]]:
    """Base64 goes on in the next line only where the first holds whole fours of signs."""
    first = text.find(b"\n")
    if first < 0 or len(text[:first].rstrip(b"\r")) % 4 == 0 or not text[:first].translate(None, _HEX_DIGITS):
        yield 0, len(text)
        return
    at = 0
    for line in text.split(b"\n"):
        yield at, at + len(line.rstrip(b"\r"))
        at += len(line) + 1


def _is_word(text: bytes) -> bool:
    """No base64: small letters alone, or short with one capital in front."""
    word = _WORD.match(text)
    return word is not None and (not word[1] or len(text) < 16)


def _mask_hexadecimal(data: bytearray, text: bytes, at: int, inner: Inner) -> bool:
    """True if something was masked: hexadecimal digits are letters of base64 too, but seldom the other way round."""
    changed = False
    for match in _HEX.finditer(text):
        found = match.group()
        mask = mask_hex if b"\n" in found else mask_plain_hex
        changed |= mask(data, found, at + match.start(), inner)
    return changed


def _mask_base64_token(data: bytearray, text: bytes, at: int, inner: Inner) -> None:
    """The whole word, then its lines, then what follows a joint: `path/QUJD`, `key-QUJD`."""
    if _BASE32.fullmatch(text):
        _mask_base32(data, text, at, inner)
        return
    if _mask_base64(data, text, at, inner):
        return
    for start, end in _readings(text) if _JOINTS_AND_BREAKS.search(text) else ():
        if _mask_base64(data, text[start:end], at + start, inner):
            return


def _readings(text: bytes) -> Iterator[tuple[int, int]]:
    if b"\n" in text or b"\\" in text:
        ends = [m.span() for m in _BREAKS.finditer(text)]
        if len(text) - ends[0][1] >= 16:
            yield ends[0][1], len(text)
        yield 0, ends[0][0]
    for joint in itertools.islice(_JOINTS.finditer(text), _PIECES):
        head, rest = text[: joint.start()], text[joint.end() :]
        if head not in (head.lower(), head.upper()):
            return
        if len(rest) >= 16 and not _is_word(rest):
            yield joint.end(), len(text)


def _mask_base64(data: bytearray, text: bytes, at: int, inner: Inner) -> bool:
    """Also the form for addresses (`-_`); read from the end where it is padded. True if something was masked."""
    broken = b"\n" in text or b"\\" in text
    compact = _BREAKS.sub(_slash, text) if broken else text
    skipped = len(compact) % 4 if compact.endswith(b"=") else 0
    old = _unbase64(compact[skipped:])
    if not is_worth(old):
        return False
    new = inner(old)
    if new == old:
        return False
    written = compact[:skipped] + _rebase64(compact[skipped:], new)
    if broken:
        for place, byte in zip(_places(text), written, strict=True):
            data[at + place] = byte
    else:
        data[at : at + len(written)] = written
    return True


def _mask_base32(data: bytearray, text: bytes, at: int, inner: Inner) -> None:
    """Twenty letters of one case with figures but no 0, 1, 8 or 9 are no base64."""
    old = _unbase32(text.rstrip(b"="))
    new = inner(old) if is_worth(old) else old
    if new != old:
        written = b32encode(new).rstrip(b"=")
        data[at : at + len(written)] = written.lower() if text.islower() else written


def _unbase32(text: bytes) -> bytes:
    """What does not end with whole bytes is left out."""
    whole = len(text) - (len(text) % 8 in (1, 3, 6))
    return b32decode(text[:whole].upper() + b"=" * (-whole % 8))


def _slash(broken: re.Match[bytes]) -> bytes:
    return b"/" if broken.group() == b"\\/" else b""


def _places(text: bytes) -> list[int]:
    """Which bytes of the word are base64: not the line ends, not the backslash in front of a slash."""
    places: list[int] = []
    at = 0
    for broken in _BREAKS.finditer(text):
        places += range(at, broken.start())
        at = broken.end() - (1 if broken.group() == b"\\/" else 0)
    return [*places, *range(at, len(text))]


def _unbase64(text: bytes) -> bytes:
    body = text.rstrip(b"=").translate(_URL_SAFE)
    over = len(body) % 4
    return a2b_base64(body[:-1] if over == 1 else body + b"==" if over else body)


def _rebase64(text: bytes, new: bytes) -> bytes:
    """As it was written before: same alphabet, same padding."""
    body = b64encode(new).rstrip(b"=")
    if b"-" in text or b"_" in text:
        body = body.replace(b"+", b"-").replace(b"/", b"_")
    return body + text[len(body) :]
