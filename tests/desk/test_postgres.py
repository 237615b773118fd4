"""The database is gone for a while: said in plain words, nothing lost, nothing twice, and it goes on by itself."""

from __future__ import annotations

import asyncio
import json

import asyncpg
import pytest

from kiosk.desk import postgres as desk_postgres
from kiosk.desk import queries
from kiosk.desk.database import Away, Full
from kiosk.desk.hub import Hub
from kiosk.desk.log import CaseLog
from kiosk.desk.opening import migrate, open_database
from kiosk.desk.posts import Post, incoming
from tests.desk import servers

CASE = "case-0001"


def post(n: int) -> Post:
    body = {"kind": "message", "words": "x"} if n else {"kind": "opened", "store": "S", "till": "1", "terminal": "X"}
    author = {"side": "store", "id": "k1"}
    told = {"id": f"event-{n:04d}", "case": CASE, "author": author, "at": "2026-11-22T10:00:00Z", "body": body}
    return Post(CASE, (incoming(json.dumps(told).encode()),), "k1", is_kiosk=True)


@pytest.fixture
def own_server():
    """One that may be stopped without harm to other tests."""
    with servers.postgres(durable=True) as server:
        yield server


def test_what_was_acknowledged_outlives_a_crash_and_what_was_refused_is_taken_later(own_server):
    """Kiosks do as `send` does: they keep an event until it is acknowledged, and send it again."""
    url = own_server.database()
    migrate(url)

    async def doing() -> None:
        database = await open_database(url)
        log = CaseLog(database, Hub())
        log.start()
        kept: dict[str, int] = {}
        refused = 0

        async def send(n: int) -> None:
            nonlocal refused
            try:
                kept.update((await log.put(post(n))).seqs)
            except Away as e:
                refused += 1
                assert "does not answer" in str(e)
                assert "send it again by themselves" in str(e)

        await send(0)
        under_way = asyncio.gather(*(send(n) for n in range(1, 200)))
        await asyncio.to_thread(own_server.stop)
        await under_way
        await asyncio.gather(*(send(n) for n in range(200, 210)))
        assert refused >= 10
        with pytest.raises(Away):
            await database.fetch(queries.ONE_HEAD, CASE)
        with pytest.raises(Away):
            async with database.writing():
                pass
        acknowledged = dict(kept)
        await asyncio.to_thread(own_server.start)
        for n in range(210):
            await send(n)
        assert {id: kept[id] for id in acknowledged} == acknowledged
        rows = await database.fetch(queries.PAGE, CASE, 0, 1000)
        assert [row[0] for row in rows] == list(range(1, 211))
        assert {json.loads(row[2])["id"]: row[0] for row in rows} == kept
        await log.stop()
        await database.close()

    asyncio.run(doing())


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (asyncpg.DiskFullError("no space left"), Full),
        (ConnectionRefusedError("refused"), Away),
        (asyncpg.CannotConnectNowError("starting up"), Away),
        (asyncpg.UndefinedTableError("no table"), asyncpg.UndefinedTableError),
    ],
)
def test_what_the_server_did_is_said_in_our_words_and_mistakes_are_not_hidden(error, told):
    with pytest.raises(told), desk_postgres.told():
        raise error
