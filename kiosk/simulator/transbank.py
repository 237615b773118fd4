"""A Transbank terminal (POS Integrado, Chile) that answers polls; it never answers a payment."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.errors import Usage
from kiosk.simulator.device import Kind, Reply, Setup
from kiosk.simulator.stx import ACK, NAK, Ear, framed, xor

FAULTS: Mapping[str, str] = {
    "mid_sale": "Serves a payment of the till: its message 0900 comes instead of the ACK",
    "mid_sale_damaged": "The same with a wrong check sum",
    "refuses": "Answers every poll with NAK",
    "normal_mode": "Not set to talk to a till: hears nothing",
    "slow": "Answers later than the first poll waits",
}
POLL = bytes.fromhex("02303130300302")
SLOW = 2.5  # seconds


def build(setup: Setup) -> Terminal:
    return Terminal(setup)


class Terminal:
    """One terminal; a poll gets an ACK, a damaged frame a NAK, all else nothing."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.faults = setup.faults
        self._ear = Ear()
        self._counts = {"polls": 0, "damaged": 0, "forbidden": 0, "acknowledged": 0}

    def feed(self, data: bytes) -> list[Reply]:
        return [reply for one in self._ear.hear(data) for reply in self._answer(one)]

    def say(self, words: list[str]) -> None:
        raise Usage("This terminal knows no orders of its own.", "Say: fault NAME on, fault NAME off, counts, quit.")

    def counts(self) -> dict[str, int]:
        return dict(self._counts)

    def _answer(self, one: bytes) -> list[Reply]:
        if one == ACK:
            self._counts["acknowledged"] += 1
            return []
        if one == POLL:
            self._counts["polls"] += 1
            return self._polled()
        if one[:1] == b"\x02" and xor(one[1:-1]) != one[-1]:
            self._counts["damaged"] += 1
            return [Reply(0.0, NAK)]
        self._counts["forbidden"] += 1
        return []

    def _polled(self) -> list[Reply]:
        if "normal_mode" in self.faults:
            return []
        if "refuses" in self.faults:
            return [Reply(self.setup.latency, NAK)]
        if self.faults & {"mid_sale", "mid_sale_damaged"}:
            message = framed(b"0900|81|", damage="mid_sale_damaged" in self.faults)
            return [Reply(self.setup.latency, message)]
        return [Reply(SLOW if "slow" in self.faults else self.setup.latency, ACK)]


KIND = Kind("transbank", "Transbank payment terminal (Chile)", FAULTS, build)
