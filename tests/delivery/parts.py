"""Who takes part in the delivery tests: an expert, a kiosk and a proxy, each with a ledger or a process of its own."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import requests

from kiosk.model.case import Author, CaseEvent, EventBatch, EventPage, Message, Side, decode_event, encode_event
from tests.delivery.judge import Word
from tests.fakes.desk_process import ROOT, DeskProcess, free_port

PASSING = (403, 429, 500, 502, 503)  # the case is not there yet, or the desk is not itself


@dataclass
class Expert(threading.Thread):
    """Says numbered messages through the same interface, again and again until each is acknowledged."""

    url: str
    token: str
    case: str
    count: int
    rate: float
    seed: int
    said: list[int] = field(default_factory=list)  # the ledger: acknowledged
    stopping: bool = False

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {self.token}"
        dice = random.Random(f"{self.seed} {self.case}")
        while len(self.said) < self.count and not self.stopping:
            first = len(self.said)
            batch = range(first, min(self.count, first + dice.randint(1, 20)))
            while not self._say(session, batch) and not self.stopping:
                time.sleep(0.1)
            if not self.stopping:
                self.said += batch
            time.sleep(len(batch) / self.rate)
        session.close()

    def _say(self, session: requests.Session, batch: range) -> bool:
        events = tuple(msgspec.Raw(encode_event(self._event(n))) for n in batch)
        body = msgspec.json.encode(EventBatch(events))
        try:
            answer = session.post(f"{self.url}/api/cases/{self.case}/events", data=body, timeout=10)
        except requests.RequestException:
            return False
        assert answer.status_code in (200, *PASSING), answer.text
        return answer.status_code == 200

    def _event(self, n: int) -> CaseEvent:
        author = Author(Side.EXPERT, "anna")
        return CaseEvent(f"expert-{self.case[:8]}-{n:06}", self.case, author, datetime.now(UTC), Message(f"expert {n}"))


@dataclass
class KioskProcess:
    """A kiosk that may be killed; what its ledger says is read on and on, whole lines only."""

    folder: Path
    arguments: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    put: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    heard: set[tuple[str, Word]] = field(default_factory=set)
    lives: list[dict[str, list[Word]]] = field(default_factory=list)
    done: bool = False
    _read: int = 0
    _lines: int = 0

    @property
    def cases(self) -> list[str]:
        return self.arguments[3].split(",")

    def start(self) -> None:
        driver = Path(__file__).with_name("kiosk_driver.py")
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(driver), str(self.folder), *self.arguments], cwd=ROOT, stdout=log, stderr=log,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
            )  # fmt: skip

    def kill(self) -> None:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "log.txt").read_text()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        self.lines()

    def said(self) -> int:
        return sum(map(len, self.put.values()))

    def lines(self) -> int:
        """Read what is new; how many lines there are."""
        file = self.folder / "ledger.txt"
        if file.exists():
            with file.open("rb") as ledger:
                ledger.seek(self._read)
                new = ledger.read()
            whole = new[: new.rfind(b"\n") + 1]
            self._read += len(whole)
            for line in whole.decode().splitlines():
                self._take(line.split())
        return self._lines

    def _take(self, line: list[str]) -> None:
        self._lines += 1
        match line:
            case ["start"]:
                self.lives.append({})
            case ["done"]:
                self.done = True
            case ["put", case, n]:
                self.put[case].append(int(n))
            case [_, case, side, n]:
                self.heard.add((case, (side, int(n))))
                self.lives[-1].setdefault(case, []).append((side, int(n)))


@dataclass
class ProxyProcess:
    """The cutting proxy as a process that may be killed; its port stays."""

    target: int
    seed: int
    mean: int
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        said = [str(n) for n in (self.target, self.port, self.seed, self.mean)]
        command = [sys.executable, "-m", "tests.fakes.proxy", *said]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        assert self.process.stdout.readline(), "the proxy did not start"
        self.seed += 1

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None


def log_of(desk: DeskProcess, token: str, case: str) -> list[CaseEvent]:
    """The case as the desk has it, read past the proxy."""
    events: list[CaseEvent] = []
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    while True:
        after = events[-1].seq if events else 0
        answer = requests.get(f"{desk.url}/api/cases/{case}/events?after={after}", headers=headers, timeout=30)
        page = msgspec.json.decode(answer.content, type=EventPage)
        if not page.events:
            return events
        events += [decode_event(bytes(raw)) for raw in page.events]


def word(event: CaseEvent) -> Word:
    return event.author.side.value, int(event.id.rpartition("-")[2])
