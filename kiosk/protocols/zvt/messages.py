"""ZVT messages as named fields for people and as a status for the checks; card data is never shown in the clear."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.errors import Garbled
from kiosk.protocols.framing import bcd, printable
from kiosk.protocols.protocol import Value
from kiosk.protocols.zvt import apdu, codes, commands
from kiosk.protocols.zvt.bitmaps import LLL, Field, Fields, digits, read_fields

_LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){11,}")
_WITH_PASSWORD = frozenset(
    {0x0501, 0x0600, 0x0603, 0x0612, 0x0618, 0x061A, 0x061B, 0x0620, 0x0630, 0x0631, 0x0625, 0x0624, 0x0650, 0x0651}
    | {0x0610, 0x0679, 0x0693, 0x0691, 0x0695, 0x0813, 0x0814, 0x0811, 0x0812, 0x0810}
)
_TAIL = -LLL


@dataclass(frozen=True, slots=True)
class Status:
    """A completion of a status enquiry: software version, status byte, and what stands in its fields."""

    code: int | None
    software: str | None
    fields: Fields


def read_status(message: apdu.Apdu, expected: bool = True) -> Status | None:
    """`06 0F`: [LLLVAR software] status [fields]; None if it is the completion of something else.

    With `expected` the first byte is a status whatever its value; without, only where it cannot be a field.
    """
    if message.command != commands.COMPLETION:
        return None
    data, at, software = message.data, 0, None
    try:
        length = digits(data[:_TAIL], _TAIL)
    except Garbled:
        length = None
    if length is not None and _TAIL + length <= len(data):
        software, at = printable(data[_TAIL : _TAIL + length]), _TAIL + length
    code = data[at] if at < len(data) else None
    if not expected and software is None and not _is_status(data):
        return None
    return Status(code, software, read_fields(data, at + 1))


def _is_status(data: bytes) -> bool:
    """Alone, or before a TLV container, and a code of chapter 11: then it is no bitmap."""
    return (
        bool(data) and data[0] in codes.STATUS and (len(data) == 1 or data[1] == 0x06) and not read_fields(data).whole
    )


def describe(message: apdu.Apdu) -> tuple[dict[str, Value], str]:
    """Named fields of a message, and a note on what could not be read."""
    before = _BEFORE.get(message.command, _before_fields)(message)
    fields = fields_of(message)
    shown = dict(before)
    for field in fields.all:
        if field.written not in ("tlv", "list"):
            _add(shown, field.name, show(field, fields.data))
    if fields.whole:
        return shown, ""
    left = len(fields.data) - fields.rest
    return shown | {"unread": f"{left} bytes"}, f"{left} bytes at the end are no known field"


def fields_of(message: apdu.Apdu) -> Fields:
    """The bitmaps of a message, behind what its command puts before them."""
    if message.command == commands.COMPLETION and (status := read_status(message, expected=False)):
        return status.fields
    return read_fields(message.data, _start(message))


def _start(message: apdu.Apdu) -> int:
    """Where bitmaps begin in the data."""
    command, data = message.command, message.data
    if command >> 8 == 0x0F:
        return len(data)
    if command == commands.PRINT_LINE:
        return _end_of_line(data)
    if command == commands.REGISTRATION:
        return 6 if len(data) >= 6 else 4
    if _has_password(message):
        return 3
    return _STARTS.get(command, 0)


_STARTS = {commands.ABORTED: 1, commands.INTERMEDIATE: 2, commands.READ_CARD: 1}


def _has_password(message: apdu.Apdu) -> bool:
    """Three bytes before the fields; some commands may leave them out."""
    data = message.data
    return message.command in _WITH_PASSWORD and len(data) >= 3 and not read_fields(data).whole


def _end_of_line(data: bytes) -> int:
    """A print line is an attribute, text, and at the end perhaps a TLV container."""
    ends = (at for at in range(1, len(data)) if data[at] == 0x06 and read_fields(data, at).whole)
    return next(ends, len(data))


def _before_fields(message: apdu.Apdu) -> dict[str, Value]:
    code = message.command & 0xFF
    if message.command >> 8 == 0x84 and code:
        return {"error": f"{code:02X}", "finding": codes.error_meaning(code).finding}
    if message.command >> 8 == 0x0F:
        return {"data": f"{len(message.data)} bytes"}
    return {"password": "******"} if _has_password(message) else {}


def _completion(message: apdu.Apdu) -> dict[str, Value]:
    status = read_status(message, expected=False)
    shown: dict[str, Value] = {}
    if status is not None and status.software is not None:
        shown["software"] = safe_text(status.software)
    if status is not None and status.code is not None:
        meaning = codes.STATUS.get(status.code)
        shown |= {"status": f"{status.code:02X}", "finding": meaning.finding if meaning else ""}
    return shown


def _aborted(message: apdu.Apdu) -> dict[str, Value]:
    if not message.data:
        return {}
    return {"error": f"{message.data[0]:02X}", "finding": codes.error_meaning(message.data[0]).finding}


def _intermediate(message: apdu.Apdu) -> dict[str, Value]:
    shown: dict[str, Value] = {"intermediate": message.data[:1].hex().upper()}
    return shown | {"timeout_minutes": bcd(message.data[1:2])} if len(message.data) > 1 else shown


def _print_line(message: apdu.Apdu) -> dict[str, Value]:
    if not message.data:
        return {}
    return {"attribute": f"{message.data[0]:02X}", "text": safe_text(line_text(message))}


def line_text(message: apdu.Apdu) -> str:
    """What a `06 D1` prints; attribute FF is a number of line feeds and no text (section 3.5)."""
    data = message.data
    return "" if data[:1] == b"\xff" else printable(data[1 : _end_of_line(data)])


def _registration(message: apdu.Apdu) -> dict[str, Value]:
    data = message.data
    shown: dict[str, Value] = {"password": "******"} if len(data) >= 3 else {}
    shown |= {"config": data[3:4].hex().upper()} if len(data) > 3 else {}
    return shown | {"currency": bcd(data[4:6])} if len(data) >= 6 else shown


def _read_card(message: apdu.Apdu) -> dict[str, Value]:
    return {"timeout": message.data[0]} if message.data else {}


_BEFORE: Mapping[int, Callable[[apdu.Apdu], dict[str, Value]]] = {
    commands.COMPLETION: _completion,
    commands.ABORTED: _aborted,
    commands.INTERMEDIATE: _intermediate,
    commands.PRINT_LINE: _print_line,
    commands.REGISTRATION: _registration,
    commands.READ_CARD: _read_card,
}


def _add(shown: dict[str, Value], name: str, value: Value) -> None:
    """A field that comes again becomes a list."""
    if name not in shown:
        shown[name] = value
    elif isinstance(there := shown[name], list):
        there.append(value)
    else:
        shown[name] = [there, value]


def show(field: Field, data: bytes) -> Value:
    """One value for a person; card data keeps its length only."""
    value = field.value(data)
    if field.unknown and number_in(value):
        return "x" * (2 * len(value))
    show_as = _SHOWN.get(field.written)
    return show_as(value) if show_as else value.hex().upper()


_CARD_BCD = re.compile(r"(?<![0-9])[0-9]{13,19}(?![0-9])")
_CARD_TEXT = re.compile(rb"(?<![0-9])[0-9]{13,19}(?![0-9])")


def number_in(value: bytes) -> str:
    """How a number as long as a card's stands in a value that nobody knows: "bcd", "text", or "" for none."""
    if _CARD_TEXT.search(value):
        return "text"
    return "bcd" if _CARD_BCD.search(value.hex()) else ""


def safe_text(text: str) -> str:
    """A number as long as a card's is not shown, wherever it stands."""
    return _LONG_NUMBER.sub(lambda found: re.sub(r"\d", "x", found.group()), text)


def _amount(value: bytes) -> Value:
    digits_only = value.hex()
    return f"{int(digits_only[:-2])}.{digits_only[-2:]}" if digits_only.isdecimal() else digits_only.upper()


def _time(value: bytes) -> Value:
    text = value.hex()
    return f"{text[:2]}:{text[2:4]}:{text[4:6]}" if text.isdecimal() and len(text) == 6 else text.upper()


_SHOWN: Mapping[str, Callable[[bytes], Value]] = {
    "number": lambda value: int.from_bytes(value, "big"),
    "bcd": bcd,
    "amount": _amount,
    "time": _time,
    "text": lambda value: safe_text(printable(value)),
    "card": lambda value: "x" * (2 * len(value)),
    "card_text": lambda value: "x" * len(value),
    "note": lambda value: re.sub(r"\d", "x", printable(value)),
    "secret": lambda value: "*" * len(value),
}
