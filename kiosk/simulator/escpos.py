"""An ESC/POS receipt printer that answers status requests and prints into a counter; bytes are built by hand here."""

from __future__ import annotations

import random
from collections.abc import Mapping

from kiosk.errors import Usage
from kiosk.simulator.device import Kind, Reply, Request, Setup

FAULTS: Mapping[str, str] = {
    "paper_out": "The roll is at its end",
    "paper_low": "The roll is nearly at its end",
    "cover_open": "The cover is open",
    "cutter": "The cutter is stuck",
    "hot": "The print head is too hot: it goes on by itself when cool",
    "broken": "An error that only a restart or a technician cures",
    "offline": "Off line without a reason told",
    "no_ids": "Tells no maker, model or serial number",
    "wrong_bytes": "Answers with bytes that are no status",
    "no_reports": "Knows no automatic reports",
    "one_way": "A one-way adapter: takes all, answers nothing",
}
MAKER, MODEL, SOFTWARE = "Auentaler", "RP-80", "2.04 ESC"
STOPS = frozenset({"paper_out", "cover_open", "cutter", "hot", "broken", "offline"})


def build(setup: Setup) -> Printer:
    return Printer(setup)


class Printer:
    """One printer. Real-time requests (10 04 n) are answered at once, wherever they stand in what comes."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.faults = setup.faults
        dice = random.Random(setup.seed)  # noqa: S311 - a number for a toy printer
        self.serial = setup.serial or f"RP{dice.randrange(10**7):07d}"
        self._in = bytearray()
        self._counts = {"status": 0, "ids": 0, "forbidden": 0, "printed": 0, "reports": 0}
        self.reporting = 0  # what GS a set

    def feed(self, data: bytes) -> list[Reply]:
        self._in += data
        replies: list[Reply] = []
        while self._in:
            answer = self._take()
            if answer is None:
                break
            if answer:
                replies.append(Reply(self.setup.latency, answer))
        return [] if "one_way" in self.faults else replies

    def say(self, words: list[str]) -> None:
        """ "paper in", "paper low", "paper out", "cover open", "cover closed"."""
        match words:
            case ["paper", "in"]:
                self.faults -= {"paper_out", "paper_low"}
            case ["paper", "low"]:
                self.faults.add("paper_low")
            case ["paper", "out"]:
                self.faults.add("paper_out")
            case ["cover", "open"]:
                self.faults.add("cover_open")
            case ["cover", "closed"]:
                self.faults.discard("cover_open")
            case _:
                raise Usage("This printer does not know that.", "It knows: paper in, paper low, paper out, cover open.")

    def control(self, wish: Request) -> bytes:
        """Answers of the USB printer class (1.1, section 4.2): its id, its port's state; nothing to all else."""
        match (wish.request_type, wish.request):
            case (0xA1, 0):
                maker, _, model = (self.setup.name or f"{MAKER} {MODEL}").partition(" ")
                text = f"MFG:{maker};MDL:{model};CMD:ESC/POS;CLS:PRINTER;SN:{self.serial};".encode("ascii")
                return (len(text) + 2).to_bytes(2, "big") + text
            case (0xA1, 1):
                stopped = 0x00 if self.faults & STOPS else 0x18
                return bytes([stopped | 0x20 * ("paper_out" in self.faults)])
            case _:
                return b""

    def counts(self) -> dict[str, int]:
        """`reporting` is what GS a last set, 0 for off."""
        return self._counts | {"reporting": self.reporting}

    def _report(self) -> bytes:
        """Four bytes: state and cover, errors, paper, nothing."""
        has = self.faults.__contains__
        first = 0x10 | 0x08 * bool(self.faults & STOPS) | 0x20 * has("cover_open")
        second = 0x08 * has("cutter") | 0x20 * has("broken") | 0x40 * has("hot")
        third = 0x03 * bool(self.faults & {"paper_low", "paper_out"}) | 0x0C * has("paper_out")
        return bytes([first, second, third, 0x0F])

    def _take(self) -> bytes | None:
        """Answer to what stands first; b"" for none, None if more bytes are needed."""
        first = self._in[0]
        if first not in (0x10, 0x1B, 0x1D):
            self._drop(1, "printed")
            return b""
        if len(self._in) < 3:
            return None
        head = bytes(self._in[:2])
        n = self._in[2]
        if head == b"\x10\x04":
            self._drop(3, "status")
            return self._real_time(n)
        if head == b"\x1d\x72":
            self._drop(3, "status")
            return self._sensors(n)
        if head == b"\x1d\x49":
            self._drop(3, "ids")
            return self._id(n)
        if head == b"\x1d\x61" and "no_reports" not in self.faults:
            self._drop(3, "reports")
            self.reporting = n
            return self._report() if n else b""
        self._drop(3, "forbidden")
        return b""

    def _drop(self, count: int, kind: str) -> None:
        del self._in[:count]
        self._counts[kind] += 1

    def _real_time(self, n: int) -> bytes:
        if "wrong_bytes" in self.faults:
            return b"\xff"
        has = self.faults.__contains__
        bits = {
            1: 0x08 * bool(self.faults & STOPS),
            2: 0x04 * has("cover_open")
            | 0x20 * has("paper_out")
            | 0x40 * bool(self.faults & {"cutter", "hot", "broken"}),
            3: 0x08 * has("cutter") | 0x20 * has("broken") | 0x40 * has("hot"),
            4: 0x0C * bool(self.faults & {"paper_low", "paper_out"}) | 0x60 * has("paper_out"),
        }
        return bytes([0x12 | bits[n]]) if n in bits else b""

    def _sensors(self, n: int) -> bytes:
        if n in (1, 49):
            low = bool(self.faults & {"paper_low", "paper_out"})
            return bytes([0x03 * low | 0x0C * ("paper_out" in self.faults)])
        return b"\x00" if n in (2, 50) else b""

    def _id(self, n: int) -> bytes:
        if "no_ids" in self.faults or self.faults & {"paper_out", "cover_open"}:
            return b""  # real printers answer these only while on line
        maker, _, model = (self.setup.name or f"{MAKER} {MODEL}").partition(" ")
        texts = {
            0x41: self.setup.software or SOFTWARE,
            0x42: maker,
            0x43: model,
            0x44: self.serial,
        }
        if n in texts:
            return b"\x5f" + texts[n].encode("ascii") + b"\x00"
        return {1: b"\x20", 2: b"\x02", 3: b"\x01"}.get(n, b"")


KIND = Kind("escpos", "ESC/POS receipt printer", FAULTS, build)
