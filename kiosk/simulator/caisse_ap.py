"""A Caisse-AP terminal (France) that takes connections and counts what comes; it never takes a payment."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.errors import Usage
from kiosk.simulator.device import Kind, Reply, Setup

FAULTS: Mapping[str, str] = {}


def build(setup: Setup) -> Terminal:
    return Terminal(setup)


class Terminal:
    """One terminal. Every message of this protocol is a payment, so whatever comes is counted and not answered."""

    def __init__(self, setup: Setup) -> None:
        self.faults = setup.faults
        self._counts = {"forbidden": 0}

    def feed(self, data: bytes) -> list[Reply]:
        self._counts["forbidden"] += len(data)
        return []

    def say(self, words: list[str]) -> None:
        raise Usage("This terminal knows no orders of its own.", "Say: fault NAME on, fault NAME off, counts, quit.")

    def counts(self) -> dict[str, int]:
        return dict(self._counts)


KIND = Kind("caisse_ap", "Caisse-AP payment terminal (France)", FAULTS, build)
