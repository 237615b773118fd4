"""The log by itself: many posts to a commit, one bad post does not fail its neighbours."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from kiosk.desk import log as desk_log
from kiosk.desk.database import migrate, open_database
from kiosk.desk.hub import Hub
from kiosk.desk.log import CaseLog, NotYours, Post, incoming, load_head, number_of


def raw(case: str, id: str, kind: str = "message", **body: object) -> bytes:
    author = {"side": "store", "id": "k1"}
    told = {"id": id, "case": case, "author": author, "at": "2026-11-22T10:00:00Z", "body": {"kind": kind} | body}
    return json.dumps(told).encode()


def opened(case: str) -> bytes:
    return raw(case, f"opened-{case}", "opened", store="S", till="2", terminal="X")


def post(case: str, *raws: bytes, sender: str = "k1") -> Post:
    return Post(case, tuple(incoming(r) for r in raws), sender, is_kiosk=True)


def run(tmp_path: Path, act) -> None:
    file = tmp_path / "desk.sqlite3"
    migrate(file)

    async def doing() -> None:
        database = open_database(file)
        log = CaseLog(database, Hub())
        log.start()
        try:
            await act(log)
        finally:
            await log.stop()
            await database.close()

    asyncio.run(doing())


def test_posts_of_one_group_follow_on_each_other(tmp_path):
    async def act(log: CaseLog) -> None:
        posts = [post("case-0001", opened("case-0001"))]
        posts += [post("case-0001", raw("case-0001", f"event-{n:04d}", words="x")) for n in range(100)]
        kept = await asyncio.gather(*(log.put(p) for p in posts))
        assert [seq for k in kept for seq in k.seqs.values()] == list(range(1, 102))
        async with log.database.reading() as connection:
            head = await load_head(connection, "case-0001")
        assert head is not None
        assert head.last_seq == 101

    run(tmp_path, act)


def test_a_refused_post_leaves_its_neighbours(tmp_path):
    async def act(log: CaseLog) -> None:
        good = log.put(post("case-0001", opened("case-0001")))
        foreign = log.put(post("case-0001", raw("case-0001", "event-0001"), sender="k2"))
        none = log.put(post("case-0002", raw("case-0002", "event-0001")))
        after = log.put(post("case-0001", raw("case-0001", "event-0002")))
        done = await asyncio.gather(good, foreign, none, after, return_exceptions=True)
        assert [type(d) for d in done] == [desk_log.Kept, NotYours, NotYours, desk_log.Kept]
        assert str(done[1]) == str(done[2])

    run(tmp_path, act)


def test_a_post_that_breaks_the_database_fails_alone(tmp_path):
    async def act(log: CaseLog) -> None:
        broken = post("case-0001", opened("case-0001"))
        bad = Post("case-0009", (incoming(opened("case-0001")),), "k1", is_kiosk=True)
        done = await asyncio.gather(log.put(broken), log.put(bad), return_exceptions=True)
        assert isinstance(done[0], desk_log.Kept)
        assert isinstance(done[1], Exception)
        assert (await log.put(post("case-0001", raw("case-0001", "event-0002")))).seqs == {"event-0002": 2}

    run(tmp_path, act)


@pytest.mark.parametrize("id", ["0192f7a0-0000-7000-8000-00000000abcd", "not-a-uuid-at-all"])
def test_every_case_has_a_number_of_six(id):
    assert len(number_of(id)) == 6
    assert number_of(id) == number_of(id)
