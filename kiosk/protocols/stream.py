"""Bytes in any chunks to pieces, and the waiting for them: what protocols on a stream do alike; must know no frame."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

from kiosk.errors import Garbled
from kiosk.protocols.conversation import Receive, Wish


@dataclass(frozen=True, slots=True)
class Piece:
    """What a decoder found: `kind` is "rubbish" or the protocol's; `offset` and `length` count bytes of the stream."""

    kind: str
    offset: int
    length: int


P = TypeVar("P", bound=Piece)


class Decoder(ABC, Generic[P]):
    """Bytes in any chunks to pieces; holds no more than `take` asks for, so that memory is bounded by it."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._offset = 0

    @abstractmethod
    def take(self, held: bytes, at: int, over: bool) -> P | None:
        """The piece of `held` at `at`, never longer than what is held; None while more bytes are needed.

        `over` is True where no more will come. Its offset is `self._offset + at`.
        """

    @property
    def waiting(self) -> bool:
        """True in the middle of a frame."""
        return bool(self._held)

    def drop(self) -> None:
        """Forget what is half there: nothing more of it came."""
        self._offset += len(self._held)
        self._held.clear()

    def feed(self, data: bytes) -> list[P]:
        self._held += data
        return self._pieces(over=False)

    def finish(self) -> list[P]:
        """The stream is over: what cannot become a frame any more is rubbish, frames inside it are found."""
        return self._pieces(over=True)

    def _pieces(self, *, over: bool) -> list[P]:
        held, at = bytes(self._held), 0
        pieces: list[P] = []
        while at < len(held):
            piece = self.take(held, at, over)
            if piece is None:
                break
            _join(pieces, piece)
            at += piece.length
        del self._held[:at]
        self._offset += at
        return pieces


def _join(pieces: list[P], piece: P) -> None:
    last = pieces[-1] if pieces else None
    if last and last.kind == piece.kind == "rubbish":
        pieces[-1] = type(last)("rubbish", last.offset, last.length + piece.length)
    else:
        pieces.append(piece)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that one conversation takes: bytes that are no frame, bytes at all, pieces that wait to be looked at."""

    noise: int
    taken: int
    pieces: int


@dataclass(slots=True)
class Listener(ABC, Generic[P]):
    """What comes in during one conversation: waited for, cut into pieces, noise counted, everything bounded.

    `between` is the time in seconds between two bytes of one frame; `whose` is the device in the words of an error.
    """

    bounds: ClassVar[Bounds]
    between: ClassVar[float]
    whose: ClassVar[str] = "terminal"

    decoder: Decoder[P] = field(init=False)
    ready: deque[P] = field(init=False, default_factory=deque)
    taken: int = field(init=False, default=0)  # bytes
    noise: int = field(init=False, default=0)  # bytes that were no frame
    heard: int = field(init=False, default=0)  # pieces that were no noise

    @abstractmethod
    def cut(self) -> P:
        """What stands for a frame that broke off."""

    @property
    def waiting(self) -> bool:
        return self.decoder.waiting

    def next(self, timeout: float) -> Generator[Wish, bytes, P | None]:
        """The next piece that is no rubbish; None after `timeout` seconds of silence. Raises `Garbled`."""
        while not self.ready:
            waiting = self.waiting
            data = yield Receive(min(self.between, timeout) if waiting else timeout)
            if data:
                self.taken += len(data)
                self.sort(self.decoder.feed(data))
            elif waiting:
                self.break_off()
            else:
                return None
        return self.ready.popleft()

    def break_off(self) -> None:
        """The time between two bytes was up."""
        self.decoder.drop()
        self.ready.append(self.cut())

    def sort(self, pieces: Iterable[P]) -> None:
        """Noise to the count, all else to what is ready. Raises `Garbled` where there is no end to it."""
        for piece in pieces:
            if piece.kind == "rubbish":
                self.noise += piece.length
            else:
                self.ready.append(piece)
                self.heard += 1
        most = self.bounds
        if self.noise > most.noise or self.taken > most.taken or len(self.ready) > most.pieces:
            raise Garbled(f"Bytes arrive without end, and they make no sense as messages of the {self.whose}.")
