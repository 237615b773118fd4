"""The log by itself: many posts to a commit, one bad post does not fail its neighbours."""

from __future__ import annotations

import asyncio
import json

import pytest

from kiosk.desk import posts as desk_posts
from kiosk.desk import queries
from kiosk.desk.database import Database, Where
from kiosk.desk.hub import Hub
from kiosk.desk.log import CaseLog, load_head
from kiosk.desk.opening import migrate, open_database
from kiosk.desk.posts import NotYours, Post, incoming, number_of


def raw(case: str, id: str, kind: str = "message", **body: object) -> bytes:
    author = {"side": "store", "id": "k1"}
    told = {"id": id, "case": case, "author": author, "at": "2026-11-22T10:00:00Z", "body": {"kind": kind} | body}
    return json.dumps(told).encode()


def opened(case: str) -> bytes:
    return raw(case, f"opened-{case}", "opened", store="S", till="2", terminal="X")


def post(case: str, *raws: bytes, sender: str = "k1") -> Post:
    return Post(case, tuple(incoming(r) for r in raws), sender, is_kiosk=True)


def run(where: Where, act) -> None:
    migrate(where)

    async def doing() -> None:
        database = await open_database(where)
        log = CaseLog(database, Hub())
        log.start()
        try:
            await act(log)
        finally:
            await log.stop()
            await database.close()

    asyncio.run(doing())


def test_posts_of_one_group_follow_on_each_other(where):
    async def act(log: CaseLog) -> None:
        posts = [post("case-0001", opened("case-0001"))]
        posts += [post("case-0001", raw("case-0001", f"event-{n:04d}", words="x")) for n in range(100)]
        kept = await asyncio.gather(*(log.put(p) for p in posts))
        assert [seq for k in kept for seq in k.seqs.values()] == list(range(1, 102))
        head = await load_head(log.database, "case-0001")
        assert head is not None
        assert head.last_seq == 101

    run(where, act)


def test_a_refused_post_leaves_its_neighbours(where):
    async def act(log: CaseLog) -> None:
        good = log.put(post("case-0001", opened("case-0001")))
        foreign = log.put(post("case-0001", raw("case-0001", "event-0001"), sender="k2"))
        none = log.put(post("case-0002", raw("case-0002", "event-0001")))
        after = log.put(post("case-0001", raw("case-0001", "event-0002")))
        done = await asyncio.gather(good, foreign, none, after, return_exceptions=True)
        assert [type(d) for d in done] == [desk_posts.Kept, NotYours, NotYours, desk_posts.Kept]
        assert str(done[1]) == str(done[2])

    run(where, act)


def test_events_that_are_there_already_keep_their_seqs_beside_new_ones(where):
    async def act(log: CaseLog) -> None:
        a, b, c = (raw("case-0001", f"event-{n:04d}", words="x") for n in range(3))
        first = await log.put(post("case-0001", opened("case-0001"), a))
        again, other = await asyncio.gather(
            log.put(post("case-0001", b, a, c, b)),
            log.put(post("case-0002", opened("case-0002"), a.replace(b"case-0001", b"case-0002"))),
        )
        assert again.seqs == {"event-0000": first.seqs["event-0000"], "event-0001": 3, "event-0002": 4}
        assert list(other.seqs.values()) == [1, 2]
        head = await load_head(log.database, "case-0001")
        assert head is not None
        assert head.last_seq == 4
        assert [seq for seq, *_ in await log.database.fetch(queries.LOG, "case-0001")] == [1, 2, 3, 4]

    run(where, act)


def test_a_post_that_breaks_the_database_fails_alone(where):
    async def act(log: CaseLog) -> None:
        broken = post("case-0001", opened("case-0001"))
        bad = Post("case-0009", (incoming(opened("case-0001")),), "k1", is_kiosk=True)
        done = await asyncio.gather(log.put(broken), log.put(bad), return_exceptions=True)
        assert isinstance(done[0], desk_posts.Kept)
        assert isinstance(done[1], Exception)
        assert (await log.put(post("case-0001", raw("case-0001", "event-0002")))).seqs == {"event-0002": 2}

    run(where, act)


@pytest.mark.parametrize("id", ["0192f7a0-0000-7000-8000-00000000abcd", "not-a-uuid-at-all"])
def test_every_case_has_a_number_of_six(id):
    assert len(number_of(id)) == 6
    assert number_of(id) == number_of(id)


def test_many_writers_of_many_processes_leave_no_gap_and_no_double(where):
    """Four logs over connections of their own, as four workers; every event is sent by two of them."""
    migrate(where)
    cases = [f"case-{n:04d}" for n in range(3)]
    kept: list[dict[str, dict[str, int]]] = []

    async def worker(number: int, database: Database) -> None:
        log = CaseLog(database, Hub())
        log.start()
        found: dict[str, dict[str, int]] = {case: {} for case in cases}

        async def send(case: str, n: int) -> None:
            found[case] |= (await log.put(post(case, raw(case, f"event-{n:04d}", words="x")))).seqs

        for case in cases:
            found[case] |= (await log.put(post(case, opened(case)))).seqs
        mine = [n for n in range(120) if number in (n % 4, (n + 1) % 4)]
        await asyncio.gather(*(send(case, n) for n in mine for case in cases))
        kept.append(found)
        await log.stop()

    async def doing() -> None:
        databases = [await open_database(where) for _ in range(4)]
        await asyncio.gather(*(worker(n, database) for n, database in enumerate(databases)))
        for case in cases:
            rows = await databases[0].fetch(queries.PAGE, case, 0, 1000)
            assert [row[0] for row in rows] == list(range(1, 122))
            stored = {json.loads(row[2])["id"]: row[0] for row in rows}
            assert all(stored[id] == seq for found in kept for id, seq in found[case].items())
            head = await load_head(databases[1], case)
            assert head is not None
            assert head.last_seq == 121
        for database in databases:
            await database.close()

    asyncio.run(doing())


def test_the_clock_never_goes_back_within_a_case(where):
    times = iter([1000.0, 400.0, 1100.0])

    async def act(log: CaseLog) -> None:
        log._clock = lambda: next(times)
        for n, sent in enumerate([opened("case-0001"), *(raw("case-0001", f"event-{n:04d}") for n in (1, 2))]):
            await log.put(post("case-0001", sent))
            head = await load_head(log.database, "case-0001")
            assert head is not None
            assert head.changed == (1000.0, 1000.0, 1100.0)[n]

    run(where, act)
