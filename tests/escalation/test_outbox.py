"""The outbox: durable when it returns, in order, once; refuses card numbers; whole cases, epochs, uploads, notes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from kiosk.errors import CardNumber, KioskError
from kiosk.escalation.outbox import BATCH_BYTES, Outbox, Upload
from kiosk.model.case import Author, CaseEvent, Message, Opened, Side, Symptom

AT = datetime(2026, 5, 4, tzinfo=UTC)
CASE = "case-aaaa"
STORE, EXPERT = Author(Side.STORE, "kiosk-1"), Author(Side.EXPERT, "anna")


def said(n: int, words: str = "x", case: str = CASE, author: Author = STORE, seq: int | None = None) -> CaseEvent:
    return CaseEvent(f"{author.id}-event-{n:04}", case, author, AT, Message(words), seq)


@pytest.fixture
def outbox(tmp_path: Path):
    box = Outbox(tmp_path / "outbox.sqlite", lambda words: "4111" in words)
    yield box
    box.close()


def ids(events: tuple[CaseEvent, ...]) -> list[str]:
    return [e.id for e in events]


def test_what_was_put_is_there_after_kill_9(tmp_path: Path):
    script = """
import os, signal, sys
from pathlib import Path
from datetime import UTC, datetime
from kiosk.escalation.outbox import Outbox
from kiosk.model.case import Author, CaseEvent, Message, Side
box = Outbox(Path(sys.argv[1]))
for n in range(20):
    box.put(CaseEvent(f"event-{n:04}", "case-aaaa", Author(Side.STORE, "k"), datetime.now(UTC), Message(str(n))))
    print(n, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "box")],
        capture_output=True, text=True, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    box = Outbox(tmp_path / "box")
    assert ids(box.events(CASE)) == [f"event-{n:04}" for n in range(20)]
    assert box.waiting() == len(done.stdout.split()) == 20
    box.close()


def test_the_database_waits_for_the_disk(outbox: Outbox):
    assert outbox._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert outbox._db.execute("PRAGMA synchronous").fetchone() == (2,), "FULL"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_only_this_user_may_read_it(tmp_path: Path, outbox: Outbox):
    assert (tmp_path / "outbox.sqlite").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "body",
    [Message("my card is 4111"), Symptom("no_answer", words="4111"), Message(phrase="p", args={"who": "4111"})],
)
def test_a_typed_card_number_is_refused_and_never_on_the_disk(outbox: Outbox, tmp_path: Path, body: Message | Symptom):
    with pytest.raises(CardNumber, match="not kept"):
        outbox.put(CaseEvent("event-0001", CASE, STORE, AT, body))
    assert outbox.events(CASE) == ()
    assert b"4111" not in b"".join(p.read_bytes() for p in tmp_path.iterdir())


def test_ids_and_terminal_names_are_not_typed(outbox: Outbox):
    outbox.put(CaseEvent("event-4111", CASE, STORE, AT, Opened("s", "1", terminal="Model 4111")))
    assert outbox.waiting() == 1


def test_too_long_is_refused(outbox: Outbox):
    with pytest.raises(KioskError, match="too long"):
        outbox.put(said(1, "x" * 70_000))


def test_the_same_event_twice_is_kept_once(outbox: Outbox):
    outbox.put(said(1))
    outbox.put(said(1))
    assert outbox.waiting() == 1


def test_a_batch_is_of_one_case_in_order_and_fits(outbox: Outbox):
    for n in range(6):
        outbox.put(said(n, case=CASE if n % 2 else "case-bbbb"))
    assert ids(outbox.batch()) == ids(tuple(said(n) for n in (0, 2, 4)))
    assert ids(outbox.batch(skip={"case-bbbb"})) == ids(tuple(said(n) for n in (1, 3, 5)))
    assert len(outbox.batch(limit=2)) == 2
    for n in range(10, 30):
        outbox.put(said(n, "x" * 4000, case="case-cccc"))
    sizes = [len(msgspec.json.encode(e)) for e in outbox.batch(skip={CASE, "case-bbbb"})]
    assert 1 < len(sizes) < 20
    assert sum(sizes) <= BATCH_BYTES


def test_confirmed_events_wait_no_more_and_are_told_once(outbox: Outbox):
    outbox.put(said(1))
    assert [e.seq for e in outbox.confirm(CASE, "7K4QD9", {said(1).id: 1})] == [1]
    assert outbox.confirm(CASE, "7K4QD9", {said(1).id: 1}) == ()
    assert outbox.keep((said(1, seq=1),)) == ()
    assert (outbox.waiting(), outbox.number(CASE)) == (0, "7K4QD9")


