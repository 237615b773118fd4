"""What keeps a desk healthy: making heads again from the log, and copies of everything; never changes the log."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import sqlalchemy as sa

from kiosk.desk.database import Database
from kiosk.desk.head import Head, as_row, from_row
from kiosk.desk.options import Options
from kiosk.desk.posts import folded
from kiosk.desk.tables import case_head, events, files
from kiosk.errors import DeskError


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
    """Copy database and finished files into a new folder while the desk goes on; returns the number of files.

    Raises `DeskError` where the folder is there already or cannot be written.
    """
    try:
        to.mkdir(parents=True, mode=0o700)
        (to / "files").mkdir(mode=0o700)
        async with database.reading() as connection:
            await connection.execute(sa.text("COMMIT"))  # VACUUM does not run inside of a transaction
            await connection.execute(sa.text("VACUUM INTO :to"), {"to": str(to / options.database.name)})
            done = list(await connection.scalars(sa.select(files.c.id).where(files.c.complete.is_not(None))))
        (to / options.database.name).chmod(0o600)
        for id in done:
            shutil.copyfile(options.files / id, to / "files" / id)
        os.sync()
    except FileExistsError as e:
        raise DeskError(f"There is something at {to} already.", "Name a new folder.") from e
    except OSError as e:
        raise DeskError(f"The backup cannot be written to {to}: {e.strerror}.", "Name another folder.") from e
    return len(done)
