"""Card numbers and magnetic tracks in ASCII text; must not decode anything."""

import re
from collections.abc import Iterator
from functools import lru_cache

from kiosk.evidence.redaction.hits import NAME, TEXT, Hit
from kiosk.evidence.redaction.numbers import is_card_number, is_full_card_number, is_iban
from kiosk.evidence.redaction.shapes import kinds, places, stretches

_GAP = b" -./_+\t\xa0\xc2"  # the last two: a non-breaking space in UTF-8
_FIGURES_AND_GAPS, _CANDIDATE = kinds({b"0": b"0123456789" + _GAP}), b"0" * 13
_APART = bytes.maketrans(_GAP, b" " * len(_GAP))
_PART = re.compile(rb"\d+|\D+")
_DIGIT_GROUP = re.compile(rb"\d+")
_DIGITS = re.compile(rb"\d{13,}+")
_LONGEST = 400  # bytes: a longer run of digits and gaps is a table
# Rarer signs between groups of four: only where nothing but the number stands there.
_SIGN = rb"([,:;|*\\~]|\xe2[\x80\x88].| [\-/|*.] |, | {3,4}|\r?\n)"
_SIGNED = re.compile(
    rb"\d(?<!\d\d)(?:\d{3}(?=\D{1,3}\d)"
    + _SIGN
    + rb"(?:\d{4}\1\d{4}(?:\1\d{1,4}){0,2}|\d{6}\1\d{4,5})(?!\d|\1\d)"
    + rb"|([,:;|] ?)(?:\d\2){11,17}\d(?!\d|\2\d))",
    re.DOTALL,
)
# What of the above stands in every match: figures are 0, signs a comma, the marks of a track 2 an equals sign.
_SHAPE = kinds({b"0": b"0123456789", b",": b",:;|*\\~\n", b"-": b"-/.", b"=": b"=Dd^"}, others=True)
_SIGNED_SHAPES = (
    *(b"0000" + sign + b"0000" for sign in (b",", b", ", b" , ", b" - ", b"   ", b"\r,")), b"0000\xe2",
    b"0," * 11 + b"0", b"0, " * 11 + b"0",
)  # fmt: skip
_TRACK_2_SHAPES = tuple(b"0" * 13 + mark + b"0000" for mark in (b"=", b"%0=", b",u000=", b"&#00,", b"=0="))
# ISO/IEC 7813: track 1 format B, track 2; in hexadecimal text a D stands for the "="
_TRACK_1 = re.compile(rb"[Bb](\d[\d ]{12,22})\^([^^?\r\n]{2,40})\^([^?\r\n\x00-\x1f]{0,80})\??")
_TRACK_1_MARK, _TRACK_1_FRONT = re.compile(rb"\^(?=[^^?\r\n]{2,40}\^)"), re.compile(rb"[Bb]\d[\d ]{12,22}\Z")
_TRACK_2_MARK = re.compile(rb"\d(?:[=Dd^]|%3[Dd]|\\u003[Dd]|&#61;|=3D)(?=\d{4})")
_BACK = re.compile(rb"\d{4,60}")
_AMOUNT = rb"0{3}\d{9}"
_BEHIND_NUMBER = re.compile(rb"(?:[1-4]\d(?:0[1-9]|1[0-2]))?(?:0[019]0000|200000)?" + _AMOUNT)  # expiry, what is asked
_BEFORE_NUMBER = re.compile(_AMOUNT)
_EXPIRY = re.compile(rb"[1-4]\d(?:0[1-9]|1[0-2])(?:\d{3})?")

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
_FRACTION = re.compile(rb"\d\.\d{0,6}\Z")
_HEX_LETTERS = frozenset(b"abcdefABCDEF")
_HEX_TAIL = re.compile(rb"[0-9A-Fa-f]*")
_HASH = 24  # digits at least, in pairs: words of the first six letters are shorter
_HEX_GROUP = rb"(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{4}"
_IN_DUMP = (
    re.compile(rb"(?:" + _HEX_GROUP + rb"|[0-9a-f]{6,8}:(?: [0-9a-f]{4}){0,7}) {1,2}\Z"),
    re.compile(rb" " + _HEX_GROUP + rb"\b"),
)


