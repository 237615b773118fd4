"""What the times of a case are: versioned questions over its log, so that a changed definition recounts history; pure.

A definition that changes gets a new version; figures of two versions are never mixed.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from kiosk.desk.head import CLOSED_STORE, SAFETY, Placed
from kiosk.model import case as c
from kiosk.model.visit import Arrived, Dispatch

MINUTE = 60.0


class Promise(Struct, frozen=True):
    """Seconds until the first reply, each next reply and the end are due, by harm."""

    first: float = 5 * MINUTE
    next: float = 10 * MINUTE
    end: float = 240 * MINUTE


PROMISES = {
    SAFETY: Promise(1 * MINUTE, 2 * MINUTE, 60 * MINUTE),
    CLOSED_STORE: Promise(2 * MINUTE, 5 * MINUTE, 120 * MINUTE),
}
WARNED = 0.6  # of the time used


class Clock(Struct, frozen=True):
    """One clock of a case: seconds used, seconds promised; `done`: it has stopped for good."""

    used: float
    due: float
    running: bool
    done: bool

    @property
    def state(self) -> str:
        if self.used > self.due:
            return "breached"
        if self.done:
            return "kept"
        return "warning" if self.used > WARNED * self.due else "fine"


class Clocks(Struct, frozen=True):
    first: Clock
    next: Clock
    end: Clock


class Measure(Struct, frozen=True):
    """A figure of one case in seconds; None where the case does not have it (yet)."""

    name: str
    version: int
    definition: str
    of: Callable[[Sequence[Placed]], float | None]


class Figure(Struct, frozen=True):
    """A measure over many cases."""

    name: str
    version: int
    n: int
    median: float | None
    p90: float | None
    mean: float | None


def clocks(log: Sequence[Placed], harm: int, now: float) -> Clocks:
    """The three clocks of a case. The clock of the end stands still while a part or an engineer is on the way."""
    promise = PROMISES.get(harm, Promise())
    opened, replied, ended = log[0].stored, _replied(log), _ended(log)
    asked = _unanswered(log)
    waiting = asked is not None and ended is None
    away = _paused(log, ended or now)
    return Clocks(
        Clock((replied or ended or now) - opened, promise.first, not (replied or ended), bool(replied or ended)),
        Clock(now - asked if waiting and asked is not None else 0.0, promise.next, waiting, ended is not None),
        Clock((ended or now) - opened - away, promise.end, ended is None and not _is_away(log), ended is not None),
    )


def _expert(placed: Placed) -> bool:
    return placed.event.author.side is c.Side.EXPERT


def _replied(log: Iterable[Placed]) -> float | None:
    return next((p.stored for p in log if isinstance(p.event.body, c.Message) and _expert(p)), None)


def _unanswered(log: Iterable[Placed]) -> float | None:
    """Since when the store waits for a next reply: its first message after an expert's last."""
    since = None
    for placed in log:
        if isinstance(placed.event.body, c.Message):
            since = None if _expert(placed) else (since if since is not None else placed.stored)
    return since


def _ended(log: Iterable[Placed]) -> float | None:
    """When it was resolved, if it still is."""
    ended = None
    for placed in log:
        if isinstance(placed.event.body, c.Resolved):
            ended = placed.stored
        elif isinstance(placed.event.body, c.Reopened):
            ended = None
    return ended


def _paused(log: Iterable[Placed], until: float) -> float:
    """Seconds between a dispatch and the arrival of the same reference."""
    total, since = 0.0, None
    for placed in log:
        body = placed.event.body
        if isinstance(body, Dispatch) and since is None:
            since = placed.stored
        elif isinstance(body, Arrived) and since is not None:
            total, since = total + placed.stored - since, None
    return total + (max(0.0, until - since) if since is not None else 0.0)


def _is_away(log: Iterable[Placed]) -> bool:
    last = [p.event.body for p in log if isinstance(p.event.body, Dispatch | Arrived)]
    return bool(last) and isinstance(last[-1], Dispatch)


def first_reply(log: Sequence[Placed]) -> float | None:
    replied = _replied(log)
    return None if replied is None else replied - log[0].stored


def resolution(log: Sequence[Placed]) -> float | None:
    ended = _ended(log)
    return None if ended is None else ended - log[0].stored


def repair(log: Sequence[Placed]) -> float | None:
    """Until the last check before the end that found everything fine; the click on "resolved" proves nothing."""
    ended = _ended(log)
    passed = [p.stored for p in log if _passes(p.event.body) and (ended is None or p.stored <= ended)]
    return passed[-1] - log[0].stored if passed and ended is not None else None


def _passes(body: object) -> bool:
    evidence = body.evidence if isinstance(body, c.Result) else body
    return isinstance(evidence, c.Evidence) and evidence.verdict == "ok"


MEASURES = (
    Measure("first_reply", 1, "From opening to the first message of an expert.", first_reply),
    Measure("resolution", 1, "From opening to the last resolving, for cases that were not opened again.", resolution),
    Measure("mttr", 1, "From opening to the last passing check before the end, not to the click that closes.", repair),
)


def figure(measure: Measure, logs: Iterable[Sequence[Placed]]) -> Figure:
    """Over all cases that have it."""
    found = sorted(value for log in logs if log and (value := measure.of(log)) is not None)
    if not found:
        return Figure(measure.name, measure.version, 0, None, None, None)
    ninth = found[min(len(found) - 1, int(len(found) * 0.9))]
    return Figure(measure.name, measure.version, len(found), statistics.median(found), ninth, statistics.fmean(found))
