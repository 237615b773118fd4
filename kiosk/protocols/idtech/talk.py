"""Conversations with an ID TECH reader: a ping, then who it is; a question it does not know is no fault.

Must not send anything that is not in `guard`. Times are ours: the guide names none for these questions.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass

from kiosk.errors import Garbled, NoAnswer
from kiosk.model.health import Reading
from kiosk.protocols import stream
from kiosk.protocols.conversation import Conversation, Send, Wish
from kiosk.protocols.idtech import codes
from kiosk.protocols.idtech.health import reading_of
from kiosk.protocols.idtech.transport import Decoder, Piece, frame

FIRST_WAITS = (1.5, 1.0)  # a ping, and once more
WAIT = 1.0
BETWEEN = 0.5  # between the bytes of one frame
REPEATS = 2
MOST_OTHERS = 50  # frames that answer something else
QUESTIONS = (
    codes.SERIAL_NUMBER,
    codes.FIRMWARE,
    codes.VERSION,
    codes.PROCESSOR,
    codes.HARDWARE,
    codes.MODULES,
    codes.DEVICE_STATUS,
)


@dataclass(slots=True)
class Link(stream.Listener[Piece]):
    """The line to one reader during one conversation."""

    bounds = stream.Bounds(noise=8192, taken=65536, pieces=65536)
    between = BETWEEN
    whose = "reader"
    framing: str
    others: int = 0  # frames that answer something else

    def __post_init__(self) -> None:
        self.decoder = Decoder(self.framing)

    def cut(self) -> Piece:
        return Piece("message", 0, 0, good=False)

    def ask(self, ask: tuple[int, int], waits: tuple[float, ...]) -> Generator[Wish, bytes, Piece | None]:
        """One question; asked again after silence as often as `waits` says, and twice after a damaged answer."""
        left, damaged = deque(waits), 0
        while left:
            yield Send(frame(*ask, self.framing))
            answer = yield from self.answer(ask[0], left.popleft())
            if answer is not None and answer.good:
                return answer
            if answer is not None:
                damaged += 1
                if damaged > REPEATS:
                    raise Garbled("Answers of the reader arrive with a wrong check sum.")
                left.appendleft(WAIT)
        return None

    def answer(self, command: int, timeout: float) -> Generator[Wish, bytes, Piece | None]:
        """The answer to `command`. What the reader tells of its own accord is stepped over, never looked into."""
        while True:
            piece = yield from self.next(timeout)
            if piece is None or not piece.good or piece.command == command:
                return piece
            self.others += 1
            if self.others > MOST_OTHERS:
                raise Garbled("The reader sends other messages without end.")


def _ping(link: Link) -> Generator[Wish, bytes, int]:
    """The status that a ping was answered with."""
    answer = yield from link.ask(codes.PING, FIRST_WAITS)
    if answer is not None:
        return answer.second
    if link.noise:
        raise Garbled("Bytes arrive, but none of them is a message of an ID TECH reader.")
    raise NoAnswer("The reader did not answer.")


def answers(framing: str) -> Conversation[None]:
    """A ping; whatever its status is, the reader talks."""
    yield from _ping(Link(framing))


def read(framing: str) -> Conversation[Reading]:
    """A ping and who it is. After the first silence nothing more is asked: a late answer would be taken for another."""
    link = Link(framing)
    status = yield from _ping(link)
    told: dict[tuple[int, int], bytes] = {}
    for ask in QUESTIONS if status == codes.OK else ():
        if ask == codes.VERSION and codes.FIRMWARE in told:
            continue
        answer = yield from link.ask(ask, (WAIT,))
        if answer is None:
            break
        if answer.second == codes.OK:
            told[ask] = answer.data
        elif codes.meaning(answer.second).finding.startswith("terminal."):
            status = answer.second
            break
    return reading_of(status, told)
