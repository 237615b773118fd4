"""A full disk and a file that somebody else holds: said in plain words, nothing lost, and it goes on by itself."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing

import pytest

from kiosk.desk import queries, sqlite
from kiosk.desk.database import Away, Full
from kiosk.desk.hub import Hub
from kiosk.desk.log import CaseLog
from kiosk.desk.opening import migrate, open_database
from kiosk.desk.posts import Post, incoming

CASE = "case-0001"


def post(id: str, kind: str = "message", **body: object) -> Post:
    author = {"side": "store", "id": "k1"}
    told = {"id": id, "case": CASE, "author": author, "at": "2026-11-22T10:00:00Z", "body": {"kind": kind} | body}
    return Post(CASE, (incoming(json.dumps(told).encode()),), "k1", is_kiosk=True)


OPENED = post("opened-01", "opened", store="S", till="2", terminal="X")


def run(file, act) -> None:
    migrate(file)

    async def doing() -> None:
        database = await open_database(file)
        log = CaseLog(database, Hub())
        log.start()
        try:
            await act(log, database)
        finally:
            await log.stop()
            await database.close()

    asyncio.run(doing())


def test_a_full_disk_refuses_and_once_there_is_room_everything_is_taken(tmp_path):
    async def act(log: CaseLog, database: sqlite.SqliteDatabase) -> None:
        await log.put(OPENED)
        writer = database._connections["write"]
        pages = writer.execute("PRAGMA page_count").fetchone()[0]
        writer.execute(f"PRAGMA max_page_count = {pages + 2}")
        posts = [post(f"event-{n:04d}", words="x" * 3000) for n in range(8)]
        refused, known = [], [1]
        for one in posts:
            try:
                known += (await log.put(one)).seqs.values()
            except Full as e:
                refused.append(one)
                assert "disk is full" in str(e)
                assert "Make room" in str(e)
        assert refused
        stored = [row[0] for row in await database.fetch(queries.PAGE, CASE, 0, 100)]
        assert stored == known, "what was refused left nothing behind, what was taken is there"
        writer.execute("PRAGMA max_page_count = 1073741823")
        again = [await log.put(one) for one in posts]
        assert [seq for kept in again for seq in kept.seqs.values()][-1] == 9
        stored = [row[0] for row in await database.fetch(queries.PAGE, CASE, 0, 100)]
        assert stored == list(range(1, 10))

    run(tmp_path / "desk.sqlite3", act)


def test_a_file_that_somebody_else_holds_is_told_and_taken_once_it_is_free(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite, "PRAGMAS", ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20"))
    file = tmp_path / "desk.sqlite3"

    async def act(log: CaseLog, database: sqlite.SqliteDatabase) -> None:
        await log.put(OPENED)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Away, match="cannot use its database now"):
                await log.put(post("event-0001"))
            other.execute("ROLLBACK")
        assert (await log.put(post("event-0001"))).seqs == {"event-0001": 2}

    run(file, act)


def test_only_what_the_disk_did_is_translated():
    assert sqlite.translated(sqlite3.OperationalError("no such table: x")) is None
    assert sqlite.translated(ValueError("x")) is None
