"""The desk's database in one SQLite file: one writer at a time, WAL, synced to disk at every commit."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from msgspec.structs import astuple
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from kiosk.desk import queries
from kiosk.desk.database import Away, Database, Full, Record
from kiosk.desk.head import Head, as_record, from_record
from kiosk.desk.posts import Group, Known, Post, Row, place
from kiosk.desk.queries import Query
from kiosk.errors import DeskError

READERS = 4
ROWS = 100  # of events that one statement inserts
PATIENCE = 10.0  # seconds that one waits for another's lock
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={int(PATIENCE * 1000)}")
T = TypeVar("T")
Asked = tuple[str, tuple[object, ...], asyncio.Future[list[Record]]]


class SqliteDatabase(Database):
    """`fetch` gathers what was asked while a visit to the reading thread goes on, and `append` writes in a thread."""

    def __init__(self, path: Path, epoch: str) -> None:
        self.path = path
        self.epoch = epoch
        self._reader = _engine(path, write=False)
        self._writer = _engine(path, write=True)
        self._turn = asyncio.Lock()
        self._threads = [ThreadPoolExecutor(1, f"desk-db-{n}") for n in ("read", "write")]
        self._connections: dict[str, sqlite3.Connection] = {}
        self._asked: list[Asked] = []
        self._visit: asyncio.Future[Any] | None = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        with told():
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self, turn: str = "") -> AsyncIterator[AsyncConnection]:
        """All writers take turns here, whatever they name."""
        with told():
            async with self._turn, self._writer.begin() as connection:
                yield connection

    async def fetch(self, query: Query, *values: object) -> list[Record]:
        answer: asyncio.Future[list[Record]] = asyncio.get_running_loop().create_future()
        self._asked.append((query.sqlite, values, answer))
        if self._visit is None:
            self._look()
        return await answer

    def _look(self) -> None:
        asked, self._asked = self._asked, []
        self._visit = asyncio.get_running_loop().run_in_executor(self._threads[0], self._answers, asked)
        self._visit.add_done_callback(lambda visit: self._hand_out(asked, visit))

    def _answers(self, asked: list[Asked]) -> list[list[Record] | Exception]:
        connection = self._connection("read")
        answers: list[list[Record] | Exception] = []
        for sql, values, _ in asked:
            try:
                answers.append(connection.execute(sql, values).fetchall())
            except sqlite3.Error as e:
                answers.append(translated(e) or e)
        return answers

    def _hand_out(self, asked: list[Asked], visit: asyncio.Future[Any]) -> None:
        self._visit = None
        failed = visit.exception()
        for (_, _, answer), found in zip(asked, [failed] * len(asked) if failed else visit.result(), strict=True):
            if answer.done():
                continue
            if isinstance(found, BaseException):
                answer.set_exception(found)
            else:
                answer.set_result(found)
        if self._asked:
            self._look()

    async def append(self, posts: Sequence[Post], now: float) -> Group:
        async with self._turn:
            with told():
                return await asyncio.get_running_loop().run_in_executor(self._threads[1], self._append, posts, now)

    def _append(self, posts: Sequence[Post], now: float) -> Group:
        """Which of the events are there already is asked only where the table says that some are."""
        connection = self._connection("write")
        try:
            return _write(connection, posts, {}, now)
        except sqlite3.IntegrityError:
            return _write(connection, posts, _known(connection, posts), now)

    def _connection(self, name: str) -> sqlite3.Connection:
        """Each thread has one of its own, made by itself."""
        if name not in self._connections:
            self._connections[name] = connect(self.path)
        return self._connections[name]

    async def close(self) -> None:
        for name, thread in zip(("read", "write"), self._threads, strict=True):
            thread.submit(self._connections.pop(name).close if name in self._connections else int).result()
            thread.shutdown()
        await self._reader.dispose()
        await self._writer.dispose()


def _write(connection: sqlite3.Connection, posts: Sequence[Post], known: Known, now: float) -> Group:
    connection.execute("BEGIN IMMEDIATE")
    try:
        group = place(posts, _heads(connection, posts), known, now)
        _insert(connection, group.rows)
        connection.executemany(queries.SAVE.sqlite, [as_record(h) for h in group.heads.values()])
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return group


def _insert(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Many rows to a statement: after each statement the thread must wait for its turn in Python again."""
    for start in range(0, len(rows), ROWS):
        some = rows[start : start + ROWS]
        marks = ", ".join([queries.ROW] * len(some))
        connection.execute(queries.INSERT.sqlite + marks, [value for row in some for value in astuple(row)])


def _heads(connection: sqlite3.Connection, posts: Sequence[Post]) -> dict[str, Head]:
    cases = msgspec.json.encode(list({post.case for post in posts})).decode()
    found = connection.execute(queries.HEADS.sqlite, (cases,)).fetchall()
    return {row[0]: from_record(row) for row in found}


def _known(connection: sqlite3.Connection, posts: Sequence[Post]) -> Known:
    asked = [(post.case, item.event.id) for post in posts for item in post.incoming]
    found = connection.execute(queries.KNOWN.sqlite, (msgspec.json.encode(asked).decode(),))
    return {(case, id): seq for case, id, seq in found}


@contextmanager
def told():  # type: ignore[no-untyped-def]
    """Says a full disk and a locked or broken file in our own words; other errors pass."""
    try:
        yield
    except (sqlite3.Error, sa.exc.DBAPIError) as e:
        if (found := translated(e)) is not None:
            raise found from e
        raise


def translated(error: Exception) -> DeskError | None:
    """Our error for what the disk did; None where it is a mistake of the statement's."""
    cause = getattr(error, "orig", error)
    if not isinstance(cause, sqlite3.OperationalError):
        return None
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return Full("The desk's disk is full. Nothing of this was kept.")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        return Away(f"The desk cannot use its database now: {cause}.")
    return None


def connect(path: Path) -> sqlite3.Connection:
    """Everything by hand: transactions begin and end where we say."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=PATIENCE)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _engine(path: Path, *, write: bool) -> AsyncEngine:
    size = 1 if write else READERS
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", pool_size=size, max_overflow=0)
    _prepare(engine.sync_engine, write=write)
    return engine


def _prepare(engine: sa.Engine, *, write: bool) -> None:
    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def shape(path: Path) -> tuple[str | None, str]:
    """The shape of a database (None: there is none) and its epoch. Raises `DeskError` where the file is something else.

    By itself, for a look costs less than an engine.
    """
    if not path.exists():
        return None, ""
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE)) as connection:
            if not _one(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"):
                return None, ""
            found = _one(connection, "SELECT version_num FROM alembic_version")
            return found, _one(connection, "SELECT value FROM about WHERE name = 'epoch'") if found else ""
    except sqlite3.DatabaseError as e:
        raise DeskError(f"{path} is no desk database: {e}.", "Restore a backup, or move it away.") from e


def _one(connection: sqlite3.Connection, query: str) -> Any:
    row = connection.execute(query).fetchone()
    return None if row is None else row[0]


def migrating(path: Path, act: Callable[[sa.Connection], None]) -> None:
    """Do something to the shape in one transaction, making the file where there is none."""
    _make_private(path)
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.NullPool)
    with engine.begin() as connection:
        act(connection)
    engine.dispose()


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as e:
        cure = "Choose another folder with --data."
        raise DeskError(f"The desk cannot keep its data at {path.parent}: {e.strerror}.", cure) from e
