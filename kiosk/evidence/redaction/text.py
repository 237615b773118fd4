"""Card numbers and magnetic tracks in ASCII text; must not decode anything."""

import re
from collections.abc import Iterator

from kiosk.evidence.redaction.hits import NAME, TEXT, Hit
from kiosk.evidence.redaction.numbers import is_card_number, is_iban
from kiosk.evidence.redaction.runs import TURNS, runs

_GAP = rb" \-./_\t\xa0\xc2"  # the last two: a non-breaking space in UTF-8
_DIGIT = rb"(?:[" + _GAP + rb"]{0,2}\d)"
_CANDIDATE = re.compile(rb"\d(?=[\d" + _GAP + rb"]{12})" + _DIGIT + rb"{12}")
_MORE_DIGITS = re.compile(_DIGIT + TURNS)
_PART = re.compile(rb"\d+|\D+")
# ISO/IEC 7813: track 1 format B, track 2; in hexadecimal text a D stands for the "="
_TRACK_1 = re.compile(rb"B(\d[\d ]{12,22})\^([^^?\r\n]{2,40})\^([^?\r\n\x00-\x1f]{0,80})\??")
_TRACK_2 = re.compile(rb"\d(\d{12,18})[=Dd](\d{4,40})")
_TRACK_1_LETTER, _TRACK_2_MARK = b"^", re.compile(rb"\d[=Dd]\d")

# Names of fields that hold numbers of other kinds. The name must stand right before the number.
_SAFE_FIELD = re.compile(
    rb"(?:serial|serien|serno|s/n|\bsn|imei|iccid|imsi|meid|\bean|gtin|barcode|artikel|article|\btid|terminal|\bvu|"
    rb"merchant|trace|transaction|txn?|order|invoice|receipt|beleg|\bbon|timestamp|\btime|\bts|epoch|nanos|millis|"
    rb"micros|uuid|guid|hash|digest|checksum|version|build|iban|phone|\btel|\bfax|device|asset|inventory|tracking|"
    rb"parcel|sequence|\bseq|counter|offset|nonce|request|session|correlation)"
    rb"(?:(?:[ _\-.]?(?:number|nummer|num|nr|no|id|ident|code|ms|ns|us))*[\"' \t.]{0,3}[:=#>][\"' \t]{0,4}"
    rb"|(?<=serial)[ _\-](?:number|nummer|num|nr|no)[ .\t]{0,3})\Z",
    re.IGNORECASE,
)
_IBAN_HEAD = re.compile(rb"(?<![A-Za-z])(?:[A-Z]{2}\d{0,2}|[A-Z]{2}\d{2} (?:[A-Z0-9]{4} ){0,4})\Z")
_HEX_LETTERS = frozenset(b"abcdefABCDEF")
_HEX_TAIL = re.compile(rb"[0-9A-Fa-f]*")
_HEX_GROUP = rb"(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{4}"
_IN_DUMP = (
    re.compile(rb"(?:" + _HEX_GROUP + rb"|[0-9a-f]{6,8}:(?: [0-9a-f]{4}){0,7}) {1,2}\Z"),
    re.compile(rb" " + _HEX_GROUP + rb"\b"),
)


def text_hits(data: bytes) -> Iterator[Hit]:
    """Every card number and track written as ASCII, however its digits are grouped."""
    if _TRACK_1_LETTER in data:
        yield from _first_tracks(data)
    yield from _second_tracks(data)
    for begin, stop in runs(_CANDIDATE, _MORE_DIGITS, data):
        for start, end, rule in _numbers(data[begin:stop], begin):
            if not _is_something_else(data, start, end):
                yield Hit(start, end, TEXT, rule)


def _first_tracks(data: bytes) -> Iterator[Hit]:
    for match in _TRACK_1.finditer(data):
        if is_card_number(match[1].replace(b" ", b"")):
            yield Hit(match.start(1), match.end(), NAME, "track1")


def _second_tracks(data: bytes) -> Iterator[Hit]:
    """Found from the separator backwards: rare in any text."""
    for mark in _TRACK_2_MARK.finditer(data):
        at = mark.start() + 1
        front = _trailing_digits(data[max(0, at - 20) : at])
        if 13 <= len(front) <= 19 and is_card_number(front):
            back = re.compile(rb"\d{4,60}").match(data, at + 1)
            if back is not None:
                yield Hit(at - len(front), back.end(), TEXT, "track2")


