"""An hour of opening time: a till program pays at random, the kiosk watches, people check; who was refused the port.

The till program is a process of its own at the same pseudo-terminal; an hour passes in a minute. Once the terminal
answers, and once it is silent, so that a person's check takes as long as it may.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.fakes.opening_time import Passed, spend
from tests.fakes.simulated import simulated

HOUR, SPEED, EVERY = 3600.0, 60.0, 240.0
TIME_OUT = 5.0 + 0.5  # seconds; T2 of ZVT, and opening, listening and closing


def main() -> None:
    monitoring, longest, told = 0, 0.0, {}
    for fault in ("none", "silent"):
        options = () if fault == "none" else ("--fault", fault)
        with simulated("zvt", "--latency", "0.05", *options) as terminal:
            passed = spend(terminal.address, "zvt", seconds=HOUR, speed=SPEED, every=EVERY, seed=7)
        monitoring += passed.by_monitoring
        longest = max(longest, passed.longest)
        told[fault] = _shown(passed)
    print(_line("pos_refused_by_monitoring", monitoring, "times", 0, monitoring == 0, told))
    print(_line("pos_longest_wait", round(longest, 2), "s", TIME_OUT, longest <= TIME_OUT, {}))


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
