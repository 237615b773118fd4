"""Everything of one store as one file that any program can read; changes nothing but the audit log.

A ZIP with `store.json`, `cases/CASE.jsonl` (one event a line, in order of `seq`), `files/ID` (bundles, attachments)
and, last, `manifest.json`: each member's size and SHA-256, and the title, case and time of each file.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import sqlalchemy as sa
from msgspec import Struct

from kiosk.desk import audit
from kiosk.desk.database import Database
from kiosk.desk.retention import cases_of_store
from kiosk.desk.tables import events, files, kiosks, stores
from kiosk.desk.uploads import Files
from kiosk.errors import DeskError
from kiosk.model import wire

PIECE = 1024 * 1024


class Member(Struct, frozen=True, omit_defaults=True):
    """One file in the ZIP; `title`, `case` and `stored` (Unix time) are those of an upload."""

    name: str
    size: int
    sha256: str
    title: str = ""
    case: str = ""
    stored: float = 0.0


class Exported(Struct, frozen=True):
    cases: int
    events: int
    files: int


async def export_store(database: Database, store: Files, id: str, to: Path, who: str) -> Exported:
    """Write the file, for its owner alone. Raises `DeskError` for a store that is unknown or a place that is taken."""
    async with database.reading() as connection:
        name = await connection.scalar(sa.select(stores.c.name).where(stores.c.id == id))
        if name is None:
            raise DeskError(f"There is no store {id}.", "Look at how it is written.")
        columns = (kiosks.c.id, kiosks.c.name, kiosks.c.version, kiosks.c.enrolled, kiosks.c.barred)
        own = [
            dict(row) for row in (await connection.execute(sa.select(*columns).where(kiosks.c.store == id))).mappings()
        ]
    cases = sorted(await cases_of_store(database, id))
    with _new(to) as part, ZipFile(part, "w", ZIP_DEFLATED) as out:
        members = [_add(out, "store.json", wire.pretty({"id": id, "name": name, "kiosks": own}))]
        told = 0
        for case in cases:
            lines = await _events(database, case)
            told += len(lines)
            members.append(_add(out, f"cases/{case}.jsonl", b"".join(line + b"\n" for line in lines)))
        uploads = [member for case in cases for member in await _uploads(database, store, case, out)]
        out.writestr("manifest.json", wire.pretty(wire.document({"members": [*members, *uploads]})))
    done = Exported(len(cases), told, len(uploads))
    await audit.note(
        database, who, "store exported", f"{id}: {done.cases} cases, {done.events} events, {done.files} files"
    )
    return done


@contextmanager
def _new(to: Path) -> Iterator[Path]:
    """A place beside it to write to; it has its name only once it is whole."""
    part = to.with_name(f"{to.name}.part")
    if to.exists():
        raise DeskError(f"There is something at {to} already.", "Name a new file.")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        yield part
        part.replace(to)
    except OSError as e:
        raise DeskError(f"Writing {to} broke off: {e.strerror}.", "Make room, or name another place.") from e
    finally:
        part.unlink(missing_ok=True)


async def _events(database: Database, case: str) -> list[bytes]:
    query = sa.select(events.c.data).where(events.c.case_id == case).order_by(events.c.seq)
    async with database.reading() as connection:
        return [bytes(data) for data in await connection.scalars(query)]


def _add(out: ZipFile, name: str, data: bytes) -> Member:
    out.writestr(name, data)
    return Member(name, len(data), hashlib.sha256(data).hexdigest())


async def _uploads(database: Database, store: Files, case: str, out: ZipFile) -> list[Member]:
    columns = (files.c.id, files.c.name, files.c.sha256, files.c.size, files.c.complete)
    done = (files.c.case_id == case, files.c.complete.is_not(None))
    async with database.reading() as connection:
        rows = list(await connection.execute(sa.select(*columns).where(*done).order_by(files.c.complete)))
    return [
        Member(f"files/{row.id}", row.size, await _copy(store, row.id, out), row.name, case, row.complete)
        for row in rows
    ]


async def _copy(store: Files, id: str, out: ZipFile) -> str:
    """The SHA-256 of what was written."""
    path = await store.shelf.local(id)

    def copying() -> str:
        with path.open("rb") as source, out.open(f"files/{id}", "w", force_zip64=True) as member:
            shutil.copyfileobj(source, member, PIECE)
        with path.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()

    return await asyncio.to_thread(copying)
