"""Card data in EMV tags (BER-TLV, EMV 4.3 book 3 annex A); must not touch tags that hold none."""

import re
from collections.abc import Iterator

from kiosk.evidence.redaction.hits import BCD, BINARY, NAME, Hit
from kiosk.evidence.redaction.numbers import is_card_number

# Tag -> how it is written. 57 and 9F6B track 2, 5A number, 56 track 1, 5F20 name, 5F24 expiry, 9F1F and 9F20
# discretionary data, 99 PIN.
_CARD_TAGS = {
    b"\x57": BCD, b"\x5a": BCD, b"\x56": NAME, b"\x9f\x6b": BCD, b"\x5f\x20": NAME, b"\x5f\x24": BCD,
    b"\x9f\x1f": NAME, b"\x9f\x20": BCD, b"\x99": BINARY,
}  # fmt: skip
_ANCHOR = {
    tag: re.compile(re.escape(tag) + rb"\x81?" + lengths)
    for tag, lengths in {
        b"\x57": rb"[\x08-\x13]", b"\x5a": rb"[\x07-\x0a]", b"\x56": rb"[\x10-\x4c]", b"\x9f\x6b": rb"[\x08-\x13]",
        b"\x5f\x20": rb"[\x02-\x1a]", b"\x5f\x24": rb"\x03", b"\x9f\x1f": rb"[\x01-\x36]", b"\x9f\x20": rb"[\x01-\x10]",
        b"\x99": rb"\x08",
    }.items()
}  # fmt: skip
_SHORT_KNOWN = frozenset(
    bytes.fromhex("42 4f 50 52 56 57 5a 61 6f 70 71 72 77 80 81 82 83 84 86 87 88 89 8a 8c 8d 8e 8f 90 91 92 93 94 95")
    + bytes.fromhex("97 98 99 9a 9b 9c 9d a5")
)
_LONG_KNOWN = re.compile(
    rb"\x5f[\x20\x24\x25\x28\x2a\x2d\x30\x34\x36\x50\x53-\x57]|\x9f[\x01-\x4f\x51-\x5d\x60-\x6e\x7c]|\xbf\x0c"
)
_NAME = re.compile(rb"[A-Za-z .'/\-]{2,26}")
_DATE = re.compile(r"\d\d(0[1-9]|1[0-2])(0[0-9]|[12]\d|3[01])")
_PRINTED = re.compile(rb"[\x20-\x7e]+")
_ANY_TRACK_2 = re.compile(r"[\de]+d[\de]*f*")
_TRACK_2 = re.compile(r"(\d{13,19})d[\de]{4,}f*")


def emv_hits(data: bytes) -> Iterator[Hit]:
    """Values of the tags that hold card data, where content or the tags around them prove that they are tags."""
    for tag, pattern in _ANCHOR.items():
        if tag not in data:
            continue
        for match in pattern.finditer(data):
            start, end = match.end(), match.end() + data[match.end() - 1]
            if end <= len(data) and _is_proved(data, tag, match.start(), start, end):
                yield Hit(start, end, _sign(tag, data[start:end]), f"emv {tag.hex().upper()}")


def _sign(tag: bytes, value: bytes) -> str:
    sign = _CARD_TAGS[tag]
    return BINARY if sign == NAME and not _PRINTED.fullmatch(value) else sign


def _is_proved(data: bytes, tag: bytes, at: int, start: int, end: int) -> bool:
    value = data[start:end]
    if not _fits(tag, value):
        return False
    return _speaks_for_itself(tag, value) or _neighbours(data, at, end) >= 2


def _fits(tag: bytes, value: bytes) -> bool:
    if tag == b"\x5f\x20":
        return bool(_PRINTED.fullmatch(value)) and any(bytes([b]).isalpha() for b in value)
    if tag == b"\x5f\x24":
        return bool(_DATE.fullmatch(value.hex()))
    if tag in (b"\x57", b"\x9f\x6b"):
        return bool(_ANY_TRACK_2.fullmatch(value.hex()))
    if tag == b"\x56":
        return bool(_PRINTED.fullmatch(value)) and value.count(b"^") == 2
    return tag != b"\x5a" or bool(re.fullmatch(r"\d+f*", value.hex()))


def _speaks_for_itself(tag: bytes, value: bytes) -> bool:
    if tag == b"\x5a":
        digits = value.hex().rstrip("f").lstrip("0").encode()
        return digits.isdigit() and is_card_number(digits)
    if tag in (b"\x57", b"\x9f\x6b"):
        track = _TRACK_2.fullmatch(value.hex())
        return track is not None and is_card_number(track[1].encode())
    if tag == b"\x5f\x20":
        return bool(_NAME.fullmatch(value)) and value.count(b"/") == 1
    return tag == b"\x5f\x24"


def _neighbours(data: bytes, at: int, end: int) -> int:
    """How many known tags stand right before and after; the edges of the data count as one each."""
    after, place = 0, end
    while after < 3:
        if place == len(data):
            after += 1
            break
        following = _skip_known(data, place)
        if following is None:
            break
        after, place = after + 1, following
    if after in (0, 3):
        return after
    return after + int(at == 0 or _known_before(data, at))


def _known_before(data: bytes, at: int) -> bool:
    return any(_skip_known(data, place) == at for place in range(max(0, at - 60), at - 1))


def _skip_known(data: bytes, at: int) -> int | None:
    """The place behind a known tag with its value, or None."""
    if data[at : at + 1] and data[at] in _SHORT_KNOWN:
        head = at + 1
    elif _LONG_KNOWN.match(data, at):
        head = at + 2
    else:
        return None
    if head >= len(data) or data[head] > 0x7F or head + 1 + data[head] > len(data):
        return None
    return head + 1 + data[head]
