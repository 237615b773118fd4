"""Work that may hang in the system, such as a name look-up, done side by side; waits no longer than it was told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def side_by_side(jobs: Sequence[Callable[[], T]], seconds: float, name: str) -> tuple[T | None, ...]:
    """The answer of each job; None of one that was not back in time: its thread is left behind and its answer dropped.

    What a job raises is lost with it, so a job catches what it expects.
    """
    answers: list[T | None] = [None] * len(jobs)

    def do(number: int, job: Callable[[], T]) -> None:
        answers[number] = job()

    threads = [threading.Thread(target=do, args=one, name=name, daemon=True) for one in enumerate(jobs)]
    until = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return tuple(answers)
