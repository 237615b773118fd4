"""A Verifone terminal with the Point ECR interface (Nordic countries): status and version; it never takes a payment."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from kiosk.errors import Usage
from kiosk.simulator.device import Kind, Reply, Setup
from kiosk.simulator.stx import ACK, ENQ, NAK, Ear, framed, xor

FAULTS: Mapping[str, str] = {
    "blacklist_old": "Code 0003: the list of blocked cards is missing or old",
    "keys_old": "Code 0004: the public keys of the card schemes are missing or old",
    "not_configured": "Code 1012: the set-up is wrong",
    "no_connection": "Code 1100: no connection to the payment service",
    "strange_code": "A code that nobody knows",
    "card_inserted": "A card is in the reader",
    "test_mode": "Set to the test environment",
    "message_waiting": "The service left a message",
    "mid_payment": "Serves a payment of the till: tells its phase instead of a status",
    "wrong_checksum": "Every frame has a wrong check sum",
    "no_version": "Refuses to tell its version",
    "in_parts": "Tells its version in two parts",
    "refuses": "Answers everything with NAK",
    "knocks_only": "Answers ENQ and nothing else",
}
CODES = {
    "not_configured": "1012",
    "no_connection": "1100",
    "keys_old": "0004",
    "blacklist_old": "0003",
    "strange_code": "7777",
}
STATUS, VERSION = bytes.fromhex("027330300370"), bytes.fromhex("027330320372")
SOFTWARE = "PointECR 4.20.1"


def build(setup: Setup) -> Terminal:
    return Terminal(setup)


class Terminal:
    """One terminal: ACK to ENQ, ACK and a frame to a question, the next part after the till's ACK."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.faults = setup.faults
        self._ear = Ear()
        self._last = b""
        self._parts: deque[bytes] = deque()
        self._counts = {"enquiries": 0, "questions": 0, "damaged": 0, "forbidden": 0, "acknowledged": 0, "refused": 0}

    def feed(self, data: bytes) -> list[Reply]:
        return [reply for one in self._ear.hear(data) for reply in self._answer(one)]

    def say(self, words: list[str]) -> None:
        """ "card in", "card out"."""
        match words:
            case ["card", "in"]:
                self.faults.add("card_inserted")
            case ["card", "out"]:
                self.faults.discard("card_inserted")
            case _:
                raise Usage("This terminal does not know that.", "It knows: card in, card out.")

    def counts(self) -> dict[str, int]:
        return dict(self._counts)

    def _answer(self, one: bytes) -> list[Reply]:
        if one == ACK:
            self._counts["acknowledged"] += 1
            return [Reply(0.0, self._parts.popleft())] if self._parts else []
        if one == NAK:
            self._counts["refused"] += 1
            return [Reply(0.0, self._last)] if self._last else []
        if "refuses" in self.faults:
            return [Reply(0.0, NAK)]
        if one == ENQ:
            self._counts["enquiries"] += 1
            return [Reply(self.setup.latency, ACK)]
        return self._asked(one)

    def _asked(self, one: bytes) -> list[Reply]:
        if one[:1] == b"\x02" and xor(one[1:-1]) != one[-1]:
            self._counts["damaged"] += 1
            return [Reply(0.0, NAK)]
        if one not in (STATUS, VERSION):
            self._counts["forbidden"] += 1
            return []
        self._counts["questions"] += 1
        if "knocks_only" in self.faults:
            return []
        if one == VERSION and "no_version" in self.faults:
            return [Reply(0.0, NAK)]
        frames = self._status() if one == STATUS else self._version()
        self._last, self._parts = frames[0], deque(frames[1:])
        return [Reply(0.0, ACK), Reply(self.setup.latency, self._last)]

    def _status(self) -> list[bytes]:
        damage = "wrong_checksum" in self.faults
        if "mid_payment" in self.faults:
            return [framed(b"220000", damage=damage)]
        code = next((code for fault, code in CODES.items() if fault in self.faults), "0000")
        flags = [str(int(fault in self.faults)) for fault in ("card_inserted", "test_mode", "message_waiting")]
        return [framed(f"S{code}{''.join(flags)}".encode(), damage=damage)]

    def _version(self) -> list[bytes]:
        text = b"S" + (self.setup.software or SOFTWARE).encode("ascii")
        if "in_parts" not in self.faults:
            return [framed(text, damage="wrong_checksum" in self.faults)]
        head, tail = text[:6] + b"\x17", text[6:]
        return [b"\x02" + head + bytes([xor(head)]), framed(tail)]


KIND = Kind("nordic", "Verifone Point ECR payment terminal (Nordic countries)", FAULTS, build)
