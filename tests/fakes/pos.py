"""A till program in a process of its own: opens its port, serves a payment, closes, at random, as fast as it is told.

`python tests/fakes/pos.py PORT SEED SECONDS SPEED`: SECONDS of opening time go by SPEED times as fast. Its last words
are one JSON line: payments, how often the port was refused and for how long (seconds of its own clock), times refused.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import serial

AGAIN = 0.02  # real seconds from a refusal to the next try
PAYMENT, PAUSE = (5.0, 40.0), (3.0, 90.0)  # seconds of opening time that a payment and a pause take
ACK = b"\x06"  # a byte that starts nothing


def main(port: str, seed: int, seconds: float, speed: float) -> dict[str, object]:
    dice = random.Random(seed)
    print("ready", flush=True)  # noqa: T201 - told to whoever started it
    until = time.monotonic() + seconds / speed
    payments, refusals = 0, []
    while time.monotonic() < until:
        line, refused = opened(port, until)
        if refused is not None:
            refusals.append(refused)
        if line is None:
            break
        with line:
            line.write(ACK)
            time.sleep(dice.uniform(*PAYMENT) / speed)
        payments += 1
        time.sleep(dice.uniform(*PAUSE) / speed)
    return {"payments": payments, "refusals": refusals}


def opened(port: str, until: float) -> tuple[serial.Serial | None, list[float] | None]:
    """The port for this program alone, and when and how long it was refused before."""
    began = time.monotonic()
    refused = False
    while time.monotonic() < until or not refused:
        try:
            line = serial.Serial(port, 9600, exclusive=True)
        except serial.SerialException:
            refused = True
            time.sleep(AGAIN)
            continue
        return line, [began, time.monotonic() - began] if refused else None
    return None, [began, time.monotonic() - began]


@contextmanager
def running(port: str, seed: int, seconds: float, speed: float) -> Iterator[subprocess.Popen[str]]:
    """The program, once it has begun; `told` waits for its last words."""
    command = [sys.executable, str(Path(__file__)), port, str(seed), str(seconds), str(speed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.terminate()


def told(process: subprocess.Popen[str]) -> dict[str, object]:
    assert process.stdout is not None
    words: dict[str, object] = json.loads(process.stdout.readline())
    return words


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], *map(float, sys.argv[2:]))), flush=True)  # noqa: T201 - its last words
