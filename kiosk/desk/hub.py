"""Tells whoever listens that a case has something new; only a hint, the database is the truth."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

EXPERTS = "experts"


class Listener:
    """What one stream waits on: the cases that changed since it last looked, and words that only pass through."""

    def __init__(self) -> None:
        self._awake = asyncio.Event()
        self.cases: set[str] = set()
        self.passing: list[bytes] = []

    def poke(self, case: str) -> None:
        self.cases.add(case)
        self._awake.set()

    def hand(self, words: bytes) -> None:
        if len(self.passing) < 100:
            self.passing.append(words)
        self._awake.set()

    def wake(self) -> None:
        self._awake.set()

    async def wait(self, seconds: float) -> bool:
        """True if something came before the time was up."""
        try:
            async with asyncio.timeout(seconds):
                await self._awake.wait()
        except TimeoutError:
            return False
        self._awake.clear()
        return True

    def taken(self) -> set[str]:
        cases, self.cases = self.cases, set()
        return cases

    def passed(self) -> list[bytes]:
        words, self.passing = self.passing, []
        return words


class Hub:
    """Listeners by topic: a case, a kiosk (`kiosk:ID`), or all experts."""

    def __init__(self) -> None:
        self._topics: dict[str, set[Listener]] = {}
        self.draining = False
        self.open = 0

    @contextmanager
    def listen(self, topic: str) -> Iterator[Listener]:
        listener = Listener()
        self._topics.setdefault(topic, set()).add(listener)
        self.open += 1
        try:
            yield listener
        finally:
            self.open -= 1
            members = self._topics[topic]
            members.discard(listener)
            if not members:
                del self._topics[topic]

    def count(self, topic: str) -> int:
        return len(self._topics.get(topic, ()))

    def changed(self, case: str, kiosk: str) -> None:
        for topic in (f"case:{case}", f"kiosk:{kiosk}", EXPERTS):
            for listener in self._topics.get(topic, ()):
                listener.poke(case)

    def pass_on(self, topic: str, words: bytes) -> None:
        for listener in self._topics.get(topic, ()):
            listener.hand(words)

    def drain(self) -> None:
        """Every stream ends at once; called when the service is told to stop."""
        self.draining = True
        for members in self._topics.values():
            for listener in members:
                listener.wake()