def _trailing_digits(data: bytes) -> bytes:
    return data[len(data.rstrip(b"0123456789")) :]


def _numbers(found: bytes, at: int) -> Iterator[tuple[int, int, str]]:
    """Split a candidate into groups and try those that people and printers use."""
    if found.isdigit():
        if is_card_number(found):
            yield at, at + len(found), "ascii"
        return
    parts = [(m.start(), m.group()) for m in _PART.finditer(found)]
    groups, gaps = parts[::2], [gap for _, gap in parts[1::2]]
    for place, digits in groups:
        if len(digits) >= 13 and is_card_number(digits):
            yield at + place, at + place + len(digits), "ascii"
    yield from _grouped(groups, gaps, at)


def _grouped(groups: list[tuple[int, bytes]], gaps: list[bytes], at: int) -> Iterator[tuple[int, int, str]]:
    first = 0
    while first < len(groups):
        last = first
        while last < len(gaps) and gaps[last] == gaps[first]:
            last += 1
        for i, j in _windows([len(digits) for _, digits in groups[first : last + 1]]):
            chosen = groups[first + i : first + j]
            if is_card_number(b"".join(digits for _, digits in chosen)):
                end = chosen[-1][0] + len(chosen[-1][1])
                yield at + chosen[0][0], at + end, "dashed" if gaps[first] == b"-" else "spaced"
        first = max(last, first + 1)


def _windows(sizes: list[int]) -> Iterator[tuple[int, int]]:
    """Windows of groups that may be one number; long tables of numbers are none."""
    if 1 < len(sizes) <= 19 and 13 <= sum(sizes) <= 19 and _even(sizes):
        yield 0, len(sizes)
    if len(sizes) > 8 or sizes.count(4) > 6:
        return
    for i in range(len(sizes)):
        for j in range(i + 2, min(i + 5, len(sizes)) + 1):
            if (i, j) != (0, len(sizes)) and _printed(sizes[i:j]):
                yield i, j


def _even(sizes: list[int]) -> bool:
    return (sizes[0] in (1, 3) and len(set(sizes[:-1])) == 1 and sizes[-1] <= sizes[0]) or _printed(sizes)


def _printed(sizes: list[int]) -> bool:
    """As embossed on cards: groups of four, or 4-6-5 and 4-6-4."""
    fours = len(sizes) >= 4 and set(sizes[:-1]) == {4} and sizes[-1] <= 4
    return fours or sizes in ([4, 6, 5], [4, 6, 4])


def _is_something_else(data: bytes, start: int, end: int) -> bool:
    before, after = data[max(0, start - 48) : start], data[end : end + 40]
    plain = data[start:end].isdigit()
    if before[-1:] == b"+" or (plain and before[-1:] == b"." and before[-2:-1].isdigit()):
        return True  # a telephone number, the digits behind a decimal point
    if data[start:end].find(b"-") > 0 and (_joined(before[-2:]) or _joined(after[1::-1])):
        return True  # part of a longer dashed id, such as a UUID
    if plain and (_in_hexadecimal(before, data[start:end], after) or _SAFE_FIELD.search(before)):
        return True
    if not plain and (_IN_DUMP[0].search(before) or _IN_DUMP[1].match(after)):
        return True  # groups of a dump: read as bytes instead
    return _in_iban(before, data[start:end], after)


def _joined(two: bytes) -> bool:
    """A letter or digit and a dash, seen from outside towards the number."""
    return len(two) == 2 and two[1:] == b"-" and two[:1].isalnum()


def _in_hexadecimal(before: bytes, number: bytes, after: bytes) -> bool:
    """Digits inside a hash or a hexadecimal dump: those are read as bytes instead."""
    if not (before[-1:].isalpha() or after[:1].isalpha()):
        return False
    front = len(before) - len(before.rstrip(b"0123456789abcdefABCDEF"))
    tail = _HEX_TAIL.match(after)
    length = front + len(number) + (tail.end() if tail else 0)
    touched = before[-1:] + after[:1]
    return length >= 20 and any(b in _HEX_LETTERS for b in touched)


def _in_iban(before: bytes, number: bytes, after: bytes) -> bool:
    head = _IBAN_HEAD.search(before)
    if head is None:
        return False
    rest = re.match(rb"(?: ?[A-Z0-9]{1,4}){0,4}", after)
    whole = (head.group() + number + (rest.group() if rest else b"")).replace(b" ", b"")
    return any(is_iban(whole[:n]) for n in range(15, min(34, len(whole)) + 1))
