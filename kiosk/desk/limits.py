"""Counts what one sender did lately, in memory; forgets with time, never blocks by itself."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

MOST_KEYS = 10_000


class Rate:
    """At most `most` in any `seconds` for each key."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self.seconds = seconds
        self._clock = clock
        self._seen: dict[str, deque[float]] = {}

    def allows(self, key: str) -> bool:
        """Counts one more; False if it is too many."""
        if self.full(key):
            return False
        self.count(key)
        return True

    def full(self, key: str) -> bool:
        seen = self._seen.get(key)
        return seen is not None and self._fresh(key, seen) >= self.most

    def count(self, key: str) -> None:
        if len(self._seen) >= MOST_KEYS:
            self._seen.pop(next(iter(self._seen)))
        self._seen.setdefault(key, deque(maxlen=self.most)).append(self._clock())

    def _fresh(self, key: str, seen: deque[float]) -> int:
        while seen and seen[0] < self._clock() - self.seconds:
            seen.popleft()
        if not seen:
            del self._seen[key]
        return len(seen)


class Failures(Rate):
    """Counts failures only, so that people who get it right are never stopped."""

    def clear(self, key: str) -> None:
        self._seen.pop(key, None)
