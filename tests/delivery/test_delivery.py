"""Nothing lost, nothing twice, always in order: a real kiosk and a real desk, both killed, over a line that is cut.

Judged by ledgers outside: an event counts once `outbox.put` returned, or once the expert's POST was acknowledged.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import requests

from kiosk.escalation.enrolment import enrol
from kiosk.escalation.outbox import Outbox
from kiosk.escalation.vault import TOKEN, Vault
from kiosk.model.case import Author, CaseEvent, EventBatch, EventPage, Message, Side, decode_event, encode_event
from tests.fakes.desk_process import ROOT, DeskProcess
from tests.fakes.proxy import CuttingProxy

SEED = 20260504
STALLED = 60.0  # seconds without any progress; a slow machine is no fault, a line that stands still is


@dataclass
class Expert(threading.Thread):
    """Says numbered messages through the same interface, again and again until each is acknowledged."""

    url: str
    token: str
    case: str
    count: int
    rate: float
    said: list[int] = field(default_factory=list)  # the ledger: acknowledged
    stopping: bool = False

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {self.token}"
        dice = random.Random(SEED)
        while len(self.said) < self.count and not self.stopping:
            first = len(self.said)
            batch = range(first, min(self.count, first + dice.randint(1, 20)))
            while not self._say(session, batch) and not self.stopping:
                time.sleep(0.05)
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
        assert answer.status_code in (200, 403, 429, 500, 503), answer.text
        return answer.status_code == 200

    def _event(self, n: int) -> CaseEvent:
        author = Author(Side.EXPERT, "anna")
        return CaseEvent(f"expert-event-{n:06}", self.case, author, datetime.now(UTC), Message(f"expert {n}"))


@dataclass
class KioskProcess:
    folder: Path
    arguments: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None

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

    def ledger(self) -> list[list[str]]:
        """Whole lines only: the last may still be on its way."""
        file = self.folder / "ledger.txt"
        return [line.split() for line in file.read_text().splitlines()] if file.exists() else []

    def said(self) -> int:
        """How far it came: numbers go up by one, and a kill may come between `put` and the line that says so."""
        return 1 + max((int(line[-1]) for line in self.ledger() if line[0] == "put"), default=-1)


@contextmanager
def running(
    tmp_path: Path, count: int, rate: float, mean: int
) -> Iterator[tuple[DeskProcess, KioskProcess, Expert, CuttingProxy]]:
    """Desk, kiosk and expert, with a cutting proxy before the desk; all ended afterwards."""
    desk = DeskProcess.prepare(tmp_path / "desk")
    folder = tmp_path / "kiosk"
    case = str(uuid.UUID(int=random.Random(SEED).getrandbits(128), version=4))
    desk.start()
    outbox, vault = Outbox(folder / "outbox.sqlite"), Vault(folder)
    joined = enrol(desk.url, desk.code(), "kiosk one", vault, outbox)
    outbox.close()
    with CuttingProxy(desk.port, SEED, mean) as proxy:
        arguments = (proxy.url, str(vault.get(TOKEN)), joined.kiosk, case, str(count), str(rate))
        kiosk = KioskProcess(folder, arguments)
        expert = Expert(proxy.url, desk.expert_token(), case, count, rate)
        kiosk.start()
        expert.start()
        try:
            yield desk, kiosk, expert, proxy
        finally:
            expert.stopping = True
            if kiosk.process is not None and kiosk.process.poll() is None:
                kiosk.kill()
            desk.stop()
            expert.join(15)


def log_of(desk: DeskProcess, expert: Expert) -> list[CaseEvent]:
    """The case as the desk has it, read past the proxy."""
    events: list[CaseEvent] = []
    headers = {"Authorization": f"Bearer {expert.token}", "Accept": "application/json"}
    while True:
        after = events[-1].seq if events else 0
        answer = requests.get(f"{desk.url}/api/cases/{expert.case}/events?after={after}", headers=headers, timeout=10)
        page = msgspec.json.decode(answer.content, type=EventPage)
        if not page.events:
            return events
        events += [decode_event(bytes(raw)) for raw in page.events]


def numbers(events: list[CaseEvent], side: Side) -> list[int]:
    return [int(e.id.rpartition("-")[2]) for e in events if e.author.side is side]


@pytest.mark.alone
@pytest.mark.parametrize(
    ("count", "kills", "rate", "mean"), [(200, 2, 60.0, 10_000), (2000, 10, 100.0, 40_000)], ids=["short", "full"]
)
def test_nothing_lost_nothing_twice_always_in_order(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    count: int,
    kills: int,
    rate: float,
    mean: int,
) -> None:
    with running(tmp_path, count, rate, mean) as (desk, kiosk, expert, proxy):
        began = time.monotonic()
        for turn in range(1, kills + 1):
            goal = turn * 2 * count // (kills + 1)
            wait(lambda goal=goal: kiosk.said() + len(expert.said) >= goal, f"{goal} events said", kiosk, expert)
            victim = desk if turn % 2 else kiosk
            victim.kill()
            victim.start()
        wait(lambda: len(expert.said) == kiosk.said() == count, "everything said", kiosk, expert)
        both = (Side.EXPERT, Side.STORE)
        wait(lambda: all(heard(kiosk, side) == count for side in both), "everything heard", kiosk, expert)
        seconds = time.monotonic() - began
        kiosk.kill()
        log = log_of(desk, expert)
        judge_desk(log, kiosk, expert)
        judge_kiosk(log, kiosk, expert.case)
    with capsys.disabled():
        figures = f"{len(log)} events, {kills} kills, {proxy.cuts} cuts, {seconds:.0f} s"
        print(f"\ndelivery: {figures}: 0 lost, 0 twice, 0 out of order")  # noqa: T201


def wait(condition: Callable[[], bool], about: str, kiosk: KioskProcess, expert: Expert) -> None:
    """Until the condition holds; fails when nothing was said or heard for `STALLED` seconds."""
    before, since = (-1, -1), time.monotonic()
    while not condition():
        now = (len(kiosk.ledger()), len(expert.said))
        if now != before:
            before, since = now, time.monotonic()
        if time.monotonic() > since + STALLED:
            log = (kiosk.folder / "log.txt").read_text()[-900:]
            pytest.fail(f"nothing moved for {STALLED} s: {about}; ledger lines, said {now}; {log}")
        time.sleep(0.1)


def heard(kiosk: KioskProcess, side: Side) -> int:
    """How many different events the kiosk has of a side, over all its lives."""
    return len({line[2] for line in kiosk.ledger() if line[0] in ("told", "held") and line[1] == side})


def judge_desk(log: list[CaseEvent], kiosk: KioskProcess, expert: Expert) -> None:
    assert len({e.id for e in log}) == len(log), "nothing twice"
    assert [e.seq for e in log] == list(range(1, len(log) + 1)), "seqs are dense"
    put = [int(line[1]) for line in kiosk.ledger() if line[0] == "put"]
    assert set(put) <= set(numbers(log, Side.STORE)), "nothing lost that the kiosk said"
    assert set(expert.said) <= set(numbers(log, Side.EXPERT)), "nothing lost that the expert said"
    for side in (Side.STORE, Side.EXPERT):
        assert numbers(log, side) == sorted(numbers(log, side)), f"what the {side} said is in order"


def judge_kiosk(log: list[CaseEvent], kiosk: KioskProcess, case: str) -> None:
    """What it holds is what the desk has; in each life all was told once, in order, after what was held."""
    outbox = Outbox(kiosk.folder / "outbox.sqlite")
    assert [(e.id, e.seq) for e in outbox.events(case)] == [(e.id, e.seq) for e in log]
    outbox.close()
    for life in lives(kiosk.ledger()):
        for side in (Side.STORE, Side.EXPERT):
            shown = [int(line[2]) for line in life if line[0] in ("held", "told") and line[1] == side]
            assert shown == list(range(len(shown))), (
                f"one life: what the {side} said, once and in order, nothing left out"
            )


def lives(ledger: list[list[str]]) -> list[list[list[str]]]:
    found: list[list[list[str]]] = []
    for line in ledger:
        if line == ["start"]:
            found.append([])
        else:
            found[-1].append(line)
    return found
