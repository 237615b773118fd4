"""The desk's database on PostgreSQL, for more than one worker: row locks keep each case's seqs without a gap."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg
import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from kiosk.desk import queries
from kiosk.desk.database import Away, Database, Full, Record
from kiosk.desk.head import as_record, from_record
from kiosk.desk.posts import Group, Known, Post, place
from kiosk.desk.queries import Query
from kiosk.errors import DeskError

POOL = 8
TRIES = 5  # two workers that open the same case, or a deadlock: one of them tries again
PATIENCE = 10.0  # seconds to connect, and for a lock
AGAIN = (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
GONE = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,  # the old primary after a failover
)
SESSION = {"synchronous_commit": "on", "lock_timeout": f"{int(PATIENCE * 1000)}", "application_name": "desk"}


class PostgresDatabase(Database):
    """One pool for what is hot, one engine of SQLAlchemy for the rest; both connect again by themselves."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.epoch = ""
        self._engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self._connect,
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=PATIENCE,
        )
        self._pool: asyncpg.Pool[Any] | None = None
        self._opening = asyncio.Lock()

    async def _connect(self) -> Any:
        return await asyncpg.connect(plain(self._url), timeout=PATIENCE, server_settings=SESSION)

    async def _hot(self) -> Any:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    plain(self._url),
                    min_size=0,
                    max_size=POOL,
                    timeout=PATIENCE,
                    server_settings=SESSION,
                    reset=_as_it_is,
                )
        return self._pool

    async def shape(self) -> tuple[str | None, str]:
        """The shape of the database (None: there is none) and its epoch."""
        with told():
            pool = await self._hot()
            if await pool.fetchval("SELECT to_regclass('about')") is None:
                return None, ""
            epoch = await pool.fetchval("SELECT value FROM about WHERE name = 'epoch'")
            return await pool.fetchval("SELECT version_num FROM alembic_version"), epoch or ""

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        with told():
            async with self._engine.connect() as connection:
                yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def writing(self, turn: str = "") -> AsyncIterator[AsyncConnection]:
        with told():
            async with self._engine.begin() as connection:
                if turn:
                    await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(turn))))
                yield connection

    async def fetch(self, query: Query, *values: object) -> list[Record]:
        with told():
            found: list[Record] = await (await self._hot()).fetch(query.postgres, *values)
        return found

    async def append(self, posts: Sequence[Post], now: float) -> Group:
        """Which of the events are there already is asked only where the table said that some are."""
        for tried in range(TRIES - 1):
            try:
                return await self._append(posts, now, ask=tried > 0)
            except AGAIN:
                continue
        return await self._append(posts, now, ask=True)

    async def _append(self, posts: Sequence[Post], now: float, *, ask: bool) -> Group:
        cases = sorted({post.case for post in posts})
        with told():
            async with (await self._hot()).acquire() as connection, connection.transaction():
                heads = {row[0]: from_record(row) for row in await connection.fetch(queries.HEADS.postgres, cases)}
                group = place(posts, heads, await _known(connection, posts) if ask else {}, now)
                if group.rows:
                    rows = columns([msgspec.structs.astuple(row) for row in group.rows], 7)
                    await connection.execute(queries.INSERT.postgres, *rows)
                    saved = [as_record(head) for head in group.heads.values()]
                    await connection.executemany(queries.SAVE.postgres, saved)
        return group

    async def close(self) -> None:
        if self._pool is not None:
            self._pool.terminate()
        await self._engine.dispose()


async def _known(connection: Any, posts: Sequence[Post]) -> Known:
    asked = [(post.case, item.event.id) for post in posts for item in post.incoming]
    found = await connection.fetch(queries.KNOWN.postgres, *columns(asked, 2))
    return {(case, id): seq for case, id, seq in found}


async def _as_it_is(connection: Any) -> None:
    """What a connection of the pool is reset by: nothing of ours outlasts its transaction, so a trip is saved."""


def columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows turned into one list a column."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


@contextmanager
def told():  # type: ignore[no-untyped-def]
    """Says a server that is gone or full in our own words; other errors pass."""
    try:
        yield
    except Exception as e:
        cause = getattr(getattr(e, "orig", e), "__cause__", None) if isinstance(e, sa.exc.DBAPIError) else e
        if isinstance(cause, asyncpg.DiskFullError):
            raise Full("The database's disk is full. Nothing of this was kept.") from e
        if isinstance(cause, GONE) or (isinstance(e, sa.exc.DBAPIError) and e.connection_invalidated):
            raise Away("The database does not answer.") from e
        raise


def plain(url: str) -> str:
    """The address as asyncpg takes it: without a driver's name."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


def shown(url: str) -> str:
    """The address without a password, for messages."""
    parts = urlsplit(plain(url))
    rest = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name != "password"])
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=rest))


def migrating(url: str, act: Callable[[sa.Connection], None]) -> None:
    """Do something to the shape in one transaction; workers that start together take turns. Needs a thread of its own.

    Raises `DeskError` where the server does not answer.
    """
    asyncio.run(_migrating(url, act))


async def _migrating(url: str, act: Callable[[sa.Connection], None]) -> None:
    database = PostgresDatabase(url)
    try:
        async with database.writing("migrate") as connection:
            await connection.run_sync(act)
    except (OSError, asyncpg.PostgresError, Away) as e:
        raise DeskError(
            f"The database at {shown(url)} cannot be used: {e}.", "Check its address and that it runs."
        ) from e
    finally:
        await database.close()
