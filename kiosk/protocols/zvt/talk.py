"""Conversations with a ZVT terminal: one status enquiry, everything acknowledged, a hung dialogue released.

Times are those of PA00P016 (T1 between bytes, T2 for ACK, T3 for the first answer, T4 for the end); an adapter's own
delay is added to T1. Must not send anything that is not in `guard`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field

from kiosk.errors import DeviceError, Garbled, NoAnswer
from kiosk.model.health import Reading
from kiosk.protocols.conversation import Conversation, Receive, Send, Wish
from kiosk.protocols.framing import bcd
from kiosk.protocols.zvt import apdu, commands, health, messages
from kiosk.protocols.zvt.transport import SERIAL, Decoder, Piece, frame

DETAILS = bytes.fromhex("050105 123456 0304")
PLAIN = bytes.fromhex("050100")
DONE = bytes.fromhex("800000")
CANNOT = bytes.fromhex("848300")
RELEASE = bytes.fromhex("06B000")
ACK, NAK = b"\x06", b"\x15"

T1 = 0.5  # 0.2 and what USB bridges hold back
T2 = (5.0, 3.0)  # first try, second try
T2_LAST = 1.0
T3 = 5.0
T4 = 20.0
T4_MOST = 180.0
REPEATS = 2
MOST_NOISE = 4096  # bytes that are no message
MOST_BYTES = 262144  # bytes in one conversation
MOST_MESSAGES = 2000  # a diagnosis prints a few hundred lines; more than this is a terminal gone mad

# What only tells us something is accepted; what asks the till to do something is declined.
_TOLD = frozenset(
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
class Link:
    """The line to one terminal during one conversation: frames out, messages in, ACK and NAK between."""

    framing: str
    decoder: Decoder = field(init=False)
    ready: deque[Piece] = field(default_factory=deque)
    taken: int = 0  # bytes
    noise: int = 0  # bytes that were no frame, and frames with a wrong check sum
    wrong: int = 0

    def __post_init__(self) -> None:
        self.decoder = Decoder(self.framing)

    @property
    def serial(self) -> bool:
        return self.framing == SERIAL

    def next(self, timeout: float) -> Generator[Wish, bytes, Piece | None]:
        """The next ACK, NAK or message; None after `timeout` seconds of silence."""
        while not self.ready:
            data = yield Receive(T1 if self.decoder.waiting and self.serial else timeout)
            if data:
                self.taken += len(data)
                self.sort(self.decoder.feed(data))
            elif self.decoder.waiting and self.serial:
                self.decoder.drop()
                self.noise += 1
                self.ready.append(Piece("cut", 0, 0))
            else:
                return None
        return self.ready.popleft()

    def sort(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            if piece.kind == "rubbish":
                self.noise += piece.length
            else:
                self.ready.append(piece)
        if self.noise > MOST_NOISE or self.taken > MOST_BYTES or len(self.ready) > MOST_MESSAGES:
            raise Garbled("Bytes arrive without end, and they make no sense as messages of the terminal.")

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
    outcome = yield from _enquire(DETAILS, framing)
    if _refuses_details(outcome):
        outcome = yield from _enquire(PLAIN, framing)
    return _judge(outcome)


def answers(framing: str) -> Conversation[None]:
    """ZVT has nothing shorter than a status enquiry; whatever it answers, it talks."""
    yield from _enquire(PLAIN, framing)


def _refuses_details(outcome: apdu.Apdu) -> bool:
    """Older terminals know no service byte, or want another password: 6B, 83, 9A, or a completion without data."""
    if outcome.command == commands.COMPLETION:
        return not outcome.data
    code = outcome.data[0] if outcome.command == commands.ABORTED and outcome.data else outcome.command & 0xFF
    return code in (0x6B, 0x83, 0x9A)


def _judge(outcome: apdu.Apdu) -> Reading:
    if outcome.command >> 8 == 0x84:
        return health.reading_of_refusal(outcome.command & 0xFF, "refusal")
    if outcome.command == commands.ABORTED:
        return health.reading_of_refusal(outcome.data[0] if outcome.data else 0, "abort")
    status = messages.read_status(outcome)
    if status is None or status.code is None:
        raise Garbled("The terminal ended a status enquiry without telling a status.")
    return health.reading_of(status)


def _enquire(message: bytes, framing: str) -> Conversation[apdu.Apdu]:
    """One enquiry to its end: the completion, the abort, or the refusal. Raises `NoAnswer`, `Garbled`."""
    link = Link(framing)
    yield from link.put(message)
    first = yield from link.message(T3)
    if first is None:
        raise link.silence()
    if first.command >> 8 == 0x84 and first.command & 0xFF:
        return first
    if not first.answer:
        return (yield from _follow(link, first))
    return (yield from _follow(link, None))


def _follow(link: Link, message: apdu.Apdu | None) -> Conversation[apdu.Apdu]:
    """The terminal leads now; each of its messages is acknowledged and starts the waiting anew."""
    patience = T4
    for _ in range(MOST_MESSAGES):
        if message is None:
            message = yield from link.message(patience)
        if message is None:
            yield from _release(link)
            raise NoAnswer("The terminal began to answer and then fell silent.")
        if message.command in (commands.COMPLETION, commands.ABORTED):
            yield from _acknowledge(link, DONE)
            return message
        if not message.answer:
            yield from _acknowledge(link, DONE if message.command in _TOLD else CANNOT)
            patience = _patience(message)
        message = None
    yield from _release(link)
    raise Garbled("The terminal sends without end.")


def _acknowledge(link: Link, answer: bytes) -> Generator[Wish, bytes, None]:
    """Without this the terminal stands still. A lost ACK for it is no reason to doubt what was read."""
    try:
        yield from link.put(answer, (T2_LAST,))
    except (NoAnswer, Garbled):
        return


def _patience(message: apdu.Apdu) -> float:
    """An intermediate status may carry its own time in minutes (BCD)."""
    minutes = bcd(message.data[1:2]) if message.command == commands.INTERMEDIATE and len(message.data) > 1 else ""
    return min(max(T4, 60.0 * int(minutes)), T4_MOST) if minutes.isdecimal() else T4


def _release(link: Link) -> Generator[Wish, bytes, None]:
    """Abort, only ever sent to end a dialogue that we began."""
    yield Send(frame(RELEASE, link.framing))
    answer = yield from link.next(T2_LAST)
    if answer is not None and answer.kind == "message" and link.serial:
        yield Send(ACK)
