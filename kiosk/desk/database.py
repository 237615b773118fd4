"""Opens and migrates the SQLite database: one writer at a time, durable before anything is acknowledged."""

from __future__ import annotations

import asyncio
import os
import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from kiosk.desk.tables import about
from kiosk.errors import DeskError

LATEST = "0001"
READERS = 4
T = TypeVar("T")


class Database:
    """Readers share a pool; writers take turns, each in one IMMEDIATE transaction that is synced to disk.

    `read` and `write` do the same as `reading` and `writing` for what is hot: all statements in one visit to a thread,
    where the others go to and fro for each.
    """

    def __init__(self, path: Path, epoch: str) -> None:
        self.path = path
        self.epoch = epoch
        self._reader = _engine(path, write=False)
        self._writer = _engine(path, write=True)
        self._turn = asyncio.Lock()
        self._direct = {write: _direct(path, write=write) for write in (False, True)}
        self._threads = {write: ThreadPoolExecutor(1 if write else READERS, "desk-db") for write in (False, True)}

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        async with self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction; leaving it means that the disk has it, an exception means that nothing happened."""
        async with self._turn, self._writer.begin() as connection:
            yield connection

    async def read(self, act: Callable[[sa.Connection], T]) -> T:
        return await self._visit(act, write=False)

    async def write(self, act: Callable[[sa.Connection], T]) -> T:
        """A transaction as in `writing`."""
        async with self._turn:
            return await self._visit(act, write=True)

    async def _visit(self, act: Callable[[sa.Connection], T], *, write: bool) -> T:
        def visit() -> T:
            with self._direct[write].begin() as connection:
                return act(connection)

        return await asyncio.get_running_loop().run_in_executor(self._threads[write], visit)

    async def close(self) -> None:
        for write, threads in self._threads.items():
            threads.shutdown()
            self._direct[write].dispose()
        await self._reader.dispose()
        await self._writer.dispose()


def _engine(path: Path, *, write: bool) -> AsyncEngine:
    size = 1 if write else READERS
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", pool_size=size, max_overflow=0)
    _prepare(engine.sync_engine, write=write)
    return engine


def _direct(path: Path, *, write: bool) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}", pool_size=1 if write else READERS, max_overflow=0)
    _prepare(engine, write=write)
    return engine


def _prepare(engine: sa.Engine, *, write: bool) -> None:
    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def open_database(path: Path) -> Database:
    """Raises `DeskError` where the database is missing or of another shape than this version's."""
    found = version(path)
    if found is None:
        raise DeskError(f"There is no desk database at {path}.", "Run `kiosk desk migrate` first.")
    if found != LATEST:
        raise DeskError(f"The desk database is of shape {found}, not {LATEST}.", "Run `kiosk desk migrate` first.")
    return Database(path, _one(path, "SELECT value FROM about WHERE name = 'epoch'"))


def version(path: Path) -> str | None:
    """The shape of the database, None where there is none."""
    if not path.exists():
        return None
    try:
        if not _one(path, "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"):
            return None
        found: str | None = _one(path, "SELECT version_num FROM alembic_version")
        return found
    except sqlite3.DatabaseError as e:
        raise DeskError(f"{path} is no desk database: {e}.", "Restore a backup, or move it away.") from e


def _one(path: Path, query: str) -> Any:
    """One value, None where there is no row; by itself, for a look costs less than an engine."""
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        row = connection.execute(query).fetchone()
    return None if row is None else row[0]


def migrate(path: Path) -> None:
    """Bring the database to the latest shape, making it where there is none; a new one gets its epoch."""
    if version(path) == LATEST:
        return
    _make_private(path)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = _sync_engine(path)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        known = connection.scalar(sa.select(about.c.value).where(about.c.name == "epoch"))
        if known is None:
            connection.execute(about.insert(), [{"name": "epoch", "value": secrets.token_hex(8)}])
    engine.dispose()


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as e:
        cure = "Choose another folder with --data."
        raise DeskError(f"The desk cannot keep its data at {path.parent}: {e.strerror}.", cure) from e


def _sync_engine(path: Path) -> sa.Engine:
    return sa.create_engine(f"sqlite:///{path}", poolclass=sa.NullPool)
