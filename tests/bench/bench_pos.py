"""An hour of opening time: a till program pays at random, the kiosk watches, people check; who was refused the port.

The till program is a process of its own at the same pseudo-terminal; the hour passes `SPEED` times as fast, 60 unless
told. Once the terminal answers, and once it is silent, so that a person's check takes as long as it may.
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.fakes.opening_time import Passed, spend
from tests.fakes.simulated import simulated

HOUR, EVERY = 3600.0, 240.0
SPEED = float(os.environ.get("SPEED", "60"))
SIDE_BY_SIDE = 2 if SPEED <= 1 else 1  # an hour that takes an hour leaves the machine idle
FAULTS = ("none", "silent")
TIME_OUT = 5.0 + 0.5  # seconds; T2 of ZVT, and opening, listening and closing


def main(name: str = "pos") -> None:
    with ThreadPoolExecutor(SIDE_BY_SIDE) as lanes:
        told = dict(zip(FAULTS, lanes.map(_hour, FAULTS), strict=True))
    monitoring = sum(passed.by_monitoring for passed in told.values())
    longest = max(passed.longest for passed in told.values())
    shown = {fault: _shown(passed) for fault, passed in told.items()}
    print(_line(f"{name}_refused_by_monitoring", monitoring, "times", 0, monitoring == 0, shown))
    print(_line(f"{name}_longest_wait", round(longest, 2), "s", TIME_OUT, longest <= TIME_OUT, {}))


def _hour(fault: str) -> Passed:
    options = () if fault == "none" else ("--fault", fault)
    with simulated("zvt", "--latency", "0.05", *options) as terminal:
        return spend(terminal.address, "zvt", seconds=HOUR, speed=SPEED, every=EVERY, seed=7)


def _shown(passed: Passed) -> dict[str, object]:
    return {
        "payments": passed.payments,
        "looks": passed.looks,
        "checks": passed.checks,
        "waits": [round(seconds, 2) for seconds in passed.waits],
    }


def _line(bench: str, value: float, unit: str, bar: float, holds: bool, more: dict[str, object]) -> str:
    return json.dumps({"bench": bench, "value": value, "unit": unit, "bar": bar, "holds": holds, **more})


if __name__ == "__main__":
    main()
