"""Nexi ECR17 (Italy): asks for the terminal's status and nothing else; finds the check sum in use by itself.

Source: Nexi's public pages on Traditional POS. The LRC begins with 7F; terminals differ in whether STX and ETX count,
and only the harmless status request is used to find out. A terminal whose ECR parameters are not set never answers.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime

from kiosk.errors import Garbled
from kiosk.model.finding import Finding, Measurement, Severity
from kiosk.model.health import GlobalStatus, Health, Reading
from kiosk.model.terminal import Kind, Level
from kiosk.protocols import stx
from kiosk.protocols.conversation import Conversation, Send, Wish
from kiosk.protocols.framing import printable
from kiosk.protocols.protocol import Decoded, Protocol, Span, Value

STD = stx.Lrc("std", 0x7F, stx=False, etx=False)
VARIANTS = (
    STD,
    stx.Lrc("stx", 0x7F, stx=True, etx=True),
    stx.Lrc("noext", 0x7F, stx=False, etx=True),
    stx.Lrc("stx_noext", 0x7F, stx=True, etx=False),
)
DIALECT = stx.Dialect(lrcs=VARIANTS, checked=True, progress=40)
ANYONE = b"00000000"  # a terminal that compares terminal ids takes this one for its own
REQUEST = ANYONE + b"0s"
QUESTIONS = {lrc.name: stx.encode(REQUEST, lrc) for lrc in VARIANTS}
ACKS = {lrc.name: stx.encode_sign(stx.ACK, lrc) for lrc in VARIANTS}
NAKS = {lrc.name: stx.encode_sign(stx.NAK, lrc) for lrc in VARIANTS}
BAUDS = (9600, 19200, 38400, 57600, 115200, 1200, 2400, 4800)
TRY = 2.0  # seconds to ACK or NAK
ANSWER = 5.0
REPEATS = 3
MOST_PROGRESS = 200
SHORTEST = 31  # of a status answer; the software release stands behind
SILENT = "The terminal did not answer. One whose connection to the till is not set up in its own menu never does."


CARE = GlobalStatus.MAINTENANCE
STATUS: dict[str, stx.Meaning] = {
    "0": stx.Meaning("terminal.not_initialised", Severity.FAULT, CARE, "initialise"),
    "1": stx.Meaning("terminal.not_initialised", Severity.FAULT, CARE, "fetch"),
    "2": stx.Meaning("", Severity.INFO, GlobalStatus.OK),
    "3": stx.Meaning("terminal.diagnosis_due", Severity.WARNING, CARE, "fetch"),
    "4": stx.Meaning("terminal.keys_missing", Severity.FAULT, CARE, "service"),
    "5": stx.Meaning("terminal.diagnosis_due", Severity.WARNING, None, "fetch"),
    "6": stx.Meaning("terminal.update_due", Severity.WARNING, None, "update"),
}
UNKNOWN = stx.Meaning("terminal.strange_status", Severity.WARNING, None)

NAMES = {
    "A": "Additional data",
    "C": "Close session",
    "E": "Result of a payment",
    "G": "Send last result",
    "H": "Card verification",
    "K": "Value added service",
    "P": "Payment",
    "R": "Reprint",
    "S": "Reversal, or a line of a receipt",
    "T": "Totals",
    "U": "Additional data",
    "V": "Result with currency choice",
    "X": "Payment with extended result",
    "c": "Closing of a pre-authorisation",
    "i": "Incremental authorisation",
    "p": "Pre-authorisation",
    "s": "Status",
}
_TO_TERMINAL = frozenset("GHKPRUXcip")


@dataclass(slots=True)
class Talk:
    """The line, and the check sum that the terminal was found to use."""

    link: stx.Link
    lrc: stx.Lrc = STD


def read(framing: str) -> Conversation[Reading]:
    talk = Talk(stx.Link(DIALECT))
    body = yield from _enquire(talk)
    return reading_of(body, talk) if is_status(body) else _in_the_middle(body, talk)


def answers(framing: str) -> Conversation[None]:
    """ECR17 has nothing shorter than a status request."""
    yield from _enquire(Talk(stx.Link(DIALECT)))


def _enquire(talk: Talk) -> Generator[Wish, bytes, bytes]:
    """The body of the answer. A message that is none is left without an ACK: it belongs to the till."""
    yield from talk.link.drain()
    first = yield from _try_all(talk)
    body = yield from _answer(talk, first)
    if is_status(body):
        yield Send(ACKS[talk.lrc.name])
    return body


def _try_all(talk: Talk) -> Generator[Wish, bytes, stx.Piece]:
    """Ask with one check sum after the other until one is taken; a NAK may tell by its own which it is."""
    left, refused = list(VARIANTS), False
    while left:
        talk.lrc = left.pop(0)
        said = yield from _ask(talk)
        if said is None:
            continue
        if said.kind != "nak":
            return said
        refused = True
        if said.lrc in left:
            left.sort(key=lambda lrc, told=said.lrc: lrc is not told)  # type: ignore[misc]
    if refused:
        raise Garbled("The terminal cannot read what is sent to it.")
    raise talk.link.silence(SILENT)


def _ask(talk: Talk) -> Generator[Wish, bytes, stx.Piece | None]:
    """ACK, NAK or an answer to one request; a request is not repeated, for the next check sum does that."""
    before = talk.link.noise
    yield Send(QUESTIONS[talk.lrc.name])
    for _ in range(MOST_PROGRESS):
        piece = yield from talk.link.next(TRY)
        if piece is None or piece.kind == "cut" or talk.link.noise - before > stx.FAINT:
            return None
        if piece.kind != "progress":
            return piece
    raise Garbled("The terminal sends without end.")


def _answer(talk: Talk, first: stx.Piece) -> Generator[Wish, bytes, bytes]:
    """A frame with the check sum of our question; with another of the four only if it comes twice, byte for byte."""
    piece: stx.Piece | None = first if first.kind == "frame" else None
    seen: set[tuple[bytes, stx.Lrc]] = set()
    for number in range(REPEATS):
        if piece is None:
            piece = yield from _frame(talk.link)
        if piece.lrc is talk.lrc:
            return piece.body
        if piece.lrc is not None and (piece.body, piece.lrc) in seen:
            talk.lrc = piece.lrc
            return piece.body
        if piece.lrc is not None:
            seen.add((piece.body, piece.lrc))
        if number < REPEATS - 1:
            yield Send(NAKS[talk.lrc.name])
        piece = None
    raise Garbled("Answers of the terminal arrive with a wrong check sum.")


def _frame(link: stx.Link) -> Generator[Wish, bytes, stx.Piece]:
    """The next frame or what is left of one; progress and late signs are stepped over."""
    for _ in range(MOST_PROGRESS):
        piece = yield from link.next(ANSWER)
        if piece is None:
            raise link.silence("The terminal took the question and did not answer it.")
        if piece.kind in ("frame", "cut"):
            return piece
    raise Garbled("The terminal sends without end.")


def is_status(body: bytes) -> bool:
    """TID, 0, s, ten zeros, date and time, status, software release (Nexi: terminal status)."""
    figures = body[:9] + body[10:30]
    fixed = body[8:20] == b"0s0000000000"
    return len(body) >= SHORTEST and fixed and figures.isdigit() and all(0x20 <= b < 0x7F for b in body[30:])


def reading_of(body: bytes, talk: Talk) -> Reading:
    text = body.decode("ascii")
    status = text[30]
    meaning = STATUS.get(status, UNKNOWN)
    health = Health(
        global_status=meaning.overall,
        pin_device_ok=False if meaning.finding == "terminal.keys_missing" else None,
        clock=_clock(text[20:30]),
        software=printable(body[31:])[:200] or None,
        terminal_id=text[:8],
    )
    measurements = (
        Measurement("ecr17.status", status, raw=status, ok=not meaning.finding),
        Measurement("ecr17.lrc", talk.lrc.name),
        *talk.link.stray("ecr17"),
    )
    found = (_finding(meaning, status),) if meaning.finding else ()
    return Reading(health, measurements, found)


def _finding(meaning: stx.Meaning, code: str) -> Finding:
    return Finding(meaning.finding, meaning.severity, {"source": "status", "code": code, "advice": meaning.advice})


def _clock(text: str) -> str | None:
    """ISO 8601 without a zone from DDMMYYhhmm."""
    try:
        return datetime.strptime(text, "%d%m%y%H%M").isoformat(timespec="minutes")  # noqa: DTZ007 - it has no zone
    except ValueError:
        return None


def _in_the_middle(body: bytes, talk: Talk) -> Reading:
    """Another answer than the one we asked for: the terminal serves the till. Raises `Garbled` if it is none at all.

    An LRC does not see two equal bytes that are lost, so its being right is not enough.
    """
    letter = body[9:10].decode("latin-1")
    if letter == "s" or not _names(body):
        raise Garbled("Answers of the terminal arrive with bytes missing.")
    measurement = Measurement("ecr17.heard", NAMES[letter], raw=letter, ok=False)
    health = Health(global_status=GlobalStatus.BUSY)
    return Reading(health, (measurement, *talk.link.stray("ecr17")), (Finding("terminal.busy", Severity.WARNING),))


LISTED = frozenset({*QUESTIONS.values(), *ACKS.values(), *NAKS.values()})


def level_of(wish: Wish, framing: str) -> Level | None:
    """The status request and its signs, with each check sum; every other message code pays, prints or closes."""
    return stx.level_of(wish, LISTED, BAUDS)


def may_act(wish: Wish, framing: str) -> bool:
    """A status request sets nothing going."""
    return False


def describe(body: bytes, direction: str | None) -> stx.Message:
    letter = body[9:10].decode("latin-1")
    if body[:8].isdigit() and body[8:] == b"0s" and direction != "in":
        return stx.Message("s", "Status request", {"terminal_id": body[:8].decode("ascii")}, "out")
    if is_status(body) and direction != "out":
        text = body.decode("ascii")
        fields: dict[str, Value] = {"terminal_id": text[:8], "clock": _clock(text[20:30]), "status": text[30]}
        return stx.Message("s", "Status", fields | {"software": text[31:].strip()}, "in")
    name = NAMES.get(letter) if len(body) >= 10 and body[:9].isdigit() else None
    way = direction or ("out" if letter in _TO_TERMINAL else "in")
    note = "fields are not read" if name else "no message that is known"
    return stx.Message(letter, name or "Unknown", {}, way, note, name is not None)


def decode(data: bytes, framing: str, direction: str | None = None) -> Decoded:
    return stx.decode(data, DIALECT, direction, describe)


_PAN, _PAN_SIZE = 12, 19  # positions 13 to 31 of a result that is good


def card_spans(message: bytes, framing: str) -> tuple[Span, ...]:
    """The card's number in results. Receipts are text of any kind: they are masked by what looks like a number."""
    piece = stx.first_frame(message, DIALECT)
    if piece is None or piece.body[9:12] not in (b"E00", b"V00") or len(piece.body) < _PAN + _PAN_SIZE:
        return ()
    return (Span(1 + _PAN, _PAN_SIZE, "text", "ecr17.card_number"),)


def admits(message: bytes, framing: str) -> bool:
    """Signs, status requests and their answers."""
    if message in LISTED or (message[:1] in (b"\x06", b"\x15") and len(message) in (1, 3)):
        return True
    piece = stx.first_frame(message, DIALECT)
    return piece is not None and is_status(piece.body) and len(piece.body) <= SHORTEST + 64


def filled(message: bytes, framing: str) -> bytes | None:
    """Keeps terminal id and message code where they are such."""
    piece = stx.first_frame(message, DIALECT)
    if piece is None or not _names(piece.body):
        return None
    return stx.filled(message, DIALECT, 10)


def _names(body: bytes) -> bool:
    """A terminal id, the reserved 0, and a code that is known."""
    return body[:9].isdigit() and body[8:9] == b"0" and body[9:10].decode("latin-1") in NAMES


PROTOCOL = Protocol(
    id="ecr17",
    title="ECR17",
    kind=Kind.TERMINAL,
    framings=("serial", "tcp"),
    default_framing={"serial": "serial", "tcp": "tcp", "usb": "serial"},
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
