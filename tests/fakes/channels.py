"""A channel of a test: plays a list of answers, keeps what was sent, and lets a test's own clock run."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from kiosk.protocols.conversation import Control, Line, LineState, NotReported


@dataclass
class Clock:
    """A clock that moves only when it is told to; seconds."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class ListChannel:
    """Answers are bytes, an error to raise, or a number: silence for so many seconds of the clock.

    A wait never takes longer on the clock than was asked for.
    """

    answers: Iterable[bytes | float | Exception] = ()
    clock: Clock = field(default_factory=Clock)
    kind: str = "serial"
    slice: float = 0.05
    sent: list[bytes] = field(default_factory=list)
    opened: int = 0
    closed: int = 0
    takes: int = 4096  # bytes that the line takes in one call
    speaks_first: bool = True  # False: silent until something is sent

    def __post_init__(self) -> None:
        self._left = deque(self.answers)

    def __enter__(self) -> Self:
        self.opened += 1
        return self

    def __exit__(self, *_exc: object) -> None:
        self.closed += 1

    def send(self, data: bytes, timeout: float) -> int:
        self.sent.append(data[: self.takes])
        if not self.takes:
            self.clock.now += timeout
        return len(data[: self.takes])

    def receive(self, limit: int, timeout: float) -> bytes:
        if not self._left or not (self.sent or self.speaks_first):
            self.clock.now += timeout
            return b""
        first = self._left.popleft()
        if isinstance(first, Exception):
            raise first
        if isinstance(first, bytes):
            return first[:limit]
        waited = min(first, timeout)
        self.clock.now += waited
        if first > waited + 1e-9:
            self._left.appendleft(first - waited)
        return b""

    def control(self, wish: Control, timeout: float) -> bytes | NotReported | None:
        return NotReported("control transfers")

    def lines(self) -> LineState | NotReported:
        return LineState(cts=True)

    def line(self, wish: Line) -> NotReported | None:
        return None
