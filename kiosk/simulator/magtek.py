"""A MagTek swipe reader as its feature reports show it: what is set, and what is then got; bytes are built by hand."""

from __future__ import annotations

import random
from collections.abc import Mapping

from kiosk.errors import Usage
from kiosk.simulator.device import Kind, Reply, Setup

FAULTS: Mapping[str, str] = {
    "failed": "Answers every question with a failure",
    "not_now": "Says that it cannot answer in its state",
    "encrypting": "A reader that encrypts: its reports have 60 bytes",
    "old": "Knows its software number alone",
    "short_length": "Tells a length of 1 before a longer text, as an example of the manuals does",
}
SOFTWARE = "21042812D01"


def build(setup: Setup) -> Reader:
    return Reader(setup)


class Reader:
    """One reader; `feed` takes the data of a SET_REPORT and gives what the next GET_REPORT reads."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.faults = setup.faults
        dice = random.Random(setup.seed)  # noqa: S311 - a number for a toy reader
        self.serial = setup.serial or f"B{dice.randrange(16**6):06X}"
        self._counts = {"questions": 0, "forbidden": 0}

    def feed(self, data: bytes) -> list[Reply]:
        return [Reply(self.setup.latency, self._answer(data))]

    def say(self, words: list[str]) -> None:
        raise Usage("This reader takes no orders but faults.", "Say: fault NAME on, fault NAME off.")

    def counts(self) -> dict[str, int]:
        return dict(self._counts)

    def _answer(self, data: bytes) -> bytes:
        size = 60 if "encrypting" in self.faults else 24
        result, value = self._result(data)
        length = 1 if "short_length" in self.faults and len(value) > 1 else len(value)
        return (bytes([result, length]) + value + bytes(size))[:size]

    def _result(self, data: bytes) -> tuple[int, bytes]:
        if data[:2] != b"\x00\x01" or len(data) < 3:
            self._counts["forbidden"] += 1
            return 0x02, b""
        self._counts["questions"] += 1
        if "failed" in self.faults:
            return 0x01, b""
        if "not_now" in self.faults:
            return 0x07, b""
        values = {0: (self.setup.software or SOFTWARE).encode("ascii")}
        if "old" not in self.faults:
            values |= {1: self.serial.encode("ascii"), 3: self.serial.encode("ascii"), 4: b"\x95"}
        if "encrypting" in self.faults:
            values[4] = b"V05"
        return (0x00, values[data[2]]) if data[2] in values else (0x02, b"")


KIND = Kind("magtek", "MagTek swipe reader (feature reports)", FAULTS, build)
