"""Looks through pieces for card data, in processes of its own where there is much to look at; must not mask.

A process is started anew (spawn), so that it works in a frozen program and on Windows. This process looks by itself
until another one has come up, and does it all where none does. One that is ended before it answered has looked at
nothing: then sealing stops.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from kiosk.errors import BundleError
from kiosk.evidence.bundle.pieces import Piece
from kiosk.evidence.looking import look, serve

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

LITTLE = 300_000  # bytes that this process looks through before another one has come up
_BATCH = 128_000  # bytes
_PIECE = 400  # bytes that a piece counts more than it is long
_MOST_PROCESSES = 4
_MOST_WAITING = 16  # batches: they are in memory
_PATIENCE = 1.0  # seconds for a process to end

Looked = Callable[[], bool]
"""Waits; True where nothing was found."""


@dataclass(slots=True, eq=False)
class Other:
    """A process that looks, the line to it, and which batch it has."""

    process: SpawnProcess
    line: Connection[Any, Any]
    is_up: bool = False
    batch: int | None = None


class Lookers:
    """To be used in a `with`, by one thread. `much` is about how many bytes there will be to look at."""

    def __init__(self, much: int, processes: int | None = None) -> None:
        wanted = _processors() if processes is None else processes
        self._others = _started(wanted) if much > LITTLE and wanted > 1 else []
        self._queue: deque[tuple[int, list[Piece]]] = deque()
        self._told: dict[int, bool] = {}
        self._number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for other in self._others:
            other.line.close()
        for other in self._others:
            other.process.join(_PATIENCE)
            other.process.terminate()
            other.process.join()

    def look(self, pieces: Iterable[Piece]) -> Looked:
        """Begin to look. Both this and what it gives back raise `BundleError` if a process was ended."""
        numbers = []
        for batch in _batches(pieces):
            self._number += 1
            numbers.append(self._number)
            self._queue.append((self._number, batch))
            while len(self._queue) > (_MOST_WAITING if self._others else 0):
                self._turn()
        return lambda: all(self._answer(number) for number in numbers)

    def _answer(self, number: int) -> bool:
        while number not in self._told:
            self._turn()
        return self._told[number]

    def _turn(self) -> None:
        """Hand out and wait for an answer, or look at one batch here as long as no other process is up."""
        self._hear(0.0)
        for other in self._others:
            if other.is_up and other.batch is None and self._queue:
                self._give(other)
        if any(other.is_up for other in self._others):
            self._hear(None)
        elif self._queue:
            number, batch = self._queue.popleft()
            self._told[number] = look(batch)

    def _give(self, other: Other) -> None:
        other.batch, batch = self._queue.popleft()
        try:
            other.line.send([tuple(piece) for piece in batch])
        except OSError as e:
            raise _ended() from e

    def _hear(self, timeout: float | None) -> None:
        from multiprocessing.connection import wait

        for line in wait([other.line for other in self._others], timeout):
            other = next(one for one in self._others if one.line is line)
            try:
                clean = other.line.recv()
            except (EOFError, OSError) as e:
                self._others.remove(other)
                if other.is_up:
                    raise _ended() from e
                continue  # it never came up, and had nothing to do
            if other.batch is not None:
                self._told[other.batch] = clean
            other.is_up, other.batch = True, None


def _ended() -> BundleError:
    return BundleError(
        "Sealing stopped: a process that looked for card data was ended. Nothing was written.",
        "Try again. If it comes again, close other programs.",
    )


def _batches(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    batch: list[Piece] = []
    size = 0
    for piece in pieces:
        batch.append(piece)
        size += len(piece.data) + _PIECE
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _processors() -> int:
    mine = getattr(os, "sched_getaffinity", None)
    return min(_MOST_PROCESSES, len(mine(0)) if mine else os.cpu_count() or 1)


def _started(processes: int) -> list[Other]:
    """As many as this system lets us have."""
    from multiprocessing import get_context

    context = get_context("spawn")
    others = []
    try:
        for _ in range(processes):
            line, far = context.Pipe()
            process = context.Process(target=serve, args=(far,), daemon=True)
            process.start()
            far.close()
            others.append(Other(process, line))
    except OSError:
        pass
    return others
