"""A Nexi terminal (ECR17, Italy) that answers status requests, with any of four check sums; it never takes a payment.

Its bytes are built here by hand, after Nexi's public pages, so that a mistake in the kiosk's protocol shows.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from kiosk.errors import Usage
from kiosk.simulator.device import Kind, Reply, Setup
from kiosk.simulator.stx import Ear, xor

FAULTS: Mapping[str, str] = {
    "not_configured": "Status 0: not configured",
    "no_download": "Status 1: configured, nothing downloaded yet",
    "not_aligned": "Status 3: not aligned, the first download is due",
    "keys_corrupted": "Status 4: its keys are corrupted",
    "download_pending": "Status 5: its service asks for a download",
    "update_pending": "Status 6: an update is waiting",
    "strange_status": "A status that nobody knows",
    "clock_wrong": "The clock is years behind",
    "till_not_set_up": "Its connection to the till is not set up: never answers",
    "lrc_stx": "STX and ETX count in the check sum",
    "lrc_noext": "ETX counts in the check sum, STX does not",
    "lrc_stx_noext": "STX counts in the check sum, ETX does not",
    "drops_wrong": "Says nothing to a wrong check sum, instead of NAK",
    "lenient": "Takes any check sum, answers with its own",
    "plain_ack": "ACK and NAK without a check sum",
    "progress": "Tells its progress before it answers",
    "mid_payment": "Serves the till: another message comes instead of the status",
    "wrong_checksum": "Every answer has a wrong check sum",
    "no_answer_after_ack": "Takes the question and never answers",
}
STATUS = {
    "keys_corrupted": "4",
    "not_configured": "0",
    "no_download": "1",
    "not_aligned": "3",
    "download_pending": "5",
    "update_pending": "6",
    "strange_status": "9",
}
SEEDS = {"lrc_stx": 0x7F ^ 0x02 ^ 0x03, "lrc_noext": 0x7F ^ 0x03, "lrc_stx_noext": 0x7F ^ 0x02}
SOFTWARE = "ECR17-03.11"


def build(setup: Setup) -> Terminal:
    return Terminal(setup)


class Terminal:
    """One terminal: ACK and answer to a status request, NAK to a wrong check sum, again what the till refuses."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.faults = setup.faults
        dice = random.Random(setup.seed)  # noqa: S311 - a number for a toy terminal
        self.terminal_id = f"{30_000_000 + dice.randrange(9_999_999):08d}"
        self._ear = Ear(checked=True)
        self._last = b""
        self._counts = {"questions": 0, "damaged": 0, "forbidden": 0, "acknowledged": 0, "refused": 0}

    def feed(self, data: bytes) -> list[Reply]:
        return [reply for one in self._ear.hear(data) for reply in self._answer(one)]

    def say(self, words: list[str]) -> None:
        raise Usage("This terminal knows no orders of its own.", "Say: fault NAME on, fault NAME off, counts, quit.")

    def counts(self) -> dict[str, int]:
        return dict(self._counts)

    def _seed(self) -> int:
        return next((seed for fault, seed in SEEDS.items() if fault in self.faults), 0x7F)

    def _answer(self, one: bytes) -> list[Reply]:
        if "till_not_set_up" in self.faults:
            return []
        if one[:1] == b"\x06":
            self._counts["acknowledged"] += 1
            return []
        if one[:1] == b"\x15":
            self._counts["refused"] += 1
            return [Reply(0.0, self._last)] if self._last else []
        return self._asked(one[1:-2], one[-1])

    def _asked(self, body: bytes, check: int) -> list[Reply]:
        if xor(body, self._seed()) != check and "lenient" not in self.faults:
            self._counts["damaged"] += 1
            return [] if "drops_wrong" in self.faults else [Reply(0.0, self._sign(0x15))]
        if body[8:] != b"0s" or body[:8] not in (b"00000000", self.terminal_id.encode()):
            self._counts["forbidden"] += 1
            return []
        self._counts["questions"] += 1
        return self._speak()

    def _speak(self) -> list[Reply]:
        replies = [Reply(0.0, self._sign(0x06))]
        if "progress" in self.faults:
            replies.append(Reply(0.0, b"\x01" + b"ATTENDERE PREGO".ljust(20) + b"\x04"))
        if "no_answer_after_ack" in self.faults:
            return replies
        text = self._status()
        if "mid_payment" in self.faults:
            text = f"{self.terminal_id}0T0100000000"
        check = xor(text.encode(), self._seed()) ^ (0x5A if "wrong_checksum" in self.faults else 0)
        self._last = b"\x02" + text.encode() + b"\x03" + bytes([check])
        return [*replies, Reply(self.setup.latency, self._last)]

    def _sign(self, sign: int) -> bytes:
        if "plain_ack" in self.faults:
            return bytes([sign])
        return bytes([sign, 0x03, sign ^ self._seed()])

    def _status(self) -> str:
        status = next((status for fault, status in STATUS.items() if fault in self.faults), "2")
        year, month, day, hour, minute, _ = self.setup.now()
        if "clock_wrong" in self.faults:
            year = 2019
        moment = f"{day:02d}{month:02d}{year % 100:02d}{hour:02d}{minute:02d}"
        software = (self.setup.software or SOFTWARE).ljust(16)
        return f"{self.terminal_id}0s{'0' * 10}{moment}{status}{software}"


KIND = Kind("ecr17", "Nexi ECR17 payment terminal (Italy)", FAULTS, build)
