"""Recorded CCID bytes to frames, what of them is card data, and what may be kept; sends nothing."""

from __future__ import annotations

from kiosk.protocols.ccid import atr, messages
from kiosk.protocols.ccid.messages import DATA, HEADER, PARAMETERS, STATUS, Message
from kiosk.protocols.protocol import Decoded, Frame, Rubbish, Span, Value

_BARE = frozenset({messages.POWER_ON, messages.POWER_OFF, messages.GET_STATUS, messages.GET_PARAMETERS})


def decode(data: bytes, framing: str, direction: str | None = None) -> Decoded:
    """Messages in the order they stand; an interrupt message is one only outside of all others."""
    frames: list[Frame] = []
    rubbish: list[Rubbish] = []
    place = 0
    while place < len(data):
        frame = _frame(data, place, direction)
        if frame is not None:
            frames.append(frame)
            place += frame.length
        elif rubbish and rubbish[-1].offset + rubbish[-1].length == place:
            rubbish[-1] = Rubbish(rubbish[-1].offset, rubbish[-1].length + 1)
            place += 1
        else:
            rubbish.append(Rubbish(place, 1))
            place += 1
    return Decoded(tuple(frames), tuple(rubbish))


def _frame(data: bytes, place: int, direction: str | None) -> Frame | None:
    message = messages.at(data, place, direction)
    if message is not None:
        return _of_message(message, place)
    length = 0 if direction == "out" else messages.notice_at(data, place)
    return _of_notice(data[place : place + length], place) if length else None


def _of_message(message: Message, place: int) -> Frame:
    outwards = message.type in messages.REQUESTS
    name = messages.REQUESTS[message.type] if outwards else messages.ANSWERS[message.type]
    fields: dict[str, Value] = {"slot": message.slot, "sequence": message.seq}
    fields |= _asked(message) if outwards else _answered(message)
    if message.data and "atr" not in fields:
        fields["bytes"] = len(message.data)
    return Frame(place, message.length, "out" if outwards else "in", f"{message.type:02X}", name, fields)


def _asked(message: Message) -> dict[str, Value]:
    if message.type != messages.POWER_ON:
        return {}
    return {"voltage": ("automatic", "5 V", "3 V", "1.8 V")[min(message.own[0], 3)]}


def _answered(message: Message) -> dict[str, Value]:
    fields: dict[str, Value] = {"card": message.card, "outcome": message.outcome}
    if message.error:
        fields |= {"error": message.error, "error_code": f"{message.own[1]:02X}"}
    if message.outcome == "time_extension":
        fields["waits"] = message.own[1]
    if message.type == STATUS:
        fields["clock"] = messages.CLOCK[message.own[2]]
    if message.type == PARAMETERS and message.data:
        fields["protocol"] = f"T={message.own[2]}"
    if message.type == DATA and (found := atr.parse(message.data)) is not None:
        fields["atr"] = {**atr.words(found)}
    return fields


def _of_notice(data: bytes, place: int) -> Frame:
    if data[0] == messages.SLOT_CHANGE:
        fields: dict[str, Value] = {"slots": [*messages.changes(data[1])]}
    else:
        fields = {"slot": data[1], "sequence": data[2], "overcurrent": bool(data[3] & 1)}
    return Frame(place, len(data), "in", f"{data[0]:02X}", messages.NOTICES[data[0]], fields)


def card_spans(message: bytes, framing: str) -> tuple[Span, ...]:
    """Whatever is exchanged with a card; of an answer to reset its historical bytes, and its check byte if right."""
    parsed = messages.at(message, 0, None)
    if parsed is None or parsed.length != len(message) or not parsed.data or parsed.type == PARAMETERS:
        return ()
    found = atr.parse(parsed.data) if parsed.type == DATA else None
    if found is None:
        return (Span(HEADER, len(parsed.data), "binary", "ccid.exchange"),)
    start, count = found.historical
    masked = count + (found.check is True)
    return (Span(HEADER + start, masked, "binary", "ccid.historical"),) if count else ()


def admits(message: bytes, framing: str) -> bool:
    """Requests without data, states, parameters, and an answer to reset once its historical bytes are masked."""
    if message and messages.notice_at(message, 0) == len(message):
        return True
    parsed = messages.at(message, 0, None)
    if parsed is None or parsed.length != len(message):
        return False
    if parsed.type in _BARE | {STATUS}:
        return not parsed.data
    return parsed.type == PARAMETERS or (parsed.type == DATA and _is_structure(parsed.data))


def _is_structure(data: bytes) -> bool:
    if data.count(atr.MASK) == len(data):
        return True
    found = atr.parse(data)
    start, count = found.historical if found else (0, len(data))
    return data[start : start + count].count(atr.MASK) == count
