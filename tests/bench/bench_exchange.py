"""One ZVT status exchange through the driver against a bare script that does the same turns and bytes.

Both talk over the same pseudo-terminal to the same peer, which is a process of its own, turn and turn about.
"""

from __future__ import annotations

import json
import os
import select
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from kiosk.diagnostics.channels.converse import converse
from kiosk.diagnostics.channels.serial import SerialChannel
from kiosk.evidence.trace import Trace
from kiosk.model.health import GlobalStatus
from kiosk.model.terminal import Level
from kiosk.model.trace import TraceHeader, What
from kiosk.protocols.protocol import protocols
from tests.fakes.simulated import simulated

BAR, PAIRS = 3.0, 100

Turn = bytes | int
"""What to send, or how many bytes to wait for."""


def main() -> None:
    with simulated("zvt", "--latency", "0") as terminal:
        bare = os.open(terminal.address, os.O_RDWR | os.O_NOCTTY)  # before the port is claimed
        with SerialChannel(terminal.address, 9600, "8N2") as channel:
            turns = turns_of(exchange(channel)[1])
            script(bare, turns)
            pairs = [(exchange(channel)[0], script(bare, turns)) for _ in range(PAIRS)]
        os.close(bare)
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    value = round(ours / theirs, 3)
    more = {"milliseconds": round(ours * 1000, 3), "bare_milliseconds": round(theirs * 1000, 3)}
    line = {"bench": "exchange", "value": value, "unit": "x bare script", "bar": BAR, "holds": value <= BAR}
    print(json.dumps(line | more))


def exchange(channel: SerialChannel) -> tuple[float, Trace]:
    """Seconds and trace of one status exchange, guarded and recorded as in a check."""
    zvt = protocols()["zvt"]
    trace = Trace(TraceHeader("1", channel.address, "zvt", "serial", ""))
    began = time.perf_counter()
    reading = converse(
        zvt.read("serial"),
        channel,
        protocol=zvt,
        framing="serial",
        level=Level.INTERNAL,
        deadline=time.monotonic() + 20,
        cancelled=lambda: False,
        trace=trace,
    )
    seconds = time.perf_counter() - began
    if reading.health.global_status is not GlobalStatus.OK:
        sys.exit(f"the simulated terminal was not healthy: {reading.findings}")
    return seconds, trace


def turns_of(trace: Trace) -> list[Turn]:
    """The turns of a recorded exchange: every send, and how many bytes came before the next one."""
    turns: list[Turn] = []
    for entry in trace.entries:
        if entry.what is What.SEND:
            turns.append(entry.data)
        elif entry.what is What.RECEIVE and turns and isinstance(turns[-1], int):
            turns[-1] += len(entry.data)
        elif entry.what is What.RECEIVE:
            turns.append(len(entry.data))
    return turns


def script(fd: int, turns: list[Turn]) -> float:
    """Seconds that the bare turns take."""
    began = time.perf_counter()
    for turn in turns:
        if isinstance(turn, bytes):
            os.write(fd, turn)
            continue
        left = turn
        while left:
            if not select.select([fd], [], [], 5.0)[0]:
                sys.exit("the simulated terminal fell silent")
            left -= len(os.read(fd, left))
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
