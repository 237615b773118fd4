"""Transbank POS Integrado (Chile): asks whether the terminal is there, with the poll 0100 and nothing else, ever.

Source: Transbank's public reference of POS Integrado and Autoservicio, and its SDKs' answers. `STX data ETX LRC`, data
in ASCII with `|` between fields, LRC over data and ETX. The poll ends in 02, its check sum. An ACK says that the
terminal is there and listens; it says nothing of its health.
"""

from __future__ import annotations

from collections.abc import Generator
from itertools import pairwise

from kiosk.errors import Garbled
from kiosk.model.finding import Finding, Measurement, Severity
from kiosk.model.health import GlobalStatus, Health, Reading
from kiosk.model.terminal import Kind, Level
from kiosk.protocols import stx
from kiosk.protocols.conversation import Conversation, Wish
from kiosk.protocols.protocol import Decoded, Protocol, Span, Value

DIALECT = stx.Dialect(longest=4096)  # a voucher rides in some answers
POLL = stx.encode(b"0100")
BAUDS = (115200, 19200, 9600, 57600, 38400, 4800, 2400, 1200)
WAITS = (2.0, 1.0, 1.0)

REQUESTS = {
    "0070": "Initialise",
    "0080": "Last initialisation",
    "0100": "Poll",
    "0200": "Sale",
    "0250": "Last sale",
    "0260": "Details of sales",
    "0270": "Sale for one of several merchants",
    "0280": "Last sale of several merchants",
    "0290": "Details of several merchants",
    "0300": "Change to normal mode",
    "0500": "Close the day",
    "0700": "Totals",
    "0800": "Load keys",
    "1200": "Refund",
}
ANSWERS = {
    "0210": "Result of a sale",
    "0260": "Result of the last sale",
    "0261": "One sale of the details",
    "0271": "Result of a sale for one of several merchants",
    "0281": "Result of the last sale of several merchants",
    "0291": "One sale of several merchants",
    "0510": "Result of closing the day",
    "0710": "Result of totals",
    "0810": "Result of loading keys",
    "0900": "Intermediate message",
    "1080": "Result of the initialisation",
    "1210": "Result of a refund",
}
_HEAD = ("response_code", "commerce_code", "terminal_id")
_TAIL = ("operation_number", "card_type", "accounting_date", "account_number", "card_brand", "date", "time")
_MORE = ("employee", "tip")
_SALE = (*_HEAD, "ticket", "authorisation", "amount", "shares", "share_amount", "last_4_digits", *_TAIL, *_MORE)
_DETAIL = (*_HEAD, "ticket", "authorisation", "amount", "last_4_digits", *_TAIL, *_MORE, "share_amount", "shares")
_SHOPS = ("voucher", "change", "child_commerce_code")
LAYOUTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("0210", "0260"), (*_SALE, "voucher")),
    **dict.fromkeys(("0271", "0281"), (*_SALE, *_SHOPS)),
    "0261": _DETAIL,
    "0291": (*_DETAIL, *_SHOPS[1:]),
    **dict.fromkeys(("0510", "0810"), _HEAD),
    "0710": ("response_code", "sales", "amount"),
    "0900": ("response_code",),
    "1080": ("response_code", "date", "time"),
    "1210": (*_HEAD, "authorisation", "operation_number"),
}
CARD = frozenset({"last_4_digits", "account_number", "voucher"})
SAFE = frozenset({"0510", "0810", "0900", "1080"})  # answers without card, amount or payment


def read(framing: str) -> Conversation[Reading]:
    """Whether it listens. Health stays "not reported": the protocol has no question for it."""
    link = stx.Link(DIALECT)
    before = yield from link.drain()
    own = next((piece for piece in before if piece.kind == "frame" and not stx.is_damaged(piece)), None)
    said = own or (yield from _poll(link))
    if said.kind == "frame":
        return _in_the_middle(said, link)
    return Reading(Health(), (Measurement("transbank.poll", "ack", raw="06", ok=True), *link.stray("transbank")))


