"""Card numbers in packed digits (two a byte) where their surroundings prove it; must not guess in plain text.

Any two digits make a byte, so letters and random bytes look like card numbers as well. A hit therefore needs a
proof: padding with F, the D of a track 2, a length in front, or a short message with nothing else around it.
"""

import re
from collections.abc import Iterator

from kiosk.evidence.redaction.hits import BCD, Hit
from kiosk.evidence.redaction.numbers import is_card_number, is_common_card_number, is_full_card_number
from kiosk.evidence.redaction.shapes import NONE, kinds, stretches

_PAIRS = bytes(h << 4 | low for h in range(10) for low in range(10))
_PAIR, _LEAST = kinds({b"P": _PAIRS}), b"P" * 6
_PRINTED, _MUCH_TEXT = kinds({b"t": bytes((*b"\t\n\r", *range(0x20, 0x7F)))}), b"t" * 21
# What ends packed digits: a D or an F in either half of a byte.
_ENDS = frozenset(b for b in range(256) if (b >> 4 in (0xD, 0xF) or b & 15 == 0xF or (b & 15 == 0xD and b >> 4 < 10)))
_PRINTABLE = bytes(range(0x20, 0x7F))
_PRINTED_SIGNS = _PRINTABLE + b"\t\r\n"
_TEXT = _PRINTABLE + b"\0"
_TALK = _TEXT + b"\2\3\4\5\6\x15"  # with the signs that begin, end and answer messages of text
_MESSAGE = 1024  # bytes: more than that is no single message, and takes more of a proof
_SMALL = 256  # bytes of a message; in larger data a lone number without any proof is left
_TINY, _SHORT = 24, 64  # bytes: little more than the number itself
_LONE_SIZES = (8, 7, 9, 10)  # bytes of 16, 14, 18 and 19 digits
_BLANK = re.compile(rb" ")
_LENGTH = re.compile(rb"[\x07-\x0a]")
_COUNT = re.compile(rb"[\x0d-\x19]")
_FIGURES = re.compile(rb"[0-9]{6,}+")
_HEX_DIGITS = re.compile(r"\d*+")
_LONGEST_TRACK = 24  # bytes


def packed_hits(data: bytes, *, alone: bool = True) -> Iterator[Hit]:
    """Packed numbers anywhere in binary parts of the data; `alone`: in a short message nothing around need prove it."""
    pairs = data.translate(_PAIR)
    small, large = len(data) <= _SMALL, len(data) > _MESSAGE
    done = 0
    for start, end in _binary_parts(data):
        for first, last in stretches(pairs, _LEAST, max(done, start - 11), min(end + 11, len(data))):
            done = last
            if not large or _may_be_proved(data, first, last):
                found = _in_run(data, first, last, alone and small)
                yield from (hit for hit in found if not _reaches_figures(data, hit))
            if alone and last - first >= 7 and _among_text(data, first, last):
                yield from _in_line(data, first, last)


def _may_be_proved(data: bytes, start: int, end: int) -> bool:
    """What ends packed digits stands behind, or a length in front."""
    if end < len(data) and data[end] in _ENDS:
        return True
    before = max(0, start - 1)
    return end - before > 6 and (data[before] >> 4 == 0xF or _LENGTH.search(data, before, end - 6) is not None)


def _binary_parts(data: bytes) -> Iterator[tuple[int, int]]:
    """From a byte that is not printed to another, with no more than twenty printed bytes in a row between them."""
    shape = data.translate(_PRINTED)
    at = 0
    for start, end in (*stretches(shape, _MUCH_TEXT), (len(data), len(data))):
        first = shape.find(NONE, at, start)
        if first >= 0:
            yield first, shape.rfind(NONE, first, start) + 1
        at = end


def _reaches_figures(data: bytes, hit: Hit) -> bool:
    """It takes in two or more of six figures that are written as text, as between STX and ETX: no packed digits."""
    near = max(0, hit.start - 6)
    for match in _FIGURES.finditer(data, near, hit.end + 6):
        if min(match.end(), hit.end) - max(match.start(), hit.start) >= 2:
            return True
    return False


