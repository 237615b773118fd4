"""Caisse-AP over IP (France): a payment terminal on TCP that has no question but payment; so only listens, never sends.

Source: the open client and server of Caisse-AP over IP: ASCII, a tag of two letters, three figures of length, a value;
port 8888. That the terminal takes the connection is all that can be known.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from kiosk.errors import Garbled
from kiosk.model.finding import Finding, Measurement, Severity
from kiosk.model.health import GlobalStatus, Health, Reading
from kiosk.model.terminal import Kind, Level
from kiosk.protocols.conversation import Conversation, Line, Receive, Wish
from kiosk.protocols.protocol import FILLER, Decoded, Frame, Protocol, Rubbish, Span, Value, joined

LISTEN = 0.3  # seconds: a connection that is refused late is cut at once
LIMIT = 64 * 1024
HEAD = 5

TAGS = {
    "AA": "card_number",
    "AB": "card_expiry",
    "AC": "authorisation",
    "AE": "result",
    "AF": "reason",
    "AI": "application",
    "BA": "answer_form",
    "BF": "partial",
    "CA": "till",
    "CB": "amount",
    "CC": "payment_mode",
    "CD": "transaction",
    "CE": "currency",
    "CF": "private",
    "CG": "contract",
    "CH": "reference",
    "CI": "card_reading",
    "CJ": "protocol_identifier",
    "CZ": "protocol_version",
}
CARD = frozenset({"AA", "AB", "CF"})
_FIRST = b"CZ"


@dataclass(frozen=True, slots=True)
class Item:
    """One field: `start` and `length` of its value."""

    tag: str
    start: int
    length: int


def items_of(data: bytes, at: int = 0) -> tuple[tuple[Item, ...], int]:
    """Fields from `at` on, and where they end: at bytes that are none, or where a new message begins."""
    found: list[Item] = []
    while at + HEAD <= len(data):
        tag, size = data[at : at + 2], data[at + 2 : at + HEAD]
        if not (tag.isalpha() and tag.isupper() and size.isdigit()) or (found and tag == _FIRST):
            break
        if at + HEAD + int(size) > len(data):
            break
        found.append(Item(tag.decode("ascii"), at + HEAD, int(size)))
        at += HEAD + int(size)
    return tuple(found), at


def read(framing: str) -> Conversation[Reading]:
    """Nothing is asked, so nothing is reported; a message that comes unasked says that a payment is on."""
    came = yield from _listen()
    if not came:
        return Reading(Health(), (Measurement("caisse_ap.listened", LISTEN, "s"),))
    measurement = Measurement("caisse_ap.heard", len(came), "bytes", ok=False)
    busy = Finding("terminal.busy", Severity.WARNING)
    return Reading(Health(global_status=GlobalStatus.BUSY), (measurement,), (busy,))


def answers(framing: str) -> Conversation[None]:
    """Succeeds where the connection stands and stays; that is no answer (see `asks`)."""
    yield from _listen()


def _listen() -> Generator[Wish, bytes, bytes]:
    """What comes of itself. Raises `Garbled` for what is no Caisse-AP."""
    came = b""
    while True:
        data = yield Receive(LISTEN)
        if not data:
            break
        came += data
        if len(came) > LIMIT:
            raise Garbled("Bytes arrive without end.")
    found, end = items_of(came)
    while end < len(came) and found:
        found, end = items_of(came, end)
    if came and end < len(came):
        raise Garbled("Bytes arrive that are no message of a Caisse-AP terminal.")
    return came


def level_of(wish: Wish, framing: str) -> Level | None:
    """Nothing: every message is a payment."""
    return Level.INTERNAL if isinstance(wish, Line) and wish.format == "8N1" else None


def may_act(wish: Wish, framing: str) -> bool:
    return True


def decode(data: bytes, framing: str, direction: str | None = None) -> Decoded:
    """Messages; each begins with CZ. One with a result (AE) comes from the terminal."""
    frames: list[Frame] = []
    rubbish: list[Rubbish] = []
    at = 0
    while at < len(data):
        found, end = items_of(data, at)
        if found:
            frames.append(_frame(data, at, end, found, direction))
            at = end
            continue
        begin = data.find(_FIRST, at + 1)
        end = begin if begin > 0 else len(data)
        rubbish.append(Rubbish(at, end - at))
        at = end
    return Decoded(tuple(frames), joined(rubbish))


def _frame(data: bytes, at: int, end: int, found: tuple[Item, ...], direction: str | None) -> Frame:
    fields: dict[str, Value] = {
        TAGS.get(item.tag, f"tag_{item.tag}"): data[item.start : item.start + item.length].decode("latin-1")
        for item in found
    }
    tags = {item.tag for item in found}
    way = direction or ("in" if "AE" in tags else "out")
    name = "Payment result" if way == "in" else "Payment request"
    whole = found[0].tag == "CZ"
    unknown = sorted(tags - TAGS.keys())
    notes = [] if whole else ["does not begin with CZ"]
    notes += [f"unknown: {', '.join(unknown)}"] if unknown else []
    return Frame(at, end - at, way, data[at : at + 2].hex().upper(), name, fields, whole, "; ".join(notes))


def card_spans(message: bytes, framing: str) -> tuple[Span, ...]:
    """The card's number, its expiry, and the private field, which banks use as they like."""
    found, _ = items_of(message)
    return tuple(Span(i.start, i.length, "text", f"caisse_ap.{i.tag}") for i in found if i.tag in CARD and i.length)


def admits(message: bytes, framing: str) -> bool:
    """Every message tells of a payment."""
    return False


def filled(message: bytes, framing: str) -> bytes | None:
    """Keeps tags and lengths."""
    found, end = items_of(message)
    if not found or end != len(message):
        return None
    new = bytearray(message)
    for item in found:
        new[item.start : item.start + item.length] = bytes([FILLER]) * item.length
    return bytes(new)


PROTOCOL = Protocol(
    id="caisse_ap",
    title="Caisse-AP",
    kind=Kind.TERMINAL,
    framings=("tcp",),
    default_framing={"tcp": "tcp"},
    level_of=level_of,
    may_act=may_act,
    read=read,
    answers=answers,
    decode=decode,
    card_spans=card_spans,
    admits=admits,
    filled=filled,
    asks=False,
)
