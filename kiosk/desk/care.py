"""What keeps a desk healthy: heads made again from the log, backups and restoring them; never changes the log."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from kiosk.desk.database import Database
from kiosk.desk.head import Head, as_row, from_row
from kiosk.desk.opening import migrate, new_epoch, open_database
from kiosk.desk.options import Options
from kiosk.desk.posts import folded
from kiosk.desk.sqlite import SqliteDatabase
from kiosk.desk.tables import about, case_head, events, files, metadata
from kiosk.desk.uploads import Files
from kiosk.errors import DeskError

COPY = "desk.sqlite3"
AT_ONCE = 1000  # rows


async def rebuild(database: Database) -> tuple[int, int]:
    """Make every head again from its log; returns how many there are and how many were different."""
    async with database.writing() as connection:
        cases = list(await connection.scalars(sa.select(events.c.case_id).distinct()))
        old = {row.case_id: from_row(row) for row in await connection.execute(sa.select(case_head))}
        new: dict[str, Head] = {}
        for case in cases:
            c = events.c
            query = sa.select(c.seq, c.stored, c.sender, c.data).where(c.case_id == case).order_by(c.seq)
            head = folded(case, [tuple(row) for row in await connection.execute(query)])
            if head is not None:
                new[case] = head
        different = sum(old.get(case) != head for case, head in new.items()) + len(old.keys() - new.keys())
        await connection.execute(case_head.delete())
        if new:
            await connection.execute(case_head.insert(), [as_row(head) for head in new.values()])
    return len(new), different


async def backup(database: Database, options: Options, to: Path) -> int:
    """Copy database, key and finished files into a new folder while the desk goes on; returns the number of files.

    The copy is a desk of its own in one SQLite file, wherever the original lies, and has a new epoch: kiosks that meet
    it send again what it lacks. Raises `DeskError` where the folder is there already or cannot be written.
    """
    try:
        to.mkdir(parents=True, mode=0o700)
        (to / "files").mkdir(mode=0o700)
        await (_vacuum(database, to / COPY) if isinstance(database, SqliteDatabase) else _copied(database, to / COPY))
        (to / COPY).chmod(0o600)
        _copy_key(options.data, to)
        with closing(sqlite3.connect(to / COPY)) as copy:
            copy.execute("UPDATE about SET value = ? WHERE name = 'epoch'", (new_epoch(),))
            copy.commit()
            done = [row[0] for row in copy.execute("SELECT id FROM files WHERE complete IS NOT NULL")]
        store = Files.of(options, database)
        for id in done:
            await store.copy_out(id, to / "files" / id)
        os.sync()
    except FileExistsError as e:
        raise DeskError(f"There is something at {to} already.", "Name a new folder.") from e
    except OSError as e:
        raise DeskError(f"The backup cannot be written to {to}: {e.strerror}.", "Name another folder.") from e
    return len(done)


def _copy_key(source: Path, to: Path) -> None:
    """The key that sealed people's authenticators; without it everybody would have to set up a new one."""
    from kiosk.desk.secret import FILE as KEY  # ciphers, which no other care needs

    if (source / KEY).exists() and not (to / KEY).exists():
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy2(source / KEY, to / KEY)


async def _vacuum(database: Database, to: Path) -> None:
    async with database.reading() as connection:
        await connection.execute(sa.text("COMMIT"))  # VACUUM does not run inside of a transaction
        await connection.execute(sa.text("VACUUM INTO :to"), {"to": str(to)})


async def _copied(database: Database, to: Path) -> None:
    migrate(to)
    copy = await open_database(to)
    try:
        await copy_rows(database, copy)
    finally:
        await copy.close()


async def copy_rows(source: Database, target: Database) -> None:
    """All tables as they stand at one moment, but the epoch: the copy keeps its own."""
    one_moment = source.reading() if isinstance(source, SqliteDatabase) else source.writing()
    async with one_moment as reading, target.writing() as writing:
        if not isinstance(source, SqliteDatabase):
            await reading.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        for table in metadata.sorted_tables:
            if table is about:
                continue
            rows = await reading.stream(sa.select(table))
            async for some in rows.mappings().partitions(AT_ONCE):
                await writing.execute(table.insert(), [dict(row) for row in some])


async def restore(options: Options, source: Path) -> tuple[int, int]:
    """Fill a new desk from a backup's folder; returns how many events and files. It has an epoch of its own.

    Raises `DeskError` where there are cases already, or no backup.
    """
    if not (source / COPY).exists():
        raise DeskError(f"There is no backup in {source}.", "Name the folder that `kiosk desk backup` made.")
    migrate(options.database)
    _copy_key(source, options.data)
    database = await open_database(options.database)
    copy = await open_database(source / COPY)
    try:
        await _must_be_empty(database)
        await copy_rows(copy, database)
        async with database.reading() as connection:
            kept = await connection.scalar(sa.select(sa.func.count()).select_from(events)) or 0
            done = list(await connection.scalars(sa.select(files.c.id).where(files.c.complete.is_not(None))))
        store = Files.of(options, database)
        for id in done:
            await store.copy_in(id, source / "files" / id)
        return kept, len(done)
    finally:
        await copy.close()
        await database.close()


async def _must_be_empty(database: Database) -> None:
    async with database.reading() as connection:
        for table in metadata.sorted_tables:
            if table is not about and await connection.scalar(sa.select(sa.func.count()).select_from(table)):
                raise DeskError("This desk has data already.", "Restore into a new folder or an empty database.")
