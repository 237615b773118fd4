"""The one driver of conversations: owns time, cancel, the guard and the record; must not know any protocol by name."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import msgspec

from kiosk.diagnostics.channels.channel import Channel
from kiosk.errors import Barred, Cancelled, DeviceError, Garbled, NoAnswer
from kiosk.evidence.trace import Trace
from kiosk.model.terminal import Level
from kiosk.model.trace import What
from kiosk.protocols.conversation import (
    Answer,
    Control,
    Conversation,
    Line,
    Lines,
    LineState,
    NotReported,
    Receive,
    Send,
    Wish,
)
from kiosk.protocols.protocol import Protocol

T = TypeVar("T")
PARTING = 0.5  # seconds in which a conversation may end what it began, when its time is up
FAREWELL = 4  # wishes


def _never() -> bool:
    return False


def converse(
    talk: Conversation[T],
    channel: Channel,
    *,
    protocol: Protocol,
    framing: str,
    level: Level,
    deadline: float,
    cancelled: Callable[[], bool] = _never,
    may_act: bool = True,
    trace: Trace | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> T:
    """Carry out a conversation's wishes on an open channel and give back its value.

    `deadline` is a time of `clock`, in seconds, for the whole: bytes that trickle in do not push it back. A wish
    that is on no list, above `level`, or may set something going without `may_act`, is never carried out.
    When the time is up the conversation is told (`NoAnswer` is raised in it) and may end what it began, such as a
    dialogue that the terminal still leads, with few wishes that pass the same guard; a cancel sends not one byte more.
    Raises `Barred`, `NoAnswer` (also at the deadline), `Cancelled`, or what the channel or the talk raised.
    """
    driver = _Driver(channel, protocol, framing, level, deadline, cancelled, may_act, trace, clock)
    try:
        wish = next(talk)
        while True:
            wish = talk.send(driver.fulfil(wish))
    except StopIteration as stop:
        value: T = stop.value
        return value
    except NoAnswer as e:
        driver.part(talk, e)
        raise
    finally:
        talk.close()


@dataclass(frozen=True, slots=True)
class _Driver:
    channel: Channel
    protocol: Protocol
    framing: str
    level: Level
    deadline: float
    cancelled: Callable[[], bool]
    may_act: bool
    trace: Trace | None
    clock: Callable[[], float]

    def fulfil(self, wish: Wish) -> Answer:
        """Guard, then act; whatever goes wrong on the way is on the trace before it is raised."""
        try:
            self.guard(wish)
            self.go_on()
            return self.carry_out(wish)
        except (DeviceError, Cancelled) as e:
            self.record(What.ERROR, note=f"{type(e).__name__}: {e.message}")
            raise

    def part(self, talk: Conversation[Any], late: NoAnswer) -> None:
        """The time is up. A talk that has ended by itself, or has nothing to end, raises at once."""
        last = replace(self, deadline=self.clock() + PARTING)
        try:
            wish = talk.throw(late)
            for _ in range(FAREWELL):
                wish = talk.send(last.fulfil(wish))
        except (StopIteration, DeviceError, Cancelled):
            return

    def guard(self, wish: Wish) -> None:
        """The one place that decides what may go out."""
        if isinstance(wish, Receive | Lines):
            return
        needed = self.protocol.level_of(wish, self.framing)
        if needed is None or not self.level.allows(needed):
            raise Barred(f"A command that level {self.level} does not allow was held back.")
        if not self.may_act and self.protocol.may_act(wish, self.framing):
            raise Barred("A command that may set something going was held back: nobody said that no one is paying.")

    def go_on(self) -> None:
        if self.cancelled():
            raise Cancelled("The check was stopped.")
        if self.trace is not None and self.trace.is_full:
            raise Garbled("The terminal sends without end.")
        if self.clock() >= self.deadline:
            raise NoAnswer("The terminal gave no whole answer in the time of this check.")

    def carry_out(self, wish: Wish) -> Answer:
        match wish:
            case Send(data):
                self.send(data)
                return None
            case Receive(timeout, limit):
                return self.receive(timeout, limit)
            case Control():
                return self.control(wish)
            case Lines():
                return self.answered(What.LINES, self.channel.lines())
            case Line():
                return self.answered(What.LINE, self.channel.line(wish), f"{wish.baud} {wish.format}")

    def send(self, data: bytes) -> None:
        sent = 0
        try:
            while sent < len(data):
                sent += self.channel.send(data[sent:], self.channel.slice)
                if sent < len(data):
                    self.go_on()
        finally:
            if sent:
                self.record(What.SEND, data[:sent])

    def receive(self, timeout: float, limit: int) -> bytes:
        """Wait in slices; a slice that covers all the time left ends the wait by itself."""
        began = self.clock()
        end = min(began + timeout, self.deadline)
        while True:
            left = max(end - self.clock(), 0.0)
            data = self.channel.receive(limit, min(left, self.channel.slice))
            if data:
                self.record(What.RECEIVE, data)
                return data
            self.go_on()
            if left <= self.channel.slice:
                self.record(What.SILENCE, seconds=self.clock() - began)
                return b""

    def control(self, wish: Control) -> bytes | NotReported | None:
        if not wish.length:
            answer = self.channel.control(wish, self.channel.slice)
            self.answered(What.CONTROL_OUT, answer, data=wish.data)
            return answer
        answer = self.channel.control(wish, self.channel.slice)
        self.answered(What.CONTROL_IN, answer, data=answer if isinstance(answer, bytes) else b"")
        return answer

    def answered(self, what: What, answer: Answer | NotReported, note: str = "", data: bytes = b"") -> Answer:
        if isinstance(answer, NotReported):
            self.record(What.NOT_REPORTED, note=answer.what)
        elif isinstance(answer, LineState):
            self.record(what, note=msgspec.json.encode(answer).decode())
        else:
            self.record(what, data, note=note)
        return answer

    def record(self, what: What, data: bytes = b"", *, seconds: float = 0.0, note: str = "") -> None:
        if self.trace is not None:
            self.trace.add(what, data, seconds=seconds, note=note)
