"""Verifone Point ECR (Nordic countries): ENQ, then status `s00` and version `s02`; nothing that pays or changes a mode.

Source: an open implementation of the Point ECR interface. 19200 8N1, LRC over all behind STX up to and with ETX, ETB
for a body in parts. A frame that we did not ask for gets no ACK: it belongs to the till.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from kiosk.errors import Garbled, Refused
from kiosk.model.finding import Datum, Finding, Measurement, Severity
from kiosk.model.health import GlobalStatus, Health, Reading
from kiosk.model.terminal import Kind, Level
from kiosk.protocols import stx
from kiosk.protocols.conversation import Conversation, Send, Wish
from kiosk.protocols.framing import printable
from kiosk.protocols.protocol import Decoded, Protocol, Span, Value

DIALECT = stx.Dialect(signs={stx.ENQ: "enq", stx.ACK: "ack", stx.NAK: "nak"}, parts=True, longest=2048)
ENQ, ACK, NAK = bytes([stx.ENQ]), bytes([stx.ACK]), bytes([stx.NAK])
STATUS, VERSION = stx.encode(b"s00"), stx.encode(b"s02")
BAUDS = (19200, 9600, 38400, 57600, 115200)
WAITS = (3.0, 1.0)
ANSWER = 3.0
REPEATS = 2
ENCODING = "iso8859-15"


CODES: dict[str, stx.Meaning] = {
    "0000": stx.Meaning("", Severity.INFO, GlobalStatus.OK),
    "0003": stx.Meaning("terminal.diagnosis_due", Severity.WARNING, None, "fetch"),
    "0004": stx.Meaning("terminal.diagnosis_due", Severity.WARNING, None, "fetch"),
    "1012": stx.Meaning("terminal.not_initialised", Severity.FAULT, GlobalStatus.MAINTENANCE, "initialise"),
    "1100": stx.Meaning("bank.unreachable", Severity.FAULT, None, "network"),
}
UNKNOWN = stx.Meaning("terminal.strange_status", Severity.WARNING, None)

NAMES = {
    "2": "Phase of a transaction",
    "4": "Result of a transaction",
    "5": "Result of a transaction",
    "7": "Result of an abort",
    "D": "Customer's card",
    "F": "Signature is asked for",
    "S": "Status",
    "W": "The terminal wakes the till",
}
QUESTIONS = {"s00": "Status request", "s01": "Request for the service's message", "s02": "Version request"}
_CARD = {"4": ("card_number", 7, 19), "5": ("card_number", 7, 19), "D": ("customer_number", 2, 20)}


def read(framing: str) -> Conversation[Reading]:
    """The status, then the version; a terminal that does not tell its version is no broken one."""
    link = stx.Link(DIALECT)
    yield from link.drain()
    yield from _knock(link)
    status = yield from _ask(link, STATUS)
    if status is None:
        raise link.silence("The terminal took the question and did not answer it.")
    if not status:
        return _refusal(link)
    if not is_status(status):
        return _in_the_middle(status, link)
    version = yield from _ask(link, VERSION)
    return reading_of(status, version, link)


def answers(framing: str) -> Conversation[None]:
    """A status request, for many a device says ACK to ENQ, and one of another kind would wait for what follows."""
    link = stx.Link(DIALECT)
    yield from link.drain()
    said = yield from _ask(link, STATUS)
    if said is None:
        raise link.silence()
    if not said:
        raise Refused("The terminal refused to tell its status.")
    if not is_status(said):
        _in_the_middle(said, link)


def _knock(link: stx.Link) -> Generator[Wish, bytes, None]:
    said = yield from link.sign(ENQ, WAITS)
    if said is None:
        raise link.silence()
    if said.kind == "nak":
        return  # it is there, but not at ease; the status tells more
    if said.kind == "frame":
        link.ready.appendleft(said)


def _ask(link: stx.Link, question: bytes) -> Generator[Wish, bytes, bytes | None]:
    """The body that answers, parts joined; None for silence, nothing at all for NAK. Raises `Garbled`."""
    said = link.ready.popleft() if link.ready else (yield from link.sign(question, WAITS))
    if said is None or said.kind == "nak":
        return None if said is None else b""
    body = b""
    for _ in range(8):
        piece = said if said is not None and said.kind == "frame" else (yield from _frame(link))
        said = None
        if piece is None:
            return None
        body += piece.body
        if not _is_ours(body):
            return body
        yield Send(ACK)
        if piece.end == stx.ETX:
            return body
    raise Garbled("The terminal sends without end.")


def _frame(link: stx.Link) -> Generator[Wish, bytes, stx.Piece | None]:
    """The next whole frame; NAK makes the terminal repeat a damaged one, twice at most."""
    for number in range(REPEATS + 1):
        piece = yield from link.next(ANSWER)
        while piece is not None and piece.kind in ("ack", "enq", "nak"):
            piece = yield from link.next(ANSWER)
        if piece is None or (piece.kind == "frame" and not stx.is_damaged(piece)):
            return piece
        if number < REPEATS:
            yield Send(NAK)
    raise Garbled("Frames of the terminal arrive with a wrong check sum.")


def _is_ours(body: bytes) -> bool:
    """Answers to `s..` begin with S; all else is the till's business, and an ACK would take it away from it."""
    return body[:1] == b"S"


def is_status(body: bytes) -> bool:
    """`S`, a code of four digits, reader, environment, message flag."""
    return len(body) == 8 and body[:1] == b"S" and body[1:].isdigit()


