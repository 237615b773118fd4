"""An ABECS PIN pad that opens, tells who it is and closes; it takes no card. Bytes are built by hand here."""

from __future__ import annotations

import random
from collections.abc import Mapping

from kiosk.errors import Usage
from kiosk.simulator.device import Kind, Reply, Setup

FAULTS: Mapping[str, str] = {
    "keys_lost": "No place holds a key any more",
    "internal": "Opening fails with an internal error",
    "pin_pause": "It pauses after too many PINs",
    "secure_only": "Another till program has a protected connection",
    "old": "An older pad: it does not know the extended question",
    "wrong_crc": "Check sums of its answers are wrong",
    "wrong_crc_once": "The check sum of its first answer is wrong",
    "deaf": "It refuses every packet as damaged",
    "notices": "Tells notices for the till between the answers",
    "mute_when_open": "Falls silent after it was opened",
}
MAKE, MODEL, APPLICATION = "CYGNUS", "PPX-1", "002.08 140228"


def build(setup: Setup) -> Pad:
    return Pad(setup)


def _sum(data: bytes) -> int:
    """As section 7.2 of the specification does it, bit by bit."""
    value = 0
    for byte in data:
        word = byte << 8
        for _ in range(8):
            value = (value << 1) ^ 0x1021 if (value ^ word) & 0x8000 else value << 1
            value, word = value & 0xFFFF, word << 1
    return value


class Pad:
    """One PIN pad on a serial line."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.faults = setup.faults
        dice = random.Random(setup.seed)  # noqa: S311 - a number for a toy PIN pad
        self.serial = setup.serial or f"{dice.randrange(10**16):016d}"
        self.open = False
        self._in = bytearray()
        self._last = b""
        self._counts = {"questions": 0, "opened": 0, "closed": 0, "forbidden": 0}

    def feed(self, data: bytes) -> list[Reply]:
        self._in += data
        replies: list[Reply] = []
        while self._in and (answer := self._take()) is not None:
            replies += [Reply(self.setup.latency, one) for one in answer if one]
        return replies

    def say(self, words: list[str]) -> None:
        raise Usage("This PIN pad takes no orders but faults.", "Say: fault NAME on, fault NAME off.")

    def counts(self) -> dict[str, int]:
        return dict(self._counts)

    def _take(self) -> list[bytes] | None:
        """Answers to what stands first; None if more bytes are needed."""
        first = self._in[0]
        if first != 0x16:
            del self._in[0]
            return [b"\x04"] if first == 0x18 else [self._last] if first == 0x15 else []
        end = self._in.find(0x17)
        if end < 0 or len(self._in) < end + 3:
            return None
        body, check = bytes(self._in[1:end]), bytes(self._in[end + 1 : end + 3])
        del self._in[: end + 3]
        if "deaf" in self.faults or _sum(body + b"\x17").to_bytes(2, "big") != check:
            return [b"\x15"]
        return [b"\x06", *self._answers(body)]

    def _answers(self, body: bytes) -> list[bytes]:
        if self.open and "mute_when_open" in self.faults and body[:3] != b"CLO":
            return []
        self._last = self._packet(self._told(body))
        notices = [self._packet(b"NTM000032" + b"AGUARDE...".ljust(32))] if "notices" in self.faults else []
        sent = self._last
        if "wrong_crc" in self.faults:
            self._last = sent = sent[:-2] + bytes([sent[-2] ^ 0xFF, sent[-1]])
        elif "wrong_crc_once" in self.faults and self._counts["questions"] == 1:
            sent = sent[:-2] + bytes([sent[-2] ^ 0xFF, sent[-1]])
        return [*notices, sent]

    def _told(self, body: bytes) -> bytes:
        self._counts["questions"] += 1
        match body[:3]:
            case b"OPN":
                return self._opened()
            case b"CLO":
                self.open = False
                self._counts["closed"] += 1
                return b"CLO000"
            case b"GIX" if "old" not in self.faults:
                return self._extended()
            case b"GIN":
                return b"GIN000100" + self._general()
        self._counts["forbidden"] += body[:3] not in (b"GIX", b"DSP")
        return b"ERR010"

    def _opened(self) -> bytes:
        codes = {"internal": b"040", "pin_pause": b"044", "secure_only": b"009"}
        code = next((code for fault, code in codes.items() if fault in self.faults), b"000")
        self.open = True
        self._counts["opened"] += 1
        return b"OPN" + code

    def _name(self) -> tuple[bytes, bytes]:
        make, _, model = (self.setup.name or f"{MAKE} {MODEL}").partition(" ")
        return make.encode("ascii"), model.encode("ascii")

    def _general(self) -> bytes:
        make, model = self._name()
        fields = ((make, 20), (model + b";10MB", 19), (b"C", 1), (b"8065XA077X0060X", 20), (b"2.00", 4))
        rest = ((b"001.03 130715", 16), (self.serial.encode("ascii"), 20))
        return b"".join(text[:width].ljust(width) for text, width in (*fields, *rest))

    def _extended(self) -> bytes:
        make, model = self._name()
        keys = b"0" * 20 + (b"0" if "keys_lost" in self.faults else b"1") + b"0" * 29 + b"2" * 50
        values = (
            (0x8001, self.serial.encode("ascii")),
            (0x8002, b"PPX/BT/USB"),
            (0x8003, model + b";8MB"),
            (0x8004, make),
            (0x8005, b"1000000000"),
            (0x8006, b"SO:3.45"),
            (0x8007, b"2.12"),
            (0x8009, (self.setup.software or APPLICATION).encode("ascii").ljust(16)),
            (0x8032, b"0" * 50 + b"2" * 50),
            (0x8035, keys),
            (0x8062, b"\x00\x01\x16\x17"),
        )
        data = b"".join(tag.to_bytes(2, "big") + len(text).to_bytes(2, "big") + text for tag, text in values)
        return b"GIX000" + f"{len(data):03d}".encode() + data

    def _packet(self, body: bytes) -> bytes:
        """SYN, the body with 13, 16 and 17 replaced, ETB, check sum."""
        sent = body.replace(b"\x13", b"\x13\x33").replace(b"\x16", b"\x13\x36").replace(b"\x17", b"\x13\x37")
        return b"\x16" + sent + b"\x17" + _sum(body + b"\x17").to_bytes(2, "big")


KIND = Kind("abecs", "ABECS PIN pad", FAULTS, build)
