"""A cold `kiosk check` of one simulated terminal against the terminal's own answer time.

The terminal is a process of its own that takes a set time for each answer. The bare side opens the port and does the
same turns; ours is a whole process from its start to its end. Turn and turn about; the value is the median overhead.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from kiosk.diagnostics.channels.serial import SerialChannel
from tests.bench.bench_exchange import exchange, script, turns_of
from tests.fakes.simulated import simulated

ROOT = Path(__file__).resolve().parents[2]
BAR, ROUNDS, LATENCY = 1500.0, 7, "0.5"


def main() -> None:
    with simulated("zvt", "--latency", LATENCY) as terminal:
        with SerialChannel(terminal.address, 9600, "8N2") as channel:
            turns = turns_of(exchange(channel)[1])
        check(terminal.address)  # caches warm
        pairs = [(check(terminal.address), answers(terminal.address, turns)) for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    overhead = statistics.median(a - b for a, b in pairs) * 1000
    more = {
        "ratio": round(statistics.median(a / b for a, b in pairs), 3),
        "milliseconds": round(ours * 1000), "terminal_milliseconds": round(theirs * 1000),
    }  # fmt: skip
    line = {
        "bench": "check",
        "value": round(overhead),
        "unit": "ms over the terminal's own",
        "bar": BAR,
        "holds": overhead <= BAR,
    }
    print(json.dumps(line | more))


def check(address: str) -> float:
    command = [
        sys.executable,
        "-m",
        "kiosk",
        "check",
        "--port",
        address,
        "--protocol",
        "zvt",
        "--level",
        "internal",
        "--json",
    ]
    began = time.perf_counter()
    run = subprocess.run(command, stdout=subprocess.PIPE, cwd=ROOT, check=False)
    took = time.perf_counter() - began
    if run.returncode not in (0, 1) or json.loads(run.stdout)["terminals"][0]["health"].get("global_status") != "ok":
        sys.exit(f"the check did not go through: status {run.returncode}")
    return took


def answers(address: str, turns: list[bytes | int]) -> float:
    """The terminal's own time for the same turns."""
    port = os.open(address, os.O_RDWR | os.O_NOCTTY)
    try:
        return script(port, turns)
    finally:
        os.close(port)


if __name__ == "__main__":
    main()
