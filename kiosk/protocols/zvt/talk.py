"""Conversations with a ZVT terminal: one status enquiry, everything acknowledged, a hung dialogue released.

Times are those of PA00P016: T1 between two bytes (section 3.4.1), T2 for the ACK (3.4.2), T3 for the first answer
(5.2.5), T4 for the end. Must not send anything that is not in `guard`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from kiosk.errors import DeviceError, Garbled, NoAnswer
from kiosk.model.finding import Measurement
from kiosk.model.health import Reading
from kiosk.protocols import stream
from kiosk.protocols.conversation import Conversation, Send, Wish
from kiosk.protocols.framing import bcd
from kiosk.protocols.zvt import apdu, commands, health, messages
from kiosk.protocols.zvt.transport import SERIAL, Decoder, Piece, frame

DETAILS = bytes.fromhex("050105 123456 0304")
PLAIN = bytes.fromhex("050100")
DONE = bytes.fromhex("800000")
CANNOT = bytes.fromhex("848300")
RELEASE = bytes.fromhex("06B000")
END_OF_DAY = b"\x0f"
ACK, NAK = b"\x06", b"\x15"

T1 = 0.2 + 0.3  # what USB bridges hold back is added: a pause of theirs is no fault of the terminal
T2 = (3.0, 1.0, 1.0)  # 5 s in all, with two repeats in them: a till program waits for its port no longer than one T2,
# and an ACK to any of the three is heard to the end of it, so that a slow terminal is not called dead
T2_LAST = 1.0
T3 = 5.0
T4 = 180.0  # begins anew with every message; a 04 FF may carry another
T4_MOST = 900.0
REPEATS = 2
MOST_MESSAGES = 2000  # a diagnosis prints a few hundred lines; more than this is a terminal gone mad

# What only tells us something is accepted; what asks the till to do something is declined.
TOLD = frozenset(
    {
        commands.INTERMEDIATE,
        commands.STATUS_INFORMATION,
        commands.COMPLETION,
        commands.ABORTED,
        commands.PRINT_LINE,
        commands.PRINT_TEXT,
        commands.SET_CLOCK_OF_TILL,
    }
)

Steps = Generator[Wish, bytes, "apdu.Apdu | None"]


@dataclass(slots=True)
class Link(stream.Listener[Piece]):
    """The line to one terminal during one conversation: frames out, messages in, ACK and NAK between."""

    bounds = stream.Bounds(noise=4096, taken=262144, pieces=MOST_MESSAGES)
    between = T1
    framing: str
    wrong: int = 0

    def __post_init__(self) -> None:
        self.decoder = Decoder(self.framing)

    @property
    def serial(self) -> bool:
        return self.framing == SERIAL

    @property
    def waiting(self) -> bool:
        """On TCP there is no time between bytes."""
        return self.serial and self.decoder.waiting

    def cut(self) -> Piece:
        return Piece("cut", 0, 0)

    def break_off(self) -> None:
        self.noise += 1
        stream.Listener.break_off(self)

    def message(self, timeout: float) -> Steps:
        """The next whole message, acknowledged on the line; None after silence. Raises `Garbled` after repeats."""
        for _ in range(MOST_MESSAGES):
            piece = yield from self.next(timeout)
            if piece is None:
                return None
            if piece.kind in ("ack", "nak"):
                continue
            if piece.kind == "message" and piece.good:
                if self.serial:
                    yield Send(ACK)
                return apdu.parse(piece.body)
            yield from self.ask_again(piece)
        raise Garbled("The terminal sends without end.")

    def ask_again(self, piece: Piece) -> Generator[Wish, bytes, None]:
        """A damaged frame: NAK makes the terminal repeat it, twice at most."""
        self.wrong += 1
        if self.wrong > REPEATS:
            raise Garbled(
                "Frames of the terminal arrive with a wrong check sum."
                if piece.kind == "message"
                else "Frames of the terminal are cut off on the way."
            )
        yield Send(NAK)

    def put(self, message: bytes, waits: tuple[float, ...] = T2) -> Generator[Wish, bytes, None]:
        """Send one message; on a serial line until it is acknowledged. Raises `NoAnswer`, `Garbled`.

        A message that comes instead of the ACK shows that ours arrived.
        """
        wire = frame(message, self.framing)
        yield Send(wire)
        if not self.serial:
            return
        waits_left = deque(waits[1:])
        refused, timeout = 0, waits[0]
        while True:
            piece = yield from self.next(timeout)
            if piece is not None and piece.kind == "ack":
                return
            if piece is not None and piece.kind in ("message", "cut"):
                self.ready.appendleft(piece)
                return
            if piece is not None:
                refused += 1
                if refused > REPEATS:
                    raise Garbled("The terminal cannot read what is sent to it.")
            elif waits_left:
                timeout = waits_left.popleft()
            else:
                raise self.silence()
            yield Send(wire)

    def silence(self) -> DeviceError:
        if self.noise:
            return Garbled("Bytes arrive, but none of them is a message of the terminal.")
        return NoAnswer("The terminal did not answer.")


def read(framing: str) -> Conversation[Reading]:
    """A status enquiry with details; without them if the terminal refuses details."""
    told: list[apdu.Apdu] = []
    outcome = yield from dialogue(DETAILS, framing, told)
    if _refuses_details(outcome):
        outcome = yield from dialogue(PLAIN, framing, told)
    reading = _judge(outcome)
    return replace(reading, measurements=(*reading.measurements, *_set_going(told)))


def answers(framing: str) -> Conversation[None]:
    """ZVT has nothing shorter than a status enquiry; whatever it answers, it talks."""
    yield from dialogue(PLAIN, framing, [])


def _refuses_details(outcome: apdu.Apdu) -> bool:
    """Older terminals know no service byte, or want another password: 6B, 83, 9A, or a completion without data."""
    if outcome.command == commands.COMPLETION:
        return not outcome.data
    return error_of(outcome) in (0x6B, 0x83, 0x9A)


def error_of(outcome: apdu.Apdu) -> int:
    """The error id of a refusal (`84 xx`) or an abort (`06 1E`); 0 for none."""
    if outcome.command == commands.ABORTED:
        return outcome.data[0] if outcome.data else 0
    return outcome.command & 0xFF if outcome.command >> 8 == 0x84 else 0


def _judge(outcome: apdu.Apdu) -> Reading:
    if outcome.command >> 8 == 0x84:
        return health.reading_of_refusal(error_of(outcome), "refusal", messages.fields_of(outcome))
    if outcome.command == commands.ABORTED:
        return health.reading_of_refusal(error_of(outcome), "abort", messages.fields_of(outcome))
    status = messages.read_status(outcome)
    if status is None or status.code is None:
        raise Garbled("The terminal ended a status enquiry without telling a status.")
    return health.reading_of(status)


def _set_going(told: list[apdu.Apdu]) -> Iterator[Measurement]:
    """That our question let the terminal begin a due end-of-day is told, not hidden (intermediate status 0F)."""
    if any(message.command == commands.INTERMEDIATE and message.data[:1] == END_OF_DAY for message in told):
        yield Measurement("zvt.end_of_day_began", True)


def dialogue(
    message: bytes, framing: str, told: list[apdu.Apdu], waits: tuple[float, ...] = T2
) -> Conversation[apdu.Apdu]:
    """One command to its end: the completion, the abort, or the refusal. Raises `NoAnswer`, `Garbled`.

    What the terminal tells on the way is put into `told`. `waits` as in `Link.put`.
    """
    link = Link(framing)
    yield from link.put(message, waits)
    first = yield from link.message(T3)
    if first is None:
        raise link.silence()
    if first.command >> 8 == 0x84 and first.command & 0xFF:
        return first
    try:
        return (yield from _follow(link, None if first.answer else first, told))
    except NoAnswer:
        yield from _release(link)
        raise


def _follow(link: Link, message: apdu.Apdu | None, told: list[apdu.Apdu]) -> Conversation[apdu.Apdu]:
    """The terminal leads now; each of its messages is acknowledged and starts the waiting anew."""
    patience = T4
    for _ in range(MOST_MESSAGES):
        if message is None:
            message = yield from link.message(patience)
        if message is None:
            raise NoAnswer("The terminal began to answer and then fell silent.")
        if message.command in (commands.COMPLETION, commands.ABORTED):
            yield from _acknowledge(link, DONE)
            return message
        if not message.answer:
            told.append(message)
            yield from _acknowledge(link, DONE if message.command in TOLD else CANNOT)
            patience = _patience(message)
        message = None
    yield from _release(link)
    raise Garbled("The terminal sends without end.")


def _acknowledge(link: Link, answer: bytes) -> Generator[Wish, bytes, None]:
    """Without this the terminal stands still (`80 00 00`, or `84 83 00` for what the till would have to do).

    A lost ACK for it is no reason to doubt what was read.
    """
    try:
        yield from link.put(answer, (T2_LAST,))
    except (NoAnswer, Garbled):
        return


def _patience(message: apdu.Apdu) -> float:
    """T4 anew; an intermediate status may carry another, in minutes (BCD, section 3.7)."""
    minutes = bcd(message.data[1:2]) if message.command == commands.INTERMEDIATE and len(message.data) > 1 else ""
    return min(60.0 * int(minutes), T4_MOST) if minutes.isdecimal() and int(minutes) else T4


def _release(link: Link) -> Generator[Wish, bytes, None]:
    """Abort, only ever sent to end a dialogue that we began."""
    yield Send(frame(RELEASE, link.framing))
    answer = yield from link.next(T2_LAST)
    if answer is not None and answer.kind == "message" and link.serial:
        yield Send(ACK)
