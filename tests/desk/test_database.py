"""Both kinds of database: up and down through all shapes, what a wrong one says, append-only logs, hot reads."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from kiosk.desk import audit, queries
from kiosk.desk.database import LATEST, Database
from kiosk.desk.opening import migrate, new_epoch, open_database
from kiosk.desk.postgres import columns, plain, shown
from kiosk.desk.queries import dollars, same
from kiosk.desk.tables import metadata
from kiosk.errors import DeskError


def do(where, act):
    async def doing():
        database = await open_database(where)
        try:
            return await act(database)
        finally:
            await database.close()

    return asyncio.run(doing())


async def epoch_of(database: Database) -> str:
    return database.epoch


async def tables(database: Database) -> dict[str, tuple[set[str], set[str]]]:
    """Columns and indexes of every table."""

    def look(connection: sa.Connection) -> dict[str, tuple[set[str], set[str]]]:
        see = sa.inspect(connection)
        return {
            name: (
                {column["name"] for column in see.get_columns(name)},
                {str(i["name"]) for i in see.get_indexes(name) if not i.get("unique")},
            )
            for name in see.get_table_names()
            if name != "alembic_version"
        }

    async with database.reading() as connection:
        return await connection.run_sync(look)


def test_down_to_nothing_and_up_again_to_what_the_tables_say(where):
    migrate(where)
    epoch = do(where, epoch_of)
    migrate(where)
    assert do(where, epoch_of) == epoch
    migrate(where, "0001")
    with pytest.raises(DeskError, match=f"of shape 0001, not {LATEST}"):
        do(where, tables)
    migrate(where)
    migrate(where, "base")
    with pytest.raises(DeskError, match="no desk database"):
        do(where, tables)
    migrate(where)
    wanted = {t.name: ({c.name for c in t.columns}, {i.name for i in t.indexes}) for t in metadata.tables.values()}
    assert do(where, tables) == wanted
    assert do(where, epoch_of) != epoch


@pytest.mark.parametrize("table", ["events", "audit"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET {} = 'x'"])
def test_logs_refuse_change(where, table, change):
    migrate(where)

    async def act(database: Database) -> None:
        await audit.note(database, "anna", "looked")
        async with database.writing() as connection:
            row = {"case_id": "c", "seq": 1, "id": "i", "kind": "k", "sender": "s", "stored": 0.0, "data": b""}
            await connection.execute(metadata.tables["events"].insert(), row)
        column = "kind" if table == "events" else "who"
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            async with database.writing() as connection:
                await connection.execute(sa.text(change.format(table, column)))

    do(where, act)


def test_questions_of_many_at_once_each_get_their_own_answer(where):
    migrate(where)
    query = same("SELECT value FROM about WHERE name = ?")

    async def act(database: Database) -> None:
        asked = [database.fetch(query, "epoch" if n % 2 else "nothing") for n in range(200)]
        found = await asyncio.gather(*asked)
        assert [[tuple(r) for r in rows] for rows in found] == [[], [(database.epoch,)]] * 100
        wrong = queries.Query("SELECT nonsense", "SELECT nonsense")
        answers = await asyncio.gather(database.fetch(wrong), database.fetch(query, "epoch"), return_exceptions=True)
        assert isinstance(answers[0], Exception)
        assert [tuple(row) for row in answers[1]] == [(database.epoch,)]

    do(where, act)


def test_what_needs_its_turn_never_overlaps(where):
    """Two connections of two processes add to one chain; without turns one would link to a row of the other's past."""
    migrate(where)

    async def act(first: Database) -> None:
        second = await open_database(where)
        await asyncio.gather(*(audit.note(db, "anna", str(n)) for n in range(15) for db in (first, second)))
        await second.close()
        assert await audit.verify(first) == (30, None)

    do(where, act)


def test_a_server_that_is_none_is_told():
    with pytest.raises(DeskError, match=r"127\.0\.0\.1:9/desk cannot be used"):
        migrate("postgresql://desk:secret@127.0.0.1:9/desk")


def test_addresses_are_shown_without_a_password():
    assert shown("postgresql+asyncpg://desk:secret@db/desk?host=/run&password=x") == "postgresql://db/desk?host=%2Frun"
    assert plain("postgresql+asyncpg://db/desk") == "postgresql://db/desk"


def test_small_turns():
    assert dollars("a = ? AND b = ?") == "a = $1 AND b = $2"
    assert columns([(1, "a"), (2, "b")], 2) == [[1, 2], ["a", "b"]]
    assert columns([], 2) == [[], []]
    assert new_epoch() != new_epoch()
