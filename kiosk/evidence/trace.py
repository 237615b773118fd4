"""Records what goes over a channel: bytes, time, marks; raw bytes live here, in memory only, and leave by redaction."""

import threading
import time
from collections.abc import Callable

from kiosk.model.trace import Entry, TraceHeader, What

MOST = 4_000_000  # bytes heard in one run of one terminal; a talk of ours takes a few thousand


class Trace:
    """The recorder of one terminal's channel. Safe to add to from any thread; times are seconds since it began."""

    def __init__(self, header: TraceHeader, clock: Callable[[], float] = time.monotonic) -> None:
        self.header = header
        self._clock = clock
        self._began = clock()
        self._entries: list[Entry] = []
        self._heard = 0
        self._lock = threading.Lock()

    def add(self, what: What, data: bytes = b"", *, seconds: float = 0.0, note: str = "") -> None:
        with self._lock:
            at = round(self._clock() - self._began, 6)
            self._heard += len(data) if what is What.RECEIVE else 0
            self._entries.append(Entry(at, what, bytes(data), round(seconds, 6), note[:2000]))

    @property
    def is_full(self) -> bool:
        """Whether more came than any talk needs, so that no more should be read."""
        return self._heard > MOST

    @property
    def entries(self) -> tuple[Entry, ...]:
        with self._lock:
            return tuple(self._entries)