def _in_run(data: bytes, start: int, end: int, alone: bool) -> Iterator[Hit]:
    if end < len(data) and data[end] in _ENDS:
        yield from _before_padding(data, start, end)
    yield from _after_length(data, start, end)
    if len(data) <= _MESSAGE:
        yield from _after_count(data, start, end)
    if alone:
        yield from _lone(data, start, end)


def _before_padding(data: bytes, start: int, end: int) -> Iterator[Hit]:
    """The digits end with an F (odd count), FF (even count) or the D of a track 2, at either half of a byte."""
    byte = data[end]
    high, low = byte >> 4, byte & 15
    if high < 10 and low == 0xD:
        yield from _second_track(data, start, end + 1, 2 * end + 1)
    elif high == 0xD:
        yield from _second_track(data, start, end, 2 * end)
    elif low == 0xF or high == 0xF:
        yield from _shifted(data, start, end)
        if high < 10:
            yield from _suffix(data, start, end, (10, 8, 9, 7), odd=True)
        elif byte == 0xFF:
            yield from _suffix(data, start, end, _LONE_SIZES, odd=False)


def _is_proved(data: bytes, digits: bytes) -> bool:
    return (is_card_number if len(data) <= _MESSAGE else is_common_card_number)(digits)


def _suffix(data: bytes, start: int, end: int, sizes: tuple[int, ...], *, odd: bool) -> Iterator[Hit]:
    stop = end + 1 if odd else end
    for size in sizes:
        if stop - size < start or (len(data) > _MESSAGE and not _begins(data, stop - size)):
            continue
        digits = data[stop - size : stop].hex().rstrip("f").encode()
        if _is_proved(data, digits) and not _is_text(data, stop - size, stop, of=_TALK):
            yield Hit(stop - size, stop, BCD, "bcd")
            return


def _shifted(data: bytes, start: int, end: int) -> Iterator[Hit]:
    """Half a byte off: the first digit stands alone in its byte, behind a nought or what is no digit."""
    first = start if data[start] < 10 else start - 1
    if first < 0 or data[first] & 15 > 9 or 1 <= data[first] >> 4 <= 9:
        return
    digits = data[first : end + 1].hex()[1:].rstrip("f").encode()
    if digits.isdigit() and _is_proved(data, digits) and not _is_text(data, first, end + 1, of=_TALK):
        yield Hit(first, end + (1 if data[end] >> 4 < 10 else 0), BCD, "bcd")


def _begins(data: bytes, place: int) -> bool:
    """The byte in front is no pair of digits that might belong to it: asked for in large data, such as programs."""
    return place == 0 or data[place - 1] not in _PAIRS


def _second_track(data: bytes, start: int, stop: int, separator: int) -> Iterator[Hit]:
    """`separator` counts half bytes; year, month and service code must follow it (ISO/IEC 7813)."""
    if start and data[start - 1] & 15 < 10:
        start -= 1
    text = data[start : stop + _LONGEST_TRACK].hex()
    at = separator - 2 * start
    rest = _HEX_DIGITS.match(text, at + 1)
    if rest is None or not _is_expiry(rest.group(), len(data) > _MESSAGE):
        return
    last = start + (rest.end() + 1) // 2
    for size in range(19, 12, -1):
        first = start + (at - size) // 2
        if at - size >= 0 and _is_track(text[at - size : at].encode()) and not _is_text(data, first, last):
            yield Hit(first, last, BCD, "track2")
            return


def _is_expiry(text: str, strict: bool) -> bool:
    """Year, month and service code; tables of small numbers in programs look so but for years and codes in use."""
    if len(text) < 7 or not "01" <= text[2:4] <= "12":
        return False
    return not strict or ("15" <= text[:2] <= "49" and text[4] != "0")


def _is_track(digits: bytes) -> bool:
    return is_card_number(digits) and len(digits) - digits.count(b"0") >= 7


