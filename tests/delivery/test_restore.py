"""A desk rolled back to its backup: a real kiosk sends what is missing, in order, and nothing is there twice."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import requests

from kiosk.escalation.client import Client
from kiosk.escalation.enrolment import enrol
from kiosk.escalation.outbox import Outbox
from kiosk.escalation.vault import TOKEN, Vault
from kiosk.model.case import Author, CaseEvent, EventBatch, Message, Opened, Side, encode_event
from tests.delivery.judge import judge
from tests.delivery.parts import log_of, word
from tests.fakes.desk_process import KIOSK, ROOT, DeskProcess


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskProcess]:
    made = DeskProcess.prepare(tmp_path / "desk")
    made.start()
    yield made
    made.stop()


def command(*words: str) -> None:
    subprocess.run([*KIOSK, "desk", *words], cwd=ROOT, check=True, capture_output=True, timeout=120)


def test_a_desk_rolled_back_to_its_backup_gets_back_what_it_lost(
    desk: DeskProcess, tmp_path: Path, expect_log: Callable[[str], None], eventually: Callable[..., None]
) -> None:
    for words in ("no system keyring", "plain http", "new epoch"):
        expect_log(words)
    outbox, vault = Outbox(tmp_path / "kiosk" / "outbox.sqlite"), Vault(tmp_path / "kiosk")
    joined = enrol(desk.url, desk.code(), "kiosk one", vault, outbox)
    token, case = desk.expert_token(), str(uuid.uuid4())
    client = Client(outbox, desk.url, str(vault.get(TOKEN)), lambda _e: None, lambda _s: None)
    client.start()

    def say(first: int, last: int) -> None:
        """The store and the expert speak in turn."""
        for n in range(first, last):
            body = Message(f"store {n}") if n else Opened("Store one", "1", "ACME")
            outbox.put(CaseEvent(f"store-{n:06}", case, Author(Side.STORE, joined.kiosk), datetime.now(UTC), body))
            client.wake()
            eventually(lambda: outbox.waiting() == 0, within=60.0)
            said = CaseEvent(f"expert-{n:06}", case, Author(Side.EXPERT, "anna"), datetime.now(UTC), Message(f"e {n}"))
            answer = requests.post(
                f"{desk.url}/api/cases/{case}/events", headers={"Authorization": f"Bearer {token}"}, timeout=30,
                data=msgspec.json.encode(EventBatch((msgspec.Raw(encode_event(said)),))),
            )  # fmt: skip
            assert answer.ok, answer.text
        eventually(lambda: len(outbox.events(case)) == 2 * last, within=60.0)

    try:
        say(0, 5)
        command("backup", "--data", str(desk.data), str(tmp_path / "copy"))
        say(5, 15)
        desk.kill()
        desk.data.rename(tmp_path / "broken")
        desk.data.mkdir()
        command("restore", "--data", str(desk.data), str(tmp_path / "copy"))
        desk.start()
        eventually(lambda: len(log_of(desk, token, case)) == 30, within=90.0)
    finally:
        client.stop()
    promised = [(side, n) for side in ("store", "expert") for n in range(15)]
    log = log_of(desk, token, case)
    verdict = judge(promised, [word(e) for e in log])
    outbox.close()
    assert verdict.clean, verdict
    assert [e.seq for e in log] == list(range(1, 31))
