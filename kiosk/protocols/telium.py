"""Telium and Concert (France): knocks with ENQ, hears ACK, leaves with EOT; a frame is never sent, for every one pays.

Source: "Protocole Caisse" as open implementations speak it. EOT follows every ENQ of ours, whatever came, or the
terminal waits; also when the time of the run is up. Only after a person stopped the run not one byte more is sent.
"""

from __future__ import annotations

from collections.abc import Generator

from kiosk.errors import Garbled, NoAnswer
from kiosk.model.finding import Finding, Measurement, Severity
from kiosk.model.health import GlobalStatus, Health, Reading
from kiosk.model.terminal import Kind, Level
from kiosk.protocols import stx
from kiosk.protocols.conversation import Conversation, Send, Wish
from kiosk.protocols.protocol import Decoded, Protocol, Span, Value

DIALECT = stx.Dialect(
    signs={stx.ENQ: "enq", stx.ACK: "ack", stx.NAK: "nak", stx.EOT: "eot"},
    longest=256,
)
ENQ, ACK, EOT = bytes([stx.ENQ]), bytes([stx.ACK]), bytes([stx.EOT])
BAUDS = (9600, 19200, 115200, 1200)
WAITS = (3.0, 2.0)

_ASK: tuple[tuple[str, int], ...] = (
    ("till", 2),
    ("amount", 8),
    ("answer_form", 1),
    ("payment_mode", 1),
    ("transaction", 1),
    ("currency", 3),
)
_ASK += (("private", 10), ("delay", 4), ("authorisation", 4))
_HEAD = (("till", 2), ("result", 1), ("amount", 8), ("payment_mode", 1))
_END = (("currency", 3), ("private", 10))
REPORT = "report"
LAYOUTS: dict[tuple[str, int], tuple[str, tuple[tuple[str, int], ...]]] = {
    ("out", 34): ("Payment request", _ASK),
    ("in", 25): ("Result", (*_HEAD, *_END)),
    ("in", 26): ("Result", (*_HEAD, *_END, ("more", 1))),
    ("in", 80): ("Result with report", (*_HEAD, (REPORT, 55), *_END)),
    ("in", 81): ("Result with report", (*_HEAD, (REPORT, 55), *_END, ("more", 1))),
}


def read(framing: str) -> Conversation[Reading]:
    """Ready (ACK) or not (NAK, or its own ENQ: it has an answer for the till)."""
    link = stx.Link(DIALECT)
    said = yield from _knock(link)
    ready = said == "ack"
    measurements = (Measurement("telium.enquiry", said, ok=ready), *link.stray("telium"))
    if ready:
        return Reading(Health(global_status=GlobalStatus.OK), measurements)
    return Reading(Health(global_status=GlobalStatus.BUSY), measurements, (Finding("terminal.busy", Severity.WARNING),))


def answers(framing: str) -> Conversation[None]:
    """A terminal that says NAK talks as well."""
    yield from _knock(stx.Link(DIALECT))


def _knock(link: stx.Link) -> Generator[Wish, bytes, str]:
    """ "ack", "nak", or "enq" where the terminal itself wants to talk to the till: that talk is not ours to begin."""
    before = yield from link.drain()
    if before and before[-1].kind == "enq":
        return "enq"
    refused = False
    for wait in WAITS:
        yield Send(ENQ)
        try:
            said = yield from _heard(link, wait)
            yield Send(EOT)
        except NoAnswer:  # the time of the run is up: the terminal must not be left waiting
            yield Send(EOT)
            raise
        if said in ("ack", "enq"):
            return said
        refused = refused or said == "nak"
    if refused:
        return "nak"
    raise link.silence()


def _heard(link: stx.Link, wait: float) -> Generator[Wish, bytes, str | None]:
    """What answers one ENQ; None for silence and for what is no answer. Never raises: EOT comes first."""
    before = link.noise
    try:
        piece = yield from link.next(wait)
    except Garbled:
        return None
    if piece is None or link.noise - before > stx.FAINT or piece.kind not in ("ack", "nak", "enq"):
        link.noise += piece.length if piece else 0
        return None
    return piece.kind


def level_of(wish: Wish, framing: str) -> Level | None:
    """ENQ, ACK, EOT. There is no status frame: every frame is a payment, so none is on the list."""
    return stx.level_of(wish, frozenset({ENQ, ACK, EOT}), BAUDS)


def may_act(wish: Wish, framing: str) -> bool:
    """An enquiry that is followed by EOT sets nothing going."""
    return False


def _layout(size: int, direction: str | None) -> tuple[str, str, tuple[tuple[str, int], ...]]:
    for way in (direction,) if direction else ("out", "in"):
        if (way, size) in LAYOUTS:
            return (way, *LAYOUTS[way, size])
    return (direction or "in", "Unknown", ())


def describe(body: bytes, direction: str | None) -> stx.Message:
    way, name, layout = _layout(len(body), direction)
    fields: dict[str, Value] = {}
    at = 0
    for field, size in layout:
        fields[field] = body[at : at + size].decode("latin-1").strip()
        at += size
    note = "" if layout else "no frame of this length is known"
    return stx.Message(body[:2].decode("latin-1"), name, fields, way, note, bool(layout))


def decode(data: bytes, framing: str, direction: str | None = None) -> Decoded:
    return stx.decode(data, DIALECT, direction, describe)


def card_spans(message: bytes, framing: str) -> tuple[Span, ...]:
    """The report of a full answer begins with the card's number in clear; all of it is masked."""
    piece = stx.first_frame(message, DIALECT)
    _, name, layout = _layout(len(piece.body), "in") if piece else ("", "", ())
    if name != "Result with report":
        return ()
    at = 1 + sum(size for _, size in layout[: [field for field, _ in layout].index(REPORT)])
    return (Span(at, 55, "name", "telium.report"),)


def admits(message: bytes, framing: str) -> bool:
    """Single signs; every frame tells of a payment."""
    return len(message) == 1 and message[0] in DIALECT.signs


def filled(message: bytes, framing: str) -> bytes | None:
    """Keeps the number of the till; the length names the frame."""
    return stx.filled(message, DIALECT, 2)


PROTOCOL = Protocol(
    id="telium",
    title="Telium",
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