def text_hits(data: bytes) -> Iterator[Hit]:
    """Every card number and track written as ASCII, however its digits are grouped."""
    yield from _first_tracks(data)
    shape = data.translate(_SHAPE)
    yield from _second_tracks(data, shape)
    yield from _signed(data, shape)
    for at, last in stretches(data.translate(_FIGURES_AND_GAPS), _CANDIDATE):
        found = data[at:last]
        if len(found.translate(None, _GAP)) < 13:
            continue
        found = found.lstrip(_GAP)
        for start, end, rule in _numbers(found, last - len(found)):
            if not _is_something_else(data, start, end):
                yield Hit(start, end, TEXT, rule)


def _first_tracks(data: bytes) -> Iterator[Hit]:
    """Found from the first separator backwards."""
    for mark in _TRACK_1_MARK.finditer(data):
        front = _TRACK_1_FRONT.search(data, max(0, mark.start() - 24), mark.start())
        match = _TRACK_1.match(data, front.start()) if front else None
        if match and is_card_number(match[1].replace(b" ", b"")):
            yield Hit(match.start(1), match.end(), NAME, "track1")


def _second_tracks(data: bytes, shape: bytes) -> Iterator[Hit]:
    for place in places(shape, _TRACK_2_SHAPES):
        mark = _TRACK_2_MARK.match(data, place + 12)
        if mark is None:
            continue
        at = mark.start() + 1
        front = _trailing_digits(data[max(0, at - 24) : at])
        number = front if len(front) <= 19 else front[2:]
        if number[:1] == b"0":
            number = number[2:]  # track 3 begins with a format of two digits (ISO/IEC 4909)
        if is_card_number(number):
            back = _BACK.match(data, mark.end())
            if back is not None:
                yield Hit(at - len(number), at, TEXT, "track2")
                yield Hit(mark.end(), back.end(), TEXT, "track2")


def _trailing_digits(data: bytes) -> bytes:
    return data[len(data.rstrip(b"0123456789")) :]


def _signed(data: bytes, shape: bytes) -> Iterator[Hit]:
    for place in places(shape, _SIGNED_SHAPES):
        match = _SIGNED.match(data, place)
        if match and is_card_number(b"".join(re.findall(rb"\d+", match.group().replace(b"\xe2", b" ")))):
            yield Hit(match.start(), match.end(), TEXT, "spaced")


def _numbers(found: bytes, at: int) -> Iterator[tuple[int, int, str]]:
    """Split a candidate into groups and try those that people and printers use."""
    groups = found.translate(_APART).split()
    if len(groups) == 1:
        yield from _unbroken(groups[0], at)
        return
    if max(map(len, groups)) >= 13:
        for run in _DIGITS.finditer(found):
            yield from _unbroken(run.group(), at + run.start())
    if len(found) > _LONGEST or not _may_be_one(tuple(map(len, groups))):
        return
    for place, segment in _segments(found.rstrip(_GAP), len(groups)):
        yield from _grouped(segment, at + place)


def _segments(found: bytes, count: int) -> Iterator[tuple[int, bytes]]:
    """Cut where the sign between groups changes: a date in front of a number is none of it."""
    gaps = found.translate(None, b"0123456789")
    if len(gaps) == count - 1 and gaps == gaps[:1] * len(gaps):
        yield 0, found
        return
    parts = list(_PART.finditer(found))
    first = 0
    for i in range(2, len(parts), 2):
        if i + 1 == len(parts) or parts[i + 1].group() != parts[i - 1].group():
            yield parts[first].start(), found[parts[first].start() : parts[i].end()]
            first = i


def _grouped(found: bytes, at: int) -> Iterator[tuple[int, int, str]]:
    groups = list(_DIGIT_GROUP.finditer(found))
    for i, j in _windows(tuple(m.end() - m.start() for m in groups)):
        start, end = groups[i].start(), groups[j - 1].end()
        if is_card_number(found[start:end].translate(None, _GAP)):
            yield at + start, at + end, "dashed" if b"-" in found[start:end] else "spaced"


