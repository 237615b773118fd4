"""Heads made again are the same; the audit log tells of every change; a backup is whole."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from kiosk.desk import audit, care
from kiosk.desk.opening import open_database
from kiosk.desk.tables import case_head
from kiosk.errors import DeskError

CHAIN = [{"hop": "pc", "state": "ok"}, {"hop": "port", "state": "broken"}]


@pytest.fixture(scope="module")
def lived(desk, kiosk, anna, event):
    """A case through all that changes its head."""
    case = kiosk.open_case(
        lambda c: kiosk.event(c, "evidence", verdict="port.busy", chain=CHAIN),
        lambda c: kiosk.event(c, "step", id="cable.spare", state="no_change"),
        lambda c: kiosk.event(c, "message", words="Hi"),
        lambda c: kiosk.event(c, "hologram", x=1),
        tills_working=0,
    )
    say = lambda kind, **body: event(case, "expert", "anna", kind, **body)  # noqa: E731
    more = say("assigned", expert="a", name="anna", words="amber window"), say("message", words="Hello")
    desk.put(case, *more, say("tier", tier=2, note="hard"), headers=anna)
    kiosk.put(case, kiosk.event(case, "read", seq=7), kiosk.event(case, "reopened"))
    return case


def test_rebuilt_heads_are_the_same_as_those_written_with_the_events(desk, lived):
    assert desk.do(care.rebuild) == (1, 0)


def test_rebuild_puts_right_what_was_wrong(desk, lived):
    async def spoil(db):
        async with db.writing() as connection:
            await connection.execute(case_head.update().values(state="resolved", harm=2, last_seq=99))

    desk.do(spoil)
    assert desk.do(care.rebuild) == (1, 1)
    assert desk.do(care.rebuild) == (1, 0)


@pytest.mark.parametrize("table", ["events", "audit"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET rowid = rowid + 1"])
def test_logs_refuse_change(desk, lived, table, change):
    with (
        closing(sqlite3.connect(desk.options.database)) as connection,
        pytest.raises(sqlite3.DatabaseError, match="append-only"),
    ):
        connection.execute(change.format(table))


@pytest.mark.parametrize(
    "change", ["UPDATE audit SET about = 'x' WHERE number = 2", "DELETE FROM audit WHERE number = 2"]
)
def test_a_changed_audit_log_is_found(desk, tmp_path, change):
    for n in range(3):
        desk.do(lambda db, n=n: audit.note(db, "anna", "looked", str(n)))
    assert desk.do(audit.verify)[1] is None
    desk.do(lambda db: care.backup(db, desk.options, tmp_path / "copy"))
    file = tmp_path / "copy" / "desk.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        for name in ("audit_no_update", "audit_no_delete"):
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(change)
        connection.commit()

    async def check():
        copy = await open_database(file)
        try:
            return await audit.verify(copy)
        finally:
            await copy.close()

    assert asyncio.run(check()) == (1, 2)


def test_a_backup_is_a_whole_desk_and_never_overwrites(desk, lived, tmp_path):
    to = tmp_path / "backup"
    desk.do(lambda db: care.backup(db, desk.options, to))
    with closing(sqlite3.connect(to / "desk.sqlite3")) as connection:
        assert connection.execute("SELECT count(*) FROM events WHERE case_id = ?", [lived]).fetchone()[0] == 10
    with pytest.raises(DeskError, match="already"):
        desk.do(lambda db: care.backup(db, desk.options, to))


def test_a_file_that_is_no_database_is_told(tmp_path):
    file = tmp_path / "desk.sqlite3"
    with pytest.raises(DeskError, match="no desk database"):
        asyncio.run(open_database(file))
    file.write_bytes(b"not a database" * 100)
    with pytest.raises(DeskError, match="is no desk database"):
        asyncio.run(open_database(file))


def test_care_does_not_load_the_service():
    """Each of its commands is a process; what serves pages would cost it a second."""
    look = "import kiosk.desk.people, kiosk.desk.audit, kiosk.desk.care, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert not {"litestar", "uvicorn", "jinja2", "structlog", "alembic"} & set(done.stdout.split())
