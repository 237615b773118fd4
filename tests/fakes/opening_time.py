"""An opening time in which a till program pays at random while the kiosk watches, and people check now and then."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kiosk.diagnostics.discovery import attached, gather
from kiosk.diagnostics.runner import Plan, run
from kiosk.model.terminal import Level, Port, Terminal
from kiosk.resources import findings
from tests.fakes import pos

WATCH = 30.0  # seconds of opening time between two looks of the monitoring; the real one looks far less often
MARGIN = 0.25  # real seconds: the till program tries again every 20 ms, and machines are busy


@dataclass
class Passed:
    """What came of it. `held` are the times in which a person's check had begun and not yet ended."""

    payments: int = 0
    by_monitoring: int = 0  # refusals while no person's check ran
    longest: float = 0.0  # real seconds that a person's check kept the till program waiting
    waits: list[float] = field(default_factory=list)
    looks: int = 0
    checks: int = 0


def spend(address: str, protocol: str, *, seconds: float, speed: float, every: float, seed: int = 1) -> Passed:
    """`every`: seconds of opening time between two checks by a person; 0: nobody checks."""
    dice, passed, held = random.Random(seed), Passed(), []
    terminal = Terminal("1", Port(address), protocol=protocol, asks_first=False)
    due = dice.uniform(0.5, 1.5) * every / speed if every else float("inf")
    began = time.monotonic()
    with pos.running(address, seed, seconds, speed) as till:
        while till.poll() is None and time.monotonic() - began < seconds / speed:
            _check(terminal, Level.PASSIVE)
            attached()
            passed.looks += 1
            if time.monotonic() - began >= due:
                start = time.monotonic()
                _check(terminal, Level.INTERNAL)
                held.append((start, time.monotonic()))
                passed.checks += 1
                due = time.monotonic() - began + dice.uniform(0.5, 1.5) * every / speed
            time.sleep(WATCH / speed)
        told = pos.told(till)
    passed.payments = int(str(told["payments"]))
    for at, waited in told["refusals"]:  # type: ignore[attr-defined]
        passed.waits.append(waited)
        if not any(start - MARGIN <= at <= end + MARGIN for start, end in held):
            passed.by_monitoring += 1
    passed.longest = max(passed.waits, default=0.0)
    return passed


def _check(terminal: Terminal, level: Level) -> None:
    facts = gather((terminal,), ("python", "python3"), (), datetime.now(UTC))
    run(Plan((terminal,), level, 30.0, facts, True), emit=lambda _event: None, kinds=findings())
