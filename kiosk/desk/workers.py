"""Several processes behind one socket: starts them, starts another for one that died, and ends all as it is told."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import FrameType

from kiosk.desk.options import Options
from kiosk.errors import DeskError

TOO_SOON = 5.0  # seconds: who dies so early would only die again
Serve = Callable[[socket.socket, Callable[[], None]], None]


def must_be_possible(options: Options, workers: int) -> None:
    """Raises `DeskError` where several processes cannot share the data."""
    if workers > 1 and not options.database_url:
        cure = "Name a PostgreSQL database (KIOSK_DESK_DATABASE), or run one worker."
        raise DeskError("Several workers cannot share one SQLite file.", cure)
    if workers > 1 and not hasattr(os, "fork"):
        raise DeskError("Several workers do not run on this system.", "Run one worker on each of several machines.")


class Workers:
    """`serve` runs in each child over the bound socket and calls its second argument once it listens."""

    def __init__(self, count: int, bound: socket.socket, serve: Serve) -> None:
        self._count = count
        self._bound = bound
        self._serve = serve
        self._began: dict[int, float] = {}
        self._stopping = False

    def run(self, listening: Callable[[], None]) -> None:
        """Until SIGTERM or SIGINT. Raises `DeskError` where a worker cannot start."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._stop)
        started = [self._start() for _ in range(self._count)]
        good = all(os.read(pipe, 1) for pipe in started)
        for pipe in started:
            os.close(pipe)
        if good and not self._stopping:
            listening()
        else:
            self._stop(signal.SIGTERM, None)
        self._watch()
        if not good:
            raise DeskError("A worker could not start.", "See the lines above.")

    def _start(self) -> int:
        """Fork one; what it returns can be read from once that one listens."""
        reading, writing = os.pipe()
        sys.stdout.flush()
        if child := os.fork():
            self._began[child] = time.monotonic()
            os.close(writing)
            return reading
        status = 1
        try:
            for sign in (signal.SIGTERM, signal.SIGINT):
                signal.signal(sign, signal.SIG_DFL)
            os.close(reading)
            self._serve(self._bound, lambda: _tell(writing))
            status = 0
        finally:
            sys.stderr.flush()
            os._exit(status)

    def _stop(self, _sign: int, _frame: FrameType | None) -> None:
        self._stopping = True
        for child in self._began:
            os.kill(child, signal.SIGTERM)

    def _watch(self) -> None:
        while self._began:
            child, status = os.wait()
            began = self._began.pop(child, 0.0)
            killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL  # from outside: no fault of ours
            if not self._stopping and (killed or time.monotonic() > began + TOO_SOON):
                os.close(self._start())
            elif not self._stopping:
                self._stop(signal.SIGTERM, None)


def _tell(pipe: int) -> None:
    """That this worker listens; nobody reads it from one that took another's place."""
    with contextlib.suppress(BrokenPipeError):
        os.write(pipe, b".")
    os.close(pipe)
