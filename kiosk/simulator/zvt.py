"""A ZVT terminal that answers status enquiries like a real one; it never answers a payment.

Its bytes are built here by hand, after PA00P015 and PA00P016, so that a mistake in the kiosk's protocol shows.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.errors import Usage
from kiosk.simulator.device import Kind, Reply, Setup

FAULTS: Mapping[str, str] = {
    "busy": "Please wait: answers 84 9C",
    "updating": "Status 9C: software is being updated",
    "wrong_checksum": "Every frame has a wrong check sum (serial)",
    "paper_out": "Printer not ready: status CC",
    "tamper": "Device state 03 fraud: the terminal was opened",
    "reconciliation_due": "Status F0: the day was not closed",
    "card_inserted": "Status DC: a card is in the slot",
    "not_initialised": "Status 51: initialisation required",
    "not_activated": "Status E4: activation required",
    "no_keys": "Device state 02: no keys loaded",
    "reader_broken": "Status E2: the card reader does not answer",
    "diagnosis_due": "Status C2: diagnosis required",
    "memory_full": "Status B1: memory full",
    "battery_low": "Status BF: the supply voltage is too low",
    "out_of_order": "Status DF: out of order",
    "clock_wrong": "Status 62: the clock is years behind",
    "unsent": "Ends every enquiry with error FA: offline payments could not be sent",
    "not_registered": "Refuses with error 6B: the till did not sign on",
    "old_software": "Knows no service byte: refuses details with error 83",
    "drops_end": "Begins to answer and never ends",
    "asks_again": "Refuses every frame with NAK (serial)",
    "chatty": "Tells an intermediate status and prints a line before it ends",
    "end_of_day_due": "An end-of-day is due: the next status enquiry starts it",
    "system_error": "Ends every enquiry with error FF and the maker's own code and words",
    "prints_itself": "The till never signed on for receipts: it prints on its own paper",
    "text_blocks": "Prints to the till in text blocks, not in lines",
    "self_test_fails": "The self-test ends with error ED: the PIN pad is broken",
    "no_host": "The diagnosis ends with error A3: no connection to the host",
    "no_tests": "Knows no configuration print, self-test or diagnosis: refuses with error 83",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """What a fault puts into the completion: status byte, device state, lock bits."""

    status: int
    state: int = 0
    locks: int = 0


# The worst first: one status byte can tell only one of them, lock bits tell all.
CONDITIONS: dict[str, Condition] = {
    "tamper": Condition(0xDF, 3, 0x0800),
    "out_of_order": Condition(0xDF, 0, 0x0800),
    "no_keys": Condition(0xE4, 2, 0x0008),
    "not_initialised": Condition(0x51, 1, 0x4000),
    "not_activated": Condition(0xE4, 0, 0x0008),
    "updating": Condition(0x9C),
    "reader_broken": Condition(0xE2, 0, 0x0040),
    "memory_full": Condition(0xB1),
    "battery_low": Condition(0xBF, 0, 0x0004),
    "diagnosis_due": Condition(0xC2, 0, 0x2000),
    "paper_out": Condition(0xCC, 0, 0x0400),
    "clock_wrong": Condition(0x62),
    "card_inserted": Condition(0xDC, 0, 0x0020),
    "reconciliation_due": Condition(0xF0, 0, 0x8000),
}

OK, WAIT, REFUSED, UNREGISTERED = "800000", "849C00", "848300", "846B00"
DONE, SYSTEM_ERROR = "060F00", "061E10FF060D1F1602004B1F17054B6162656C"
ENQUIRY, ABORT = b"\x05\x01", b"\x06\xb0"
CONFIGURATION, SELF_TEST, DIAGNOSIS = b"\x06\x1a", b"\x06\x79", b"\x06\x70"
TESTS = {CONFIGURATION: "configurations", SELF_TEST: "self_tests", DIAGNOSIS: "diagnoses"}
FAILS = (
    (CONFIGURATION, "paper_out", "CC"),
    (SELF_TEST, "paper_out", "CC"),
    (SELF_TEST, "self_test_fails", "ED"),
    (DIAGNOSIS, "no_host", "A3"),
)
NAME, SOFTWARE = "Auentaler T520", "4.12.7"


def build(setup: Setup) -> Terminal:
    return Terminal(setup)


class Terminal:
    """One terminal: reads what comes, queues what it says, waits for the till's acknowledgements."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.faults = setup.faults
        dice = random.Random(setup.seed)  # noqa: S311 - numbers for a toy terminal
        self.serial = setup.serial or f"{52_000_000 + dice.randrange(999_999):08d}"
        self.terminal_id = f"{60_000_000 + dice.randrange(9_999_999):08d}"
        self._in = bytearray()
        self._queue: deque[tuple[float, bytes]] = deque()
        self._last = b""
        self._owed = False  # a message of ours waits for 80 00 or 84 xx
        self._counts = dict.fromkeys(("frames", "damaged", "enquiries", "aborts", "forbidden", "acknowledged"), 0)
        self._counts |= dict.fromkeys(("declined", "unacknowledged", "ends_of_day", *TESTS.values()), 0)

    # --- what comes ---

    def feed(self, data: bytes) -> list[Reply]:
        self._in += data
        replies: list[Reply] = []
        take = self._take_serial if self.setup.framing == "serial" else self._take_bare
        while (more := take()) is not None:
            replies += more
        return replies

    def say(self, words: list[str]) -> None:
        """ "paper in", "paper out", "card in", "card out"."""
        match words:
            case ["paper", "in"]:
                self.faults.discard("paper_out")
            case ["paper", "out"]:
                self.faults.add("paper_out")
            case ["card", "in"]:
                self.faults.add("card_inserted")
            case ["card", "out"]:
                self.faults.discard("card_inserted")
            case _:
                raise Usage("This terminal does not know that.", "It knows: paper in, paper out, card in, card out.")

    def counts(self) -> dict[str, int]:
        """`unacknowledged`: messages of ours that the till answered with neither 80 00 nor 84 xx."""
        return self._counts | {"unacknowledged": self._counts["unacknowledged"] + self._owed}

    def _take_serial(self) -> list[Reply] | None:
        """One thing from the line: ACK, NAK, a frame; None when more bytes are needed."""
        while self._in and self._in[0] not in (0x06, 0x15, 0x10):
            del self._in[0]
        if not self._in:
            return None
        if self._in[0] == 0x06:
            del self._in[0]
            return self._after_ack()
        if self._in[0] == 0x15:
            del self._in[0]
            return [Reply(0.0, self._last)] if self._last else []
        if len(self._in) > 1 and self._in[1] != 0x02:
            del self._in[0]
            return []
        return self._take_frame()

    def _take_frame(self) -> list[Reply] | None:
        end = _end_of_frame(self._in)
        if end is None:
            return None
        raw = bytes(self._in[:end])
        del self._in[:end]
        body = raw[2:-4].replace(b"\x10\x10", b"\x10")
        self._counts["frames"] += 1
        if _crc(body + b"\x03") != raw[-2] | raw[-1] << 8 or "asks_again" in self.faults:
            self._counts["damaged"] += 1
            return [Reply(0.0, b"\x15")]
        return [Reply(0.0, b"\x06"), *self._heard(body)]

    def _take_bare(self) -> list[Reply] | None:
        if len(self._in) < 3:
            return None
        head, size = (3, self._in[2]) if self._in[2] != 0xFF else (5, int.from_bytes(self._in[3:5], "little"))
        if len(self._in) < head + size:
            return None
        body = bytes(self._in[: head + size])
        del self._in[: head + size]
        self._counts["frames"] += 1
        return self._heard(body)

    def _after_ack(self) -> list[Reply]:
        """The till has our last frame. `80 00` ends nothing, so the next message may go."""
        return self._next() if self._last[2:4] in (b"\x80\x00", b"") else []

    # --- what it says ---

    def _heard(self, body: bytes) -> list[Reply]:
        command = body[:2]
        if command == b"\x80\x00" or command[:1] == b"\x84":
            self._counts["acknowledged" if command == b"\x80\x00" else "declined"] += 1
            self._owed = False
            return self._next()
        self._counts["unacknowledged"] += self._owed
        self._owed = False
        self._queue.clear()
        if command == ENQUIRY:
            self._counts["enquiries"] += 1
            return self._enquired(body)
        if command == ABORT:
            self._counts["aborts"] += 1
            return self._speak(OK)
        if command in TESTS:
            self._counts[TESTS[command]] += 1
            return self._test(command)
        self._counts["forbidden"] += 1
        return []  # a payment, a reset, a registration: a simulated terminal never takes part

    def _enquired(self, body: bytes) -> list[Reply]:
        service = body[7] if len(body) == 8 and body[6] == 0x03 else None
        if "busy" in self.faults:
            return self._speak(WAIT)
        if "not_registered" in self.faults:
            return self._speak(UNREGISTERED)
        if service is not None and "old_software" in self.faults:
            return self._speak(REFUSED)
        if "chatty" in self.faults:
            self._queue.append((0.0, bytes.fromhex("04FF020E02")))
            self._queue.append((0.0, b"\x06\xd1\x0a\x00Diagnosis"))
        if "end_of_day_due" in self.faults:
            self._end_of_day()
        if "unsent" in self.faults or "system_error" in self.faults:
            ends = "061E01FA" if "unsent" in self.faults else SYSTEM_ERROR
            self._queue.append((self.setup.latency, bytes.fromhex(ends)))
        elif "drops_end" not in self.faults:
            self._queue.append((self.setup.latency, self._completion(service)))
        return self._begin()

    def _end_of_day(self) -> None:
        """Time-controlled: it starts when the till lets it by an enquiry, and is then no longer due."""
        self._counts["ends_of_day"] += 1
        self.faults.discard("end_of_day_due")
        self._queue.append((0.0, bytes.fromhex("04FF020F05")))
        self._print(["Kassenschnitt", "Summe EUR 0,00"])

    def _test(self, command: bytes) -> list[Reply]:
        if "no_tests" in self.faults:
            return self._speak(REFUSED)
        if "busy" in self.faults:
            return self._speak(WAIT)
        code = next((code for test, fault, code in FAILS if test == command and fault in self.faults), None)
        self._queue.append((0.0, bytes.fromhex("04FF020E02")))
        if code is None:
            self._print(self._sheet())
        end = bytes.fromhex(f"061E01{code}" if code else DONE)
        if "drops_end" not in self.faults:
            self._queue.append((self.setup.latency, end))
        return self._begin()

    def _sheet(self) -> list[str]:
        """What stands on the slip: lines as makers write them."""
        software = self.setup.software or SOFTWARE
        return [
            "** SYSTEMKONFIGURATION **",
            f"Software: {software}",
            f"Seriennr......{self.serial}",
            f"TID  {self.terminal_id}",
            "Leitung = Ethernet",
            "Papier ausreichend",
        ]

    def _print(self, lines: list[str]) -> None:
        if "prints_itself" in self.faults:
            return
        texts = [line.encode("cp437") for line in lines]
        if "text_blocks" in self.faults:
            content = _tlv("25", b"".join(_tlv("07", text) for text in texts) + _tlv("09", b"\x81"))
            data = _tlv("06", _tlv("1F07", b"\x03") + content)
            self._queue.append((0.0, b"\x06\xd3" + _length(data) + data))
            return
        self._queue += [(0.0, b"\x06\xd1" + bytes([len(text) + 1]) + b"\x00" + text) for text in texts]
        self._queue.append((0.0, bytes.fromhex("06D102FF03")))

    def _begin(self) -> list[Reply]:
        """80 00 first; on a serial line what follows waits until the till has that."""
        first = self._speak(OK)
        return first if self.setup.framing == "serial" else first + self._next()

    def _speak(self, message: str) -> list[Reply]:
        return [Reply(0.0, self._wrap(bytes.fromhex(message)))]

    def _next(self) -> list[Reply]:
        if not self._queue:
            self._last = b""
            return []
        after, message = self._queue.popleft()
        self._owed = True
        return [Reply(after, self._wrap(message))]

    def _wrap(self, message: bytes) -> bytes:
        if self.setup.framing != "serial":
            self._last = message
            return message
        crc = _crc(message + b"\x03") ^ (0x5A5A if "wrong_checksum" in self.faults else 0)
        doubled = message.replace(b"\x10", b"\x10\x10")
        self._last = b"\x10\x02" + doubled + b"\x10\x03" + bytes([crc & 0xFF, crc >> 8])
        return self._last

    def _completion(self, service: int | None) -> bytes:
        """06 0F: software version, status byte, and with service bit 04 the TLV container."""
        wrong = [CONDITIONS[name] for name in CONDITIONS if name in self.faults]
        software = (self.setup.software or SOFTWARE).encode("ascii")
        data = b"" if service is not None and service & 2 else _lllvar(software)
        data += bytes([wrong[0].status if wrong else 0])
        if service is not None and service & 4:
            data += self._details(wrong)
        return b"\x06\x0f" + _length(data) + data

    def _details(self, wrong: list[Condition]) -> bytes:
        state = next((c.state for c in wrong if c.state), 0)
        locks = 0
        for condition in wrong:
            locks |= condition.locks
        serial = self.serial if len(self.serial) % 2 == 0 else self.serial + "F"
        device = (
            _tlv("1F40", (self.setup.name or NAME).encode("ascii"))
            + _tlv("1F41", (self.setup.software or SOFTWARE).encode("ascii"))
            + _tlv("1F42", bytes.fromhex(serial))
            + _tlv("1F43", bytes([state]))
        )
        objects = (
            _tlv("1F44", bytes.fromhex(self.terminal_id))
            + _tlv("E4", device)
            + _tlv("E7", _tlv("1F57", bytes.fromhex("0012345678")) + _tlv("1F58", bytes.fromhex("2812")))
            + _tlv("1F54", b"\x07")
            + _tlv("1F55", locks.to_bytes(2, "big"))
            + _tlv("34", self._clock())
            + _tlv("35", self._restart())
            + _tlv("1F59", b"girocard")
            + _tlv("1F59", b"Mastercard")
        )
        return _tlv("06", objects)

    def _clock(self) -> bytes:
        year, month, day, hour, minute, second = self.setup.now()
        if "clock_wrong" in self.faults:
            year = 2019
        date = bytes.fromhex(f"{year:04d}{month:02d}{day:02d}")
        return _tlv("1F0E", date) + _tlv("1F0F", bytes.fromhex(f"{hour:02d}{minute:02d}{second:02d}"))

    def _restart(self) -> bytes:
        """At 03:15, or at 15:15 for whoever plays with it at night, so that it is never about to happen.

        The date stands before the time or behind it: the specification leaves the order open.
        """
        year, month, day, hour, *_ = self.setup.now()
        time = _tlv("1F0F", bytes.fromhex("031500" if 6 <= hour < 23 else "151500"))
        return time + _tlv("1F0E", bytes.fromhex(f"{year:04d}{month:02d}{day:02d}"))


def _end_of_frame(held: bytearray) -> int | None:
    """Where the frame that begins here ends, check sum and all; None if it is not all there."""
    at = 2
    while at + 1 < len(held):
        if held[at] != 0x10:
            at += 1
        elif held[at + 1] == 0x03:
            return at + 4 if at + 4 <= len(held) else None
        else:
            at += 2
    return None


def _crc(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0x8408 if crc & 1 else crc >> 1
    return crc


def _length(data: bytes) -> bytes:
    return bytes([len(data)]) if len(data) < 255 else bytes([255, len(data) & 255, len(data) >> 8])


def _lllvar(text: bytes) -> bytes:
    return bytes(0xF0 | int(digit) for digit in f"{len(text):03d}") + text


def _tlv(tag: str, value: bytes) -> bytes:
    size = len(value)
    length = bytes([size]) if size < 128 else bytes([0x81, size]) if size < 256 else b"\x82" + size.to_bytes(2, "big")
    return bytes.fromhex(tag) + length + value


KIND = Kind("zvt", "ZVT payment terminal", FAULTS, build)