def test_a_script_beside_the_window_leaves_the_telling_to_it(outbox: Outbox):
    outbox.put(said(1))
    assert outbox.confirm(CASE, "N", {said(1).id: 1}, tell=False) == ()
    assert outbox.keep((said(1, seq=1), said(2, author=EXPERT, seq=2)), tell=False) == ()
    assert [e.seq for e in outbox.keep((said(1, seq=1), said(2, author=EXPERT, seq=2)))] == [1, 2]


def test_a_case_is_shown_by_seq_and_what_waits_comes_last(outbox: Outbox):
    outbox.put(said(1))
    outbox.put(said(2))
    outbox.keep((said(9, author=EXPERT, seq=1),))
    outbox.confirm(CASE, "N", {said(1).id: 2})
    assert [(e.id, e.seq) for e in outbox.events(CASE)] == [
        (said(9, author=EXPERT).id, 1),
        (said(1).id, 2),
        (said(2).id, None),
    ]


def test_on_a_new_epoch_everything_waits_again_in_the_old_order(outbox: Outbox):
    outbox.put(said(1))
    outbox.confirm(CASE, "N", {said(1).id: 1})
    outbox.keep((said(2, author=EXPERT, seq=2),))
    outbox.put(said(3))
    outbox.know(CASE, 2)
    outbox.start_over("epoch-2")
    batch = outbox.batch()
    assert [(e.author.side, e.seq, e.restored) for e in batch] == [
        (Side.STORE, None, False), (Side.EXPERT, None, True), (Side.STORE, None, False),
    ]  # fmt: skip
    assert (outbox.epoch(), outbox.known()) == ("epoch-2", {CASE: 0})


def test_what_the_desk_refuses_is_kept_aside_with_its_reason(outbox: Outbox):
    outbox.put(said(1))
    outbox.put(said(2))
    outbox.set_aside(CASE, said(1).id, "no")
    assert ids(outbox.batch()) == [said(2).id]
    assert [(e.id, why) for e, why in outbox.refused()] == [(said(1).id, "no")]
    outbox.try_again()
    assert ids(outbox.batch()) == [said(1).id, said(2).id]


def test_writes_together_are_all_or_nothing(outbox: Outbox):
    with pytest.raises(RuntimeError), outbox.together():
        outbox.put(said(1))
        raise RuntimeError
    assert outbox.waiting() == 0
    outbox.put(said(2))
    assert outbox.waiting() == 1


def test_a_file_goes_after_what_is_said_in_its_case(outbox: Outbox, tmp_path: Path):
    upload = Upload(CASE, tmp_path / "b.kiosk", "hash", 5, "event-0099", ("video",))
    outbox.remember_upload(upload)
    assert outbox.next_upload() is None, "the case is not at the desk"
    outbox.put(said(1))
    assert outbox.next_upload() is None, "evidence first"
    outbox.confirm(CASE, "N", {said(1).id: 1})
    assert outbox.next_upload() == upload
    outbox.located(upload, "http://x/files/1")
    outbox.put(said(2))
    assert outbox.next_upload() is None
    outbox.confirm(CASE, "N", {said(2).id: 2})
    found = outbox.next_upload()
    assert found is not None
    assert found.url == "http://x/files/1"
    outbox.completed(found, said(99))
    assert (outbox.next_upload(), outbox.uploading(), outbox.waiting()) == (None, 0, 1)


def test_notes_are_remembered_and_forgotten(outbox: Outbox):
    outbox.remember("journey", b"\x00state")
    outbox.remember("journey", b"\x01state")
    assert outbox.recall("journey") == b"\x01state"
    outbox.forget("journey")
    assert outbox.recall("journey") is None


def test_whole_cases_go_after_90_days_unless_something_waits(outbox: Outbox):
    outbox.keep((said(1, author=EXPERT, seq=1), said(2, case="case-bbbb", seq=1)))
    outbox.put(said(3, case="case-bbbb"))
    assert outbox.purge(AT + timedelta(days=89)) == 0
    assert outbox.purge(AT + timedelta(days=91)) == 1
    assert outbox.cases() == ("case-bbbb",)


def test_a_place_that_cannot_be_written_is_said_plainly(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(KioskError, match="cannot be opened"):
        Outbox(tmp_path / "file" / "outbox.sqlite")


def test_a_file_that_is_no_database_is_said_plainly(tmp_path: Path):
    (tmp_path / "outbox").write_bytes(b"no database at all, but long enough" * 100)
    with pytest.raises(KioskError, match="cannot be opened"):
        Outbox(tmp_path / "outbox")
