"""nexo messages in HTTP for people, and which of them may be kept; never raises, sends nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosk.errors import DeviceError, Refused, WrongKey
from kiosk.protocols.conversation import Send
from kiosk.protocols.nexo import http, messages
from kiosk.protocols.nexo.http import Message
from kiosk.protocols.nexo.messages import Answer, additional
from kiosk.protocols.nexo.request import level_of
from kiosk.protocols.protocol import Decoded, Frame, Rubbish, Span, Value

_VALUE = rb"([\w%+/=.-]+)(?:\r\n[0-9A-Fa-f]+\r\n([\w%+/=.-]+))?"  # a chunk may end in the middle of it
_PRIVATE = re.compile(rb"(?:(?:networkProfile|merchantAccount|storeId)=|\"NexoBlob\"\s*:\s*\")" + _VALUE)
_HEADERS = re.compile(
    rb"(?:content-type|content-length|transfer-encoding|date|connection|server):[^\r\n]{0,80}", re.IGNORECASE
)
_CATEGORY = re.compile(rb'"MessageCategory"\s*:\s*"([A-Za-z]{1,40})"')
_SHOWN = ("batteryLevel", "firmwareVersion", "unconfirmedBatchCount", "terminalId")


def decode(data: bytes, framing: str, direction: str | None = None) -> Decoded:
    """HTTP messages one behind the other; answers are "in", requests "out" unless `direction` says otherwise."""
    frames: list[Frame] = []
    rubbish: list[Rubbish] = []
    at = 0
    for start in http.heads(data):
        if start < at:
            continue
        message = _taken(data[start : start + http.MOST_HEAD + 2 * http.MOST_BODY])
        if message is None:
            continue
        _mark(rubbish, at, start - at)
        frames.append(_frame(message, start, direction))
        at = start + message.length
    _mark(rubbish, at, len(data) - at)
    return Decoded(tuple(frames), tuple(rubbish))


def _mark(rubbish: list[Rubbish], at: int, length: int) -> None:
    if length:
        rubbish.append(Rubbish(at, length))


def _taken(data: bytes) -> Message | None:
    try:
        return http.take(data)
    except DeviceError:
        return None


def _parsed(body: bytes) -> Answer | None:
    try:
        return messages.parse(body)
    except DeviceError:
        return None


def _frame(message: Message, at: int, direction: str | None) -> Frame:
    answers = message.status != 0
    category = _CATEGORY.search(message.body)
    name = f"{category[1].decode()} {'answer' if answers else 'request'}" if category else "HTTP message"
    fields: dict[str, Value] = {"status": message.status} if answers else {"path": message.target[:80]}
    fields |= _fields(_parsed(message.body))
    command = b"HTTP" if answers else b"POST"
    way = direction or ("in" if answers else "out")
    return Frame(at, message.length, way, command.hex().upper(), name, fields)


def _fields(answer: Answer | None) -> dict[str, Value]:
    """Only a diagnosis is shown: other messages may hold what a card told."""
    if answer is None:
        return {}
    if answer.diagnosis is None:
        return {"event": answer.event}
    status, result = answer.diagnosis.status, answer.diagnosis.result
    told: dict[str, Value] = {
        "result": result.result[:60],
        "condition": result.condition,
        "overall": status.overall,
        "security": status.security,
        "pin_device": status.pin_device,
        "card_reader": status.card_reader,
        "printer": status.printer,
        "communication": status.communication,
    }
    known = additional(result.additional)
    told |= {name: known[name] for name in _SHOWN if name in known}
    return {name: value for name, value in told.items() if value is not None}


def _is_ours(message: bytes, framing: str) -> bool:
    """Our own request, a diagnosis, an event, or word of how messages must be sealed."""
    if level_of(Send(message), framing) is not None:
        return True
    taken = _taken(message)
    if taken is None or taken.length != len(message):
        return False
    try:
        messages.parse(taken.body)
    except (Refused, WrongKey):
        return True
    except DeviceError:
        return False
    return True


def card_spans(message: bytes, framing: str) -> tuple[Span, ...]:
    """All of another message's body: payments carry cards there. In a diagnosis, what names a network or a merchant."""
    if _is_ours(message, framing):
        return tuple(Span(start, length, "name", "nexo_private") for start, length in _private(message))
    start = message.find(b"\r\n\r\n") + 4
    body = len(message) - start
    return (Span(start, body, "name", "nexo_card"),) if start >= 4 and body > 0 else ()


def _private(message: bytes) -> Iterator[tuple[int, int]]:
    for match in _PRIVATE.finditer(message):
        yield from ((match.start(n), match.end(n) - match.start(n)) for n in (1, 2) if match[n])


def admits(message: bytes, framing: str) -> bool:
    """Our own request and answers to it; of any other answer its head, if nothing of its body is left."""
    return _is_ours(message, framing) or _is_emptied(message)


def _is_emptied(message: bytes) -> bool:
    """An answer with plain headers, and no letter or digit in its body but the mask's."""
    head, _, body = message.partition(b"\r\n\r\n")
    line, *headers = head.split(b"\r\n")
    plain = line.startswith(b"HTTP/1.") and len(line) < 80 and all(map(_HEADERS.fullmatch, headers))
    return plain and not any(chr(byte).isalnum() for byte in body if byte != ord("x"))
