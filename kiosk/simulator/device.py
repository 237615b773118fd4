"""What a simulated device is: bytes in, timed bytes out, faults to switch; must not do I/O or read a clock."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol as Shape

from kiosk.errors import Usage

TRICKLE = 0.3  # seconds from byte to byte
LINE_FAULTS: Mapping[str, str] = {
    "silent": "The device takes every byte and answers none",
    "cable_out": "The cable is out: the port is there, bytes vanish both ways",
    "unplugged": "The device is gone: its port closes",
    "trickle": "Answers come one byte every 300 ms",
    "noise": "Stray bytes come before every answer",
    "cut": "The end of every answer is lost",
    "wrong_speed": "Bytes are garbled as at a wrong speed",
}
"""What happens to the line, whatever the device: see `line`."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Bytes that leave `after` seconds."""

    after: float
    data: bytes


@dataclass(slots=True)
class Setup:
    """How a simulated device begins: who it is, how fast it answers, what is wrong with it."""

    name: str = ""
    serial: str = ""
    software: str = ""
    framing: str = "serial"
    latency: float = 0.05
    seed: int = 0
    faults: set[str] = field(default_factory=set)
    now: Callable[[], tuple[int, int, int, int, int, int]] = lambda: (2026, 1, 2, 12, 30, 0)


class Request(Shape):
    """A USB control transfer that reads, as far as a simulated device looks at it (USB 2.0 section 9.3)."""

    @property
    def request_type(self) -> int: ...

    @property
    def request(self) -> int: ...


class Device(Shape):
    """One simulated device. `faults` may change at any time; `say` takes a line such as "paper in"."""

    faults: set[str]

    def feed(self, data: bytes) -> list[Reply]: ...

    def say(self, words: list[str]) -> None: ...

    def counts(self) -> dict[str, int]: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of simulated device, as `kiosk simulate --list` names it."""

    id: str
    title: str
    faults: Mapping[str, str]
    build: Callable[[Setup], Device]

    @property
    def all_faults(self) -> dict[str, str]:
        return {**LINE_FAULTS, **self.faults}

    def check(self, fault: str) -> str:
        if fault not in self.all_faults:
            known = ", ".join(sorted(self.all_faults))
            raise Usage(f"{self.id} has no fault {fault}.", f"It has: {known}.")
        return fault


def line(replies: list[Reply], faults: set[str], dice: random.Random) -> list[Reply]:
    """What the line makes of answers: nothing, noise, a trickle, or the answers themselves."""
    if faults & {"silent", "cable_out", "unplugged"}:
        return []
    if "noise" in faults:
        replies = [Reply(r.after, _stray(dice) + r.data) for r in replies]
    if "cut" in faults:
        replies = [Reply(r.after, r.data[:-2] if len(r.data) > 2 else r.data) for r in replies]
    if "wrong_speed" in faults:
        replies = [Reply(r.after, bytes(b & dice.randrange(256) & 0xF0 for b in r.data)) for r in replies]
    return _trickled(replies) if "trickle" in faults else replies


def _stray(dice: random.Random) -> bytes:
    """Bytes that begin no frame of either protocol."""
    return bytes(dice.choice((0x00, 0x7F, 0xF8, 0xFE, 0xE0)) for _ in range(dice.randint(1, 5)))


def _trickled(replies: list[Reply]) -> list[Reply]:
    slow, at = [], 0.0
    for reply in replies:
        at = max(at, reply.after)
        for byte in reply.data:
            at += TRICKLE
            slow.append(Reply(at, bytes([byte])))
    return slow
