"""A Telium terminal (Concert, France) that answers an enquiry and waits for its end; it never takes a payment."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.errors import Usage
from kiosk.simulator.device import Kind, Reply, Setup
from kiosk.simulator.stx import ACK, ENQ, EOT, NAK, Ear

FAULTS: Mapping[str, str] = {
    "busy": "Not ready: answers every enquiry with NAK",
    "wants_to_talk": "Has an answer for the till: says ENQ itself",
    "slow": "Answers an enquiry after two and a half seconds",
    "wrong_answer": "Answers an enquiry with EOT",
}
SLOW = 2.5  # seconds


def build(setup: Setup) -> Terminal:
    return Terminal(setup)


class Terminal:
    """One terminal. After an enquiry it listens for the end of it; a second enquiry before that is not answered."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.faults = setup.faults
        self._ear = Ear()
        self._open = False
        self._counts = {"enquiries": 0, "ends": 0, "unended": 0, "forbidden": 0, "acknowledged": 0}

    def feed(self, data: bytes) -> list[Reply]:
        return [reply for one in self._ear.hear(data) for reply in self._answer(one)]

    def say(self, words: list[str]) -> None:
        raise Usage("This terminal knows no orders of its own.", "Say: fault NAME on, fault NAME off, counts, quit.")

    def counts(self) -> dict[str, int]:
        return dict(self._counts)

    def _answer(self, one: bytes) -> list[Reply]:
        if one == EOT:
            self._counts["ends"] += 1
            self._open = False
            return []
        if one == ENQ:
            return self._enquired()
        self._counts["acknowledged" if one in (ACK, NAK) else "forbidden"] += 1
        return []

    def _enquired(self) -> list[Reply]:
        self._counts["enquiries"] += 1
        if self._open:
            self._counts["unended"] += 1
            return []
        self._open = True
        after = SLOW if "slow" in self.faults else self.setup.latency
        return [Reply(after, self._word())]

    def _word(self) -> bytes:
        words = {"busy": NAK, "wants_to_talk": ENQ, "wrong_answer": EOT}
        return next((word for fault, word in words.items() if fault in self.faults), ACK)


KIND = Kind("telium", "Telium payment terminal (France)", FAULTS, build)
