"""A recording played back as a channel: gives every result again without waiting; must not touch a real port."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Self

import msgspec

from kiosk import errors
from kiosk.errors import BundleError, Cancelled, DeviceError
from kiosk.model.trace import Entry, What
from kiosk.protocols.conversation import Control, Line, LineState, NotReported

_MARKS = {What.CHECK_BEGINS, What.CHECK_ENDS, What.CLOSE}


class ReplayChannel:
    """The entries of a trace in their order. Raises `BundleError` as soon as the talk differs from the recording."""

    slice = float("inf")

    def __init__(self, entries: Iterable[Entry], kind: str = "serial") -> None:
        self.kind = kind
        self._entries = deque(e for e in entries if e.what not in _MARKS and not e.note.startswith("Barred:"))

    def __enter__(self) -> Self:
        opened = self._next(What.OPEN)
        if opened.note:
            raise recorded_error(opened.note)
        return self

    def __exit__(self, *_exc: object) -> None:
        pass

    def send(self, data: bytes, timeout: float) -> int:
        sent = self._next(What.SEND)
        if not data.startswith(sent.data) or not sent.data:
            raise BundleError("This version sends other bytes than the recording holds.", "Read the trace instead.")
        return len(sent.data)

    def receive(self, limit: int, timeout: float) -> bytes:
        return self._next(What.RECEIVE, What.SILENCE).data

    def control(self, wish: Control, timeout: float) -> bytes | NotReported | None:
        entry = self._next(What.CONTROL_IN if wish.length else What.CONTROL_OUT, What.NOT_REPORTED)
        if entry.what is What.NOT_REPORTED:
            return NotReported(entry.note)
        return entry.data if wish.length else None

    def lines(self) -> LineState | NotReported:
        entry = self._next(What.LINES, What.NOT_REPORTED)
        if entry.what is What.NOT_REPORTED:
            return NotReported(entry.note)
        return msgspec.json.decode(entry.note, type=LineState)

    def line(self, wish: Line) -> NotReported | None:
        entry = self._next(What.LINE, What.NOT_REPORTED)
        return NotReported(entry.note) if entry.what is What.NOT_REPORTED else None

    def _next(self, *wanted: What) -> Entry:
        entry = self._entries.popleft() if self._entries else None
        if entry is not None and entry.what is What.ERROR:
            raise recorded_error(entry.note)
        if entry is None or entry.what not in wanted:
            raise BundleError("This version talks in another order than the recording.", "Read the trace instead.")
        return entry


def recorded_error(note: str) -> Exception:
    """The error that a note "<class>: <words>" tells of; a plain `DeviceError` where the class is not ours."""
    name, _, words = note.partition(": ")
    kind = getattr(errors, name, DeviceError)
    if not (isinstance(kind, type) and issubclass(kind, DeviceError | Cancelled)):
        kind = DeviceError
    return kind(words)