def _after_count(data: bytes, start: int, end: int) -> Iterator[Hit]:
    """A byte in front tells how many digits follow, binary or packed (ISO 8583)."""
    for match in _COUNT.finditer(data, max(0, start - 1), max(0, end - 6)):
        byte = data[match.start()]
        for count in {byte, (byte >> 4) * 10 + (byte & 15)}:
            place, size = match.end(), (count + 1) // 2
            digits = data[place : place + size].hex().encode()
            number = digits[1:] if count % 2 and digits[:1] in b"0f" else digits[:count]
            if 13 <= count <= 19 and len(number) == count and number.isdigit() and is_card_number(number):
                yield Hit(place, place + size, BCD, "bcd")


def _after_length(data: bytes, start: int, end: int) -> Iterator[Hit]:
    """A byte in front tells how many bytes of digits follow, or two do as ZVT writes them (F0 F8)."""
    for place, size in _lengths_in_front(data, start, end):
        if place + size > end + 1:
            continue
        digits = data[place : place + size].hex().rstrip("f").encode()
        proved = is_card_number if data[place - 1] >> 4 == 0xF else is_common_card_number
        if digits.isdigit() and proved(digits) and not _is_text(data, place, place + size):
            yield Hit(place, place + size, BCD, "bcd")


def _lengths_in_front(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _LENGTH.finditer(data, max(0, start - 1), max(0, end - 6)):
        if match.start() == 0 or data[match.start() - 1] not in _PAIRS or data[match.start() - 1] == 0:
            yield match.end(), data[match.start()]
    if start >= 2 and data[start - 1] >> 4 == 0xF and data[start - 2] & 0xFE == 0xF0:
        size = (data[start - 2] & 15) * 10 + (data[start - 1] & 15)
        if 7 <= size <= 10:
            yield start, size


def _lone(data: bytes, start: int, end: int) -> Iterator[Hit]:
    """Nothing but the number between bytes that are no digits; zeros around it do not count."""
    whole_run = start, end
    while start < end and data[start] == 0:
        start += 1
    for size in _LONE_SIZES:
        if start + size <= end and not data[start + size : end].strip(b"\0"):
            exact = whole_run == (start, start + size) and len(data) <= _SHORT
            proved = is_card_number if len(data) <= _TINY else is_full_card_number if exact else is_common_card_number
            digits = data[start : start + size].hex().encode()
            whole = proved(digits) or (digits[:1] == b"0" and proved(digits[1:]))
            if whole and not _is_text(data, start, start + size, alone=True):
                yield Hit(start, start + size, BCD, "bcd")
                return


def _among_text(data: bytes, start: int, end: int) -> bool:
    before, behind = data[start - 1 : start] or b"\n", data[end : end + 1] or b"\n"
    return before in _PRINTED_SIGNS and behind in _PRINTED_SIGNS


def _in_line(data: bytes, start: int, end: int) -> Iterator[Hit]:
    """By itself or between blanks in a line of text that holds nothing else that is none."""
    for first in (start, *(m.end() for m in _BLANK.finditer(data, start, end - 7))):
        for size in _LONE_SIZES:
            last = first + size
            if last > end or (last < end and data[last] != 0x20):
                continue
            digits = data[first:last].hex().encode()
            whole = is_full_card_number(digits) or (digits[:1] == b"0" and is_full_card_number(digits[1:]))
            if whole and not _is_text(data, first, last, alone=True) and _is_line(data, first, last):
                yield Hit(first, last, BCD, "bcd")
                return


def _is_line(data: bytes, start: int, end: int) -> bool:
    """Printed, and at most one byte in ten a letter of another alphabet."""
    first, last = data.rfind(b"\n", 0, start) + 1, data.find(b"\n", end)
    around = data[first:start] + data[end : last if last >= 0 else len(data)]
    others = around.translate(None, _PRINTED_SIGNS)
    return 4 <= len(around) <= _SMALL and 10 * len(others) <= len(around) and (not others or min(others) >= 0x80)


def _is_text(data: bytes, start: int, end: int, *, alone: bool = False, of: bytes = _TEXT) -> bool:
    """All letters: text, unless a byte that is none stands on each side; in UTF-16 a zero is none."""
    if data[start:end].strip(of):
        return False
    reach = 2 if b"\0" in data[start:end] else 1
    edges = data[max(0, start - reach) : start] + data[end : end + reach]
    return alone or any(0x20 <= b < 0x7F for b in edges)