def reading_of(status: bytes, version: bytes | None, link: stx.Link) -> Reading:
    text = status.decode("ascii")
    code, reader, environment, message = text[1:5], text[5], text[6], text[7]
    meaning = CODES.get(code, UNKNOWN)
    measurements = [
        Measurement("nordic.status", code, raw=code, ok=not meaning.finding),
        Measurement("nordic.reader", {"0": "empty", "1": "card"}.get(reader, "unknown"), raw=reader),
        Measurement(
            "nordic.environment", {"0": "production", "1": "test"}.get(environment, "unknown"), raw=environment
        ),
        Measurement("nordic.message_waiting", message == "1", raw=message),
    ]
    data: dict[str, Datum] = {"source": "status", "code": code, "advice": meaning.advice}
    found = [Finding(meaning.finding, meaning.severity, data)] if meaning.finding else []
    if environment == "1":
        found.append(Finding("terminal.test_mode", Severity.WARNING))
    if reader == "1":
        found.append(Finding("terminal.card_inserted", Severity.WARNING))
    reachable = False if meaning.finding == "bank.unreachable" else None
    health = Health(global_status=meaning.overall, communication_ok=reachable, software=_software(version))
    return Reading(health, (*measurements, *link.stray("nordic")), tuple(found))


def _software(version: bytes | None) -> str | None:
    """The version answer is text behind its S; a second status is none."""
    if version is None or version[:1] != b"S" or is_status(version):
        return None
    return printable(version[1:], ENCODING)[:200] or None


def _refusal(link: stx.Link) -> Reading:
    measurement = Measurement("nordic.status", "nak", raw="15", ok=False)
    refused = Finding("protocol.refused", Severity.WARNING, {"protocol": PROTOCOL.title})
    return Reading(Health(), (measurement, *link.stray("nordic")), (refused,))


def _in_the_middle(body: bytes, link: stx.Link) -> Reading:
    """A message of the till's payment. Raises `Garbled` if it is none: an LRC does not see two equal bytes lost."""
    letter = body[:1].decode("latin-1")
    if letter == "S" or letter not in NAMES:
        raise Garbled("Answers of the terminal arrive with bytes missing.")
    measurement = Measurement("nordic.heard", NAMES[letter], raw=letter, ok=False)
    health = Health(global_status=GlobalStatus.BUSY)
    return Reading(health, (measurement, *link.stray("nordic")), (Finding("terminal.busy", Severity.WARNING),))


def level_of(wish: Wish, framing: str) -> Level | None:
    """Enquiry, status, version, and the signs that answers need. `s20` and `s21` change a mode; figures pay."""
    return stx.level_of(wish, frozenset({ENQ, ACK, NAK, STATUS, VERSION}), BAUDS)


def may_act(wish: Wish, framing: str) -> bool:
    """A status request sets nothing going."""
    return False


def describe(body: bytes, direction: str | None) -> stx.Message:
    text = body.decode(ENCODING, "replace")
    if direction != "in" and text[:3] in QUESTIONS and len(text) == 3:
        return stx.Message(text, QUESTIONS[text], {}, "out")
    letter = text[:1] if text[:1].isascii() else ""
    name = NAMES.get(letter) if direction != "out" else None
    if is_status(body):
        fields: dict[str, Value] = {"code": text[1:5], "reader": text[5], "environment": text[6], "message": text[7]}
        return stx.Message("S", "Status", fields, direction or "in")
    note = "fields are not read" if name else "no message that is known"
    fields = {"text": printable(body[1:], ENCODING)} if letter == "S" else {}
    return stx.Message(letter, name or "Unknown", fields, direction or "in", "" if letter == "S" else note, bool(name))


def decode(data: bytes, framing: str, direction: str | None = None) -> Decoded:
    return stx.decode(data, DIALECT, direction, describe)


def card_spans(message: bytes, framing: str) -> tuple[Span, ...]:
    """The card's number in results (the terminal masks it, or should) and numbers of customers' cards."""
    pieces = stx.frames_of(message, DIALECT)
    name, at, size = _CARD.get(stx.body_of(pieces)[:1].decode("latin-1"), ("", 0, 0)) if pieces else ("", 0, 0)
    return tuple(Span(start, length, "text", f"nordic.{name}") for start, length in _places(pieces, at, at + size))


def _places(pieces: Sequence[stx.Piece], at: int, end: int) -> Iterator[tuple[int, int]]:
    """Where bytes `at` to `end` of the body stand in the message: it may come in parts."""
    passed = 0
    for piece in pieces:
        first, last = max(at, passed), min(end, passed + len(piece.body))
        if first < last:
            yield piece.offset + 1 + first - passed, last - first
        passed += 0 if stx.is_damaged(piece) and len(pieces) > 1 else len(piece.body)


def admits(message: bytes, framing: str) -> bool:
    """Signs, our questions, status and version, which may come in parts."""
    if message in (ENQ, ACK, NAK, STATUS, VERSION):
        return True
    pieces = stx.frames_of(message, DIALECT)
    body = b"".join(piece.body for piece in pieces)
    return bool(pieces) and (is_status(body) or (_is_ours(body) and len(body) <= 64))


def filled(message: bytes, framing: str) -> bytes | None:
    """Keeps the letter that names it."""
    return stx.filled(message, DIALECT, 1)


PROTOCOL = Protocol(
    id="nordic",
    title="Verifone Point ECR",
    kind=Kind.TERMINAL,
    framings=("serial",),
    default_framing={"serial": "serial", "tcp": "serial", "usb": "serial"},
    level_of=level_of,
    may_act=may_act,
    read=read,
    answers=answers,
    decode=decode,
    card_spans=card_spans,
    admits=admits,
    filled=filled,
    line="8N1",
    bauds=BAUDS,
)
