"""An ID TECH card reader that answers questions about itself and takes no card; bytes are built by hand here."""

from __future__ import annotations

import random
from collections.abc import Mapping

from kiosk.errors import Usage
from kiosk.simulator.device import Kind, Reply, Setup

FAULTS: Mapping[str, str] = {
    "tamper": "Its tamper switch was tripped",
    "keys_lost": "Its keys cannot be read from the security module",
    "loader": "Its program is missing: only the loader answers",
    "failed": "Answers every question with a failure",
    "old": "Knows only ping, serial number and version",
    "wrong_crc": "Check sums of its answers are wrong",
    "chatty": "Tells things of its own accord between the answers",
    "mute_after_ping": "Answers a ping and nothing behind it",
}
NAME, SOFTWARE = "NEO demo", "VP-Demo_2.01.074"
_MARK = bytes.fromhex("5669564f746563683200")  # "ViVOtech2" and a zero
_STATUS = {"tamper": 0x1D, "keys_lost": 0x16, "loader": 0x11, "failed": 0x0A}


def build(setup: Setup) -> Reader:
    return Reader(setup)


def _sum(data: bytes) -> int:
    """Bit by bit, as the guide's own example does it: start FFFF, polynomial 1021."""
    value = 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1) ^ 0x1021 if value & 0x8000 else value << 1
            value &= 0xFFFF
    return value


class Reader:
    """One reader on a serial line, or behind HID reports when the set-up says "hid"."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.faults = setup.faults
        dice = random.Random(setup.seed)  # noqa: S311 - a number for a toy reader
        self.serial = setup.serial or f"{dice.randrange(1000):03d}Z{dice.randrange(10**6):06d}"
        self._hid = setup.framing == "hid"
        self._in = b""
        self._counts = {"questions": 0, "forbidden": 0}

    def feed(self, data: bytes) -> list[Reply]:
        self._in = (self._in + data)[-65536:]
        replies: list[Reply] = []
        while (at := self._in.find(_MARK)) >= 0:
            frame = self._in[at:]
            if len(frame) < 16 or len(frame) < 16 + int.from_bytes(frame[12:14], "big"):
                break
            size = 16 + int.from_bytes(frame[12:14], "big")
            self._in = frame[size:]
            replies += [Reply(self.setup.latency, self._wire(one)) for one in self._answer(frame[:size])]
        return replies

    def say(self, words: list[str]) -> None:
        raise Usage("This reader takes no orders but faults.", "Say: fault NAME on, fault NAME off.")

    def counts(self) -> dict[str, int]:
        return dict(self._counts)

    def _wire(self, frame: bytes) -> bytes:
        if not self._hid:
            return frame
        if len(frame) <= 63:
            return b"\x01" + frame + bytes(63 - len(frame))
        parts = [frame[i : i + 63] for i in range(0, len(frame), 63)]
        marks = b"\x02" + b"\x03" * (len(parts) - 2) + b"\x04"
        return b"".join(bytes([marks[i]]) + part + bytes(63 - len(part)) for i, part in enumerate(parts))

    def _made(self, command: int, status: int, data: bytes = b"") -> bytes:
        body = _MARK + bytes([command, status, len(data) >> 8, len(data) & 0xFF]) + data
        check = _sum(body) ^ (0x5A5A if "wrong_crc" in self.faults else 0)
        return body + bytes([check >> 8, check & 0xFF])

    def _answer(self, frame: bytes) -> list[bytes]:
        command, second = frame[10], frame[11]
        right = _sum(frame[:-2])
        if frame[-2:] != bytes([right & 0xFF, right >> 8]):
            return [self._made(command, 0x04)]
        known = self._known()
        if (command, second) not in known or len(frame) != 16:
            self._counts["forbidden"] += command in (0x02, 0x04, 0x2C, 0x90)
            return [self._made(command, 0x03)]
        self._counts["questions"] += 1
        for fault, status in _STATUS.items():
            if fault in self.faults:
                return [self._made(command, status)]
        if "mute_after_ping" in self.faults and command != 0x18:
            return []
        told = self._made(command, 0x00, known[command, second])
        return [self._made(0x14, 0x01, b"NEO 2.0 v1.00"), told] if "chatty" in self.faults else [told]

    def _known(self) -> dict[tuple[int, int], bytes]:
        software = (self.setup.software or SOFTWARE).encode("ascii")
        few = {
            (0x18, 0x01): b"",
            (0x12, 0x01): self.serial.encode("ascii").ljust(15, b"\0"),
            (0x29, 0x00): software,
        }
        if "old" in self.faults:
            return few
        name = (self.setup.name or NAME).encode("ascii")
        return few | {
            (0x09, 0x02): b"\xdf\x61\x02M\0",
            (0x09, 0x03): b"\xdf\x62" + bytes([len(software) + 1]) + software + b"\0",
            (0x09, 0x14): b"HW," + name + b"\r\nSAM,1.02\r\n",
            (0x09, 0x20): b"FW," + software + b"\r\nCL L1,1.30\r\nCL AID,A0000000041010,2.10\r\nUI,1.04\r\n",
            (0x32, 0x03): b"\0\0",
            (0xD1, 0x1B): bytes.fromhex("021a2b3c4d5e"),
        }


KIND = Kind("idtech", "ID TECH NEO card reader", FAULTS, build)