def _unbroken(digits: bytes, at: int) -> Iterator[tuple[int, int, str]]:
    """A number by itself, filled with noughts, behind its length (ISO 8583) or before its expiry."""
    if len(digits) <= 19:
        if is_card_number(digits):
            yield at, at + len(digits), "ascii"
            return
        if digits[0] != 0x30:
            return
    bare = digits.lstrip(b"0")
    for size in range(19, 12, -1):
        rest = bare[size:]
        if (not rest.strip(b"0") or _EXPIRY.fullmatch(rest)) and is_card_number(bare[:size]):
            yield at, at + len(digits), "ascii"
            return
    yield from _beside_amount(digits, at)
    yield from _behind_length(digits, at)


def _beside_amount(digits: bytes, at: int) -> Iterator[tuple[int, int, str]]:
    """Right in front of an amount of twelve digits, or behind it: fields of fixed width (ISO 8583)."""
    for size in (16, 19, 15, 14, 13, 17, 18) if len(digits) > 24 else ():
        if _BEHIND_NUMBER.fullmatch(digits, size) and is_full_card_number(digits[:size]):
            yield at, at + size, "ascii"
        front = _BEFORE_NUMBER.match(digits)
        first = front.end() if front else 0
        rest = digits[first + size :]
        if front and (not rest or _EXPIRY.fullmatch(rest)) and is_full_card_number(digits[first : first + size]):
            yield at + first, at + first + size, "ascii"


def _behind_length(digits: bytes, at: int) -> Iterator[tuple[int, int, str]]:
    for size in (16, 19, 15, 14, 13, 17, 18):
        place = digits.find(b"%d" % size)
        while 0 <= place <= len(digits) - size - 2:
            if is_card_number(digits[place + 2 : place + 2 + size]):
                yield at + place + 2, at + place + 2 + size, "ascii"
            place = digits.find(b"%d" % size, place + 1)


@lru_cache(4096)
def _windows(sizes: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Windows of groups that may be one number; long tables of numbers are none."""
    found = []
    if 1 < len(sizes) <= 19 and 13 <= sum(sizes) <= 19 and _even(sizes):
        found.append((0, len(sizes)))
    if len(sizes) > 8 or sizes.count(4) > 6:
        return tuple(found)
    found += [
        (i, j)
        for i in range(len(sizes))
        for j in range(i + 2, min(i + 5, len(sizes)) + 1)
        if (i, j) != (0, len(sizes)) and _printed(sizes[i:j])
    ]
    return tuple(found)


@lru_cache(4096)
def _may_be_one(sizes: tuple[int, ...]) -> bool:
    """Whether any groups in a row have the sizes of a number, whatever stands between them."""
    ends = range(len(sizes) + 1)
    return any(13 <= sum(sizes[i:j]) <= 19 and _even(sizes[i:j]) for i in ends for j in ends[i + 2 : i + 20])


def _even(sizes: tuple[int, ...]) -> bool:
    return (sizes[0] in (1, 2, 3) and len(set(sizes[:-1])) == 1 and sizes[-1] <= sizes[0]) or _printed(sizes)


def _printed(sizes: tuple[int, ...]) -> bool:
    """As embossed on cards: groups of four, or 4-6-5, 4-6-4, 4-3-3-3, 4-4-5, 8-8."""
    fours = len(sizes) >= 4 and set(sizes[:-1]) == {4} and sizes[-1] <= 4
    return fours or sizes in ((4, 6, 5), (4, 6, 4), (4, 3, 3, 3), (4, 4, 5), (8, 8), (4, 4, 4, 7))


def _is_something_else(data: bytes, start: int, end: int) -> bool:
    before, after = data[max(0, start - 48) : start], data[end : end + 40]
    plain = data[start:end].isdigit()
    if before[-1:] == b"+" or (plain and _FRACTION.search(before)):
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
    return length >= _HASH and length % 2 == 0 and any(b in _HEX_LETTERS for b in touched)


def _in_iban(before: bytes, number: bytes, after: bytes) -> bool:
    head = _IBAN_HEAD.search(before)
    if head is None:
        return False
    rest = re.match(rb"(?: ?[A-Z0-9]{1,4}){0,4}", after)
    whole = (head.group() + number + (rest.group() if rest else b"")).replace(b" ", b"")
    return any(is_iban(whole[:n]) for n in range(15, min(34, len(whole)) + 1))
