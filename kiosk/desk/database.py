"""Opens and migrates the SQLite database: one writer at a time, durable before anything is acknowledged."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from kiosk.desk.tables import about
from kiosk.errors import DeskError

LATEST = "0001"


class Database:
    """Readers share a pool; writers take turns, each in one IMMEDIATE transaction that is synced to disk."""

    def __init__(self, path: Path, epoch: str) -> None:
        self.path = path
        self.epoch = epoch
        self._reader = _engine(path, write=False)
        self._writer = _engine(path, write=True)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        async with self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction; leaving it means that the disk has it, an exception means that nothing happened."""
        async with self._turn, self._writer.begin() as connection:
            yield connection

    async def close(self) -> None:
        await self._reader.dispose()
        await self._writer.dispose()


def _engine(path: Path, *, write: bool) -> AsyncEngine:
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", pool_size=1 if write else 4, max_overflow=0)

    @sa.event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def open_database(path: Path) -> Database:
    """Raises `DeskError` where the database is missing or of another shape than this version's."""
    found = version(path)
    if found is None:
        raise DeskError(f"There is no desk database at {path}.", "Run `kiosk desk migrate` first.")
    if found != LATEST:
        raise DeskError(f"The desk database is of shape {found}, not {LATEST}.", "Run `kiosk desk migrate` first.")
    with _sync_engine(path).connect() as connection:
        epoch = connection.scalar(sa.select(about.c.value).where(about.c.name == "epoch"))
    return Database(path, str(epoch))


def version(path: Path) -> str | None:
    """The shape of the database, None where there is none."""
    if not path.exists():
        return None
    try:
        with _sync_engine(path).connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
            return found
    except sa.exc.DatabaseError as e:
        raise DeskError(f"{path} is no desk database: {e.__cause__}.", "Restore a backup, or move it away.") from e


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
