"""Conversations with an ABECS PIN pad: cancel, open, ask who it is, close; it is closed whatever happened in between.

Times are those of section 2.2.2: two seconds to ACK and EOT, ten to an answer. Must not send what is not in `guard`.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from kiosk.errors import DeviceError, Garbled, NoAnswer
from kiosk.model.health import Reading
from kiosk.protocols import stream
from kiosk.protocols.abecs import messages
from kiosk.protocols.abecs.guard import CLOSE, EXTENDED, INFORMATION, OPEN
from kiosk.protocols.abecs.health import Told, reading_of
from kiosk.protocols.abecs.messages import Answer
from kiosk.protocols.abecs.transport import CAN, NAK, Decoder, Piece, packet
from kiosk.protocols.conversation import Conversation, Send, Wish

T_ACK = 2.0
T_ANSWER = 10.0
T_BYTES = 2.0  # between two bytes of a packet
TRIES = 3
MOST_NOTICES = 50


@dataclass(slots=True)
class Link(stream.Listener[Piece]):
    """The line to one PIN pad during one conversation."""

    bounds = stream.Bounds(noise=4096, taken=65536, pieces=65536)
    between = T_BYTES
    whose = "PIN pad"

    def __post_init__(self) -> None:
        self.decoder = Decoder()

    def cut(self) -> Piece:
        return Piece("cut", 0, 0, good=False)

    def silence(self) -> DeviceError:
        if self.noise or self.heard:
            return Garbled("Bytes arrive, but they are no whole answer of a PIN pad.")
        return NoAnswer("The PIN pad did not answer.")

    def cancel(self) -> Generator[Wish, bytes, None]:
        """CAN until EOT, three times at most; what else comes meanwhile is left aside (section 2.2.2.3)."""
        for _ in range(TRIES):
            yield Send(bytes([CAN]))
            while (piece := (yield from self.next(T_ACK))) is not None:
                if piece.kind == "eot":
                    return
        raise self.silence()

    def ask(self, body: bytes) -> Generator[Wish, bytes, Answer]:
        """One command and its answer. Raises `NoAnswer`, `Garbled`."""
        yield from self.put(packet(body))
        for _ in range(MOST_NOTICES):
            answer = yield from self.answer()
            if answer.command in (body[:3].decode(), "ERR"):
                return answer
        raise Garbled("The PIN pad sends other messages without end.")

    def put(self, wire: bytes) -> Generator[Wish, bytes, None]:
        """Send until ACK; an answer that comes instead shows that ours arrived."""
        refused = 0
        yield Send(wire)
        while True:
            piece = yield from self.next(T_ACK)
            if piece is None:
                raise self.silence()
            if piece.kind == "ack":
                return
            if piece.kind in ("message", "cut"):
                self.ready.appendleft(piece)
                return
            if piece.kind == "nak":
                refused += 1
                if refused >= TRIES:
                    raise Garbled("The PIN pad cannot read what is sent to it.")
                yield Send(wire)

    def answer(self) -> Generator[Wish, bytes, Answer]:
        """The next good packet. A damaged one is asked for again by NAK; a good one needs no word from us."""
        damaged = 0
        while True:
            piece = yield from self.next(T_ANSWER)
            if piece is None:
                raise self.silence()
            if piece.kind == "message" and piece.good:
                return messages.parse(piece.body)
            if piece.kind in ("message", "cut"):
                damaged += 1
                if damaged >= TRIES:
                    raise Garbled("Packets of the PIN pad arrive damaged.")
                yield Send(bytes([NAK]))


def answers(framing: str) -> Conversation[None]:
    """A PIN pad answers CAN with EOT in every state (section 2.2.2.3)."""
    yield from Link().cancel()


def read(framing: str) -> Conversation[Reading]:
    """Cancel, open, who it is, close."""
    link = Link()
    yield from link.cancel()
    try:
        told = yield from _told(link)
    except DeviceError:
        yield from _close(link)
        raise
    yield from _close(link)
    return reading_of(told)


def _told(link: Link) -> Generator[Wish, bytes, Told]:
    """GIX where the PIN pad knows it, else GIN; after a bad result nothing more is asked."""
    opened = yield from link.ask(OPEN)
    if opened.code != messages.OK:
        return Told(opened.code)
    rich = yield from link.ask(EXTENDED)
    if rich.code == messages.OK and rich.command != "ERR":
        return Told(messages.OK, *messages.extended(rich))
    plain = yield from link.ask(INFORMATION)
    if plain.code == messages.OK and plain.command != "ERR":
        return Told(messages.OK, messages.general(plain))
    return Told(plain.code)


def _close(link: Link) -> Generator[Wish, bytes, None]:
    """An open PIN pad stays lit and waits. A lost answer to CLO is no reason to doubt what was read."""
    link.ready.clear()
    try:
        yield from link.ask(CLOSE)
    except (NoAnswer, Garbled):
        return
