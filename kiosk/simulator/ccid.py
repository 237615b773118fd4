"""A smart-card reader with a card in it that answers CCID messages; bytes are built by hand here, no card is played."""

from __future__ import annotations

import random
from collections.abc import Mapping

from kiosk.errors import Usage
from kiosk.simulator.device import Kind, Reply, Request, Setup

FAULTS: Mapping[str, str] = {
    "no_card": "No card is in",
    "mute_card": "The card says nothing when it is powered",
    "bad_atr": "The card's first words have a wrong check byte",
    "short_atr": "The card's first words are cut off",
    "parity": "The card's first words come with parity errors",
    "hardware_error": "The reader's own electronics are broken",
    "busy_slot": "Another program works with the card",
    "slow_card": "The reader asks for more time again and again",
    "old_answer": "An answer to an older question comes first",
    "powered": "The card is powered already, as another program left it",
    "two_slots": "The reader has a second slot, without a card",
}
# Interface descriptor, class descriptor and three endpoints of a reader with one slot (USB 2.0 9.6, CCID 1.1 5.1).
_INTERFACE = bytes.fromhex("0904000003 0b0000 00")
_CLASS = bytes.fromhex(
    "3621 1001 00 07 03000000 a00f0000 a00f0000 00 002a0000 20a10700 00 fe000000"
    "00000000 00000000 ba000400 0f010000 00 00 0000 00 01"
)
_ENDPOINTS = bytes.fromhex("0705010240 0000 0705820240 0000 0705830308 00ff")
_HISTORY = b"KIOSK"


def build(setup: Setup) -> Reader:
    return Reader(setup)


class Reader:
    """One reader. Each request is answered at once; what is no request of the class is dropped byte by byte."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.faults = setup.faults
        dice = random.Random(setup.seed)  # noqa: S311 - a number for a toy reader
        self.serial = setup.serial or f"CR{dice.randrange(10**7):07d}"
        self.powered = "powered" in self.faults
        self._in = bytearray()
        self._counts = {"status": 0, "parameters": 0, "power_on": 0, "power_off": 0, "forbidden": 0, "stray": 0}

    def feed(self, data: bytes) -> list[Reply]:
        self._in += data
        replies: list[Reply] = []
        while len(self._in) >= 10:
            size = int.from_bytes(self._in[1:5], "little")
            if not 0x60 <= self._in[0] <= 0x73 or size > 4096:
                self._counts["stray"] += 1
                del self._in[0]
                continue
            if len(self._in) < 10 + size:
                break
            message = bytes(self._in[: 10 + size])
            del self._in[: 10 + size]
            replies += [Reply(self.setup.latency, answer) for answer in self._answers(message)]
        return replies

    def say(self, words: list[str]) -> None:
        """ "card in", "card out"."""
        match words:
            case ["card", "in"]:
                self.faults.discard("no_card")
            case ["card", "out"]:
                self.faults.add("no_card")
                self.powered = False
            case _:
                raise Usage("This reader does not know that.", "It knows: card in, card out.")

    def counts(self) -> dict[str, int]:
        return dict(self._counts)

    def control(self, wish: Request) -> bytes:
        """Its description of itself, which any device gives (USB 2.0 section 9.4.3); nothing to all else."""
        return self.description() if (wish.request_type, wish.request) == (0x80, 6) else b""

    def description(self) -> bytes:
        """Its configuration descriptor, as it answers over USB."""
        own = bytearray(_CLASS)
        own[4] = int("two_slots" in self.faults)
        body = _INTERFACE + bytes(own) + _ENDPOINTS
        return bytes((9, 2)) + (9 + len(body)).to_bytes(2, "little") + bytes((1, 1, 0, 0x80, 50)) + body

    def atr(self) -> bytes:
        """3B 85 81 31 FE 45, five historical bytes, check byte: direct, T=1, block length 254."""
        said = bytes((0x3B, 0x80 | len(_HISTORY), 0x81, 0x31, 0xFE, 0x45)) + _HISTORY
        check = 0
        for byte in said[1:]:
            check ^= byte
        if "bad_atr" in self.faults:
            check ^= 0x5A
        whole = said + bytes((check,))
        return whole[:4] if "short_atr" in self.faults else whole

    def _answers(self, message: bytes) -> list[bytes]:
        kind, slot, seq = message[0], message[5], message[6]
        early: list[bytes] = []
        if "old_answer" in self.faults:
            early.append(_message(0x81, slot, (seq - 1) % 256, 0x02, 0))
        if "slow_card" in self.faults and kind in (0x62, 0x65):
            early += [_message(0x80 if kind == 0x62 else 0x81, slot, seq, 0x80 | self._card(slot), 3)] * 2
        return [*early, self._answer(kind, slot, seq)]

    def _answer(self, kind: int, slot: int, seq: int) -> bytes:
        names = {0x62: "power_on", 0x63: "power_off", 0x65: "status", 0x6C: "parameters"}
        self._counts[names.get(kind, "forbidden")] += 1
        card = self._card(slot)
        if slot > ("two_slots" in self.faults):
            return _message(0x81, slot, seq, 0x42, 0x05)
        if "hardware_error" in self.faults:
            return _message(0x80 if kind == 0x62 else 0x81, slot, seq, 0x40 | card, 0xFB)
        if "busy_slot" in self.faults:
            return _message(0x80 if kind == 0x62 else 0x81, slot, seq, 0x40 | card, 0xE0)
        match kind:
            case 0x62:
                return self._power_on(slot, seq, card)
            case 0x63:
                self.powered = False
                return _message(0x81, slot, seq, self._card(slot), 0, 1)
            case 0x65:
                return _message(0x81, slot, seq, card, 0, 0 if card == 0 else 1)
            case 0x6C if card == 0:
                return _message(0x82, slot, seq, card, 0, 1, bytes.fromhex("1110004500fe00"))
            case 0x6C:
                return _message(0x82, slot, seq, 0x40 | card, 0xFE)
            case _:
                return _message(0x81, slot, seq, 0x40 | card, 0)

    def _power_on(self, slot: int, seq: int, card: int) -> bytes:
        if card == 2:
            return _message(0x80, slot, seq, 0x42, 0xFE)
        if "mute_card" in self.faults:
            return _message(0x80, slot, seq, 0x41, 0xFE)
        if "parity" in self.faults:
            return _message(0x80, slot, seq, 0x41, 0xFD)
        self.powered = True
        return _message(0x80, slot, seq, 0x00, 0, 0, self.atr())

    def _card(self, slot: int) -> int:
        """0 powered, 1 in, 2 not in."""
        if "no_card" in self.faults or slot:
            return 2
        return 0 if self.powered else 1


def _message(kind: int, slot: int, seq: int, status: int, error: int, last: int = 0, data: bytes = b"") -> bytes:
    return bytes((kind,)) + len(data).to_bytes(4, "little") + bytes((slot, seq, status, error, last)) + data


KIND = Kind("ccid", "Smart-card reader", FAULTS, build)
