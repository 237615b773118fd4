"""Eight terminals checked at once against the slowest of them alone, in the same run; simulators in own processes."""

from __future__ import annotations

import json
import statistics
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from kiosk.diagnostics.discovery import gather
from kiosk.diagnostics.runner import Plan, run
from kiosk.model.health import GlobalStatus
from kiosk.model.terminal import Level, Port, Terminal
from kiosk.resources import findings
from tests.fakes.simulated import simulated

BAR, ROUNDS, TERMINALS = 1.05, 5, 8


def main() -> None:
    with ExitStack() as stack:
        latencies = [0.5 + 0.5 * n / (TERMINALS - 1) for n in range(TERMINALS)]  # two exchanges each: 1 to 2 s
        addresses = [
            stack.enter_context(simulated("zvt", "--latency", f"{latency:.3f}", "--seed", str(n))).address
            for n, latency in enumerate(latencies)
        ]
        terminals = tuple(Terminal(f"till {n}", Port(a), protocol="zvt") for n, a in enumerate(addresses, 1))
        checked(terminals[:1])  # loads what a first run loads
        ratios = []
        for _ in range(ROUNDS):
            alone = checked(terminals[-1:])
            ratios.append(checked(terminals) / alone)
    value = round(statistics.median(ratios), 4)
    print(json.dumps({"bench": "runner", "value": value, "unit": "x slowest alone", "bar": BAR, "holds": value <= BAR}))


def checked(terminals: tuple[Terminal, ...]) -> float:
    """Seconds of a whole run; every terminal must have been found healthy, or nothing was measured."""
    facts = gather(terminals, (), (), datetime.now(UTC))
    plan = Plan(terminals, Level.INTERNAL, 30.0, facts, True)
    began = time.perf_counter()
    outcome = run(plan, emit=lambda _event: None, kinds=findings())
    seconds = time.perf_counter() - began
    bad = [t.findings for t in outcome.report.terminals if t.health.global_status is not GlobalStatus.OK]
    if bad:
        sys.exit(f"a simulated terminal was not healthy: {bad}")
    return seconds


if __name__ == "__main__":
    main()