def answers(framing: str) -> Conversation[None]:
    link = stx.Link(DIALECT)
    yield from link.drain()
    yield from _poll(link)


def _poll(link: stx.Link) -> Generator[Wish, bytes, stx.Piece]:
    """ACK, or a message of the till's payment. That one is left without an ACK: it belongs to the till."""
    said = yield from link.sign(POLL, WAITS)
    if said is None:
        raise link.silence()
    if said.kind == "nak":
        raise Garbled("The terminal cannot read what is sent to it.")
    return said


def _in_the_middle(said: stx.Piece, link: stx.Link) -> Reading:
    """A message that nobody asked for here: the terminal serves a payment of the till."""
    command = said.body[:4].decode("latin-1")
    name = ANSWERS.get(command, "unknown")
    health = Health(global_status=GlobalStatus.BUSY)
    measurement = Measurement("transbank.heard", name, raw=command, ok=False)
    return Reading(health, (measurement, *link.stray("transbank")), (Finding("terminal.busy", Severity.WARNING),))


def level_of(wish: Wish, framing: str) -> Level | None:
    """The poll. Normal mode changes the terminal, keys and initialisation go on line, the rest is business."""
    return stx.level_of(wish, frozenset({POLL}), BAUDS)


def may_act(wish: Wish, framing: str) -> bool:
    """A poll sets nothing going."""
    return False


def describe(body: bytes, direction: str | None) -> stx.Message:
    parts = body.decode("latin-1").split("|")
    command = parts[0][:4]
    way = direction or _direction(command, parts)
    name = (ANSWERS if way == "in" else REQUESTS).get(command)
    layout = LAYOUTS.get(command, ()) if way == "in" else ()
    fields: dict[str, Value] = {
        (layout[i] if i < len(layout) else f"field_{i + 1}"): value for i, value in enumerate(parts[1:]) if value
    }
    note = "" if name and (layout or way == "out") else "no answer that is known"
    return stx.Message(command, name or "Unknown", fields, way, note, name is not None)


def _direction(command: str, parts: list[str]) -> str:
    """0260 is both: an answer begins with a result of two digits."""
    if command in ANSWERS and command in REQUESTS:
        return "in" if len(parts) > 3 and len(parts[1]) == 2 else "out"
    return "out" if command in REQUESTS else "in"


def decode(data: bytes, framing: str, direction: str | None = None) -> Decoded:
    return stx.decode(data, DIALECT, direction, describe)


def card_spans(message: bytes, framing: str) -> tuple[Span, ...]:
    """Last digits of the card, account numbers, and vouchers, which may hold both."""
    piece = stx.first_frame(message, DIALECT)
    if piece is None:
        return ()
    bars = [-1, *(i for i, byte in enumerate(piece.body) if byte == 0x7C), len(piece.body)]
    layout = LAYOUTS.get(piece.body[:4].decode("latin-1"), ())
    if _direction(piece.body[:4].decode("latin-1"), piece.body.decode("latin-1").split("|")) == "out":
        return ()
    spans = zip(layout, pairwise(bars[1:]), strict=False)
    return tuple(Span(a + 2, b - a - 1, "text", f"transbank.{name}") for name, (a, b) in spans if _hides(name, b - a))


def _hides(name: str, size: int) -> bool:
    return name in CARD and size > 1


def admits(message: bytes, framing: str) -> bool:
    """Signs, the poll, and answers that tell of no payment. What was paid is not kept, masked or not."""
    if message in (b"\x06", b"\x15", POLL):
        return True
    piece = stx.first_frame(message, DIALECT)
    if piece is None or piece.body[:4].decode("latin-1") not in SAFE:
        return False
    command, *values = piece.body.decode("latin-1").split("|")
    known = len(LAYOUTS[command]) if command in LAYOUTS else 0
    return all(v.isascii() and v.isalnum() for v in values[:known] if v) and not any(values[known:])


def filled(message: bytes, framing: str) -> bytes | None:
    """Keeps the command."""
    return stx.filled(message, DIALECT, 4)


PROTOCOL = Protocol(
    id="transbank",
    title="Transbank",
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
