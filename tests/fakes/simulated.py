"""A simulated terminal in a process of its own: `kiosk simulate`, its address, and orders to it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Simulated:
    address: str
    process: subprocess.Popen[str]

    def tell(self, order: str) -> dict[str, object]:
        """One order, such as `fault silent on`; its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{order}\n")
        self.process.stdin.flush()
        answer: dict[str, object] = json.loads(self.process.stdout.readline())
        return answer


@contextmanager
def simulated(protocol: str, *options: str, place: tuple[str, ...] = ("--pty",)) -> Iterator[Simulated]:
    command = [sys.executable, "-m", "kiosk", "simulate", "--protocol", protocol, *place, *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield Simulated(process.stdout.readline().strip(), process)
        finally:
            assert process.stdin is not None
            with suppress(OSError):
                process.stdin.write("quit\n")
                process.stdin.close()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
