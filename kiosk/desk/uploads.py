"""Keeps uploads on disk: every byte that arrived stays, the whole is proven by its hash; serves nothing by itself."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa
from msgspec import Struct

from kiosk.desk import queries
from kiosk.desk.database import Database
from kiosk.desk.options import Options
from kiosk.desk.shelf import Shelf, shelf
from kiosk.desk.tables import files


class Upload(Struct, frozen=True):
    """One file on its way; `sha256` as the sender wrote it, in hexadecimal or in letters."""

    id: str
    owner: str
    case_id: str
    name: str
    sha256: str
    size: int
    expires: float
    complete: float | None = None


class _Patch:
    """The one request that may append to a file now; a later one puts an end to it."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.enough = asyncio.Event()


class Files:
    """The table of uploads, and the shelf that their bytes lie on."""

    def __init__(self, shelf: Shelf, database: Database, lives: float) -> None:
        self.shelf = shelf
        self._database = database
        self._lives = lives
        self._patches: dict[str, _Patch] = {}

    @classmethod
    def of(cls, options: Options, database: Database) -> Files:
        return cls(shelf(options.files_url, options.files), database, options.limits.file_lives)

    async def create(self, owner: str, case: str, name: str, sha256: str, size: int) -> Upload:
        upload = Upload(secrets.token_hex(16), owner, case, name, sha256, size, time.time() + self._lives)
        await self.shelf.make(upload.id)
        async with self._database.writing() as connection:
            row = {name: getattr(upload, name) for name in Upload.__struct_fields__}
            await connection.execute(files.insert(), row)
        return upload

    async def find(self, id: str) -> Upload | None:
        """None also for one that expired."""
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(files).where(files.c.id == id))).first()
        if row is None or (row.complete is None and row.expires < time.time()):
            return None
        return Upload(**row._mapping)

    async def of_case(self, case: str, owner: str) -> list[Upload]:
        """Finished uploads of a case by its own kiosk, newest first."""
        return [Upload(*row) for row in await self._database.fetch(queries.FILES_OF_CASE, case, owner)]

    async def waiting(self, owner: str) -> int:
        """How many unfinished uploads somebody has."""
        open_ones = (files.c.owner == owner, files.c.complete.is_(None), files.c.expires > time.time())
        async with self._database.reading() as connection:
            return await connection.scalar(sa.select(sa.func.count()).where(*open_ones)) or 0

    @asynccontextmanager
    async def appending(self, id: str) -> AsyncIterator[asyncio.Event]:
        """One sender at a time; the event says that a newer one waits (the older line is dead, but did not say so)."""
        patch = self._patches.setdefault(id, _Patch())
        patch.enough.set()
        async with patch.turn:
            patch.enough = asyncio.Event()
            yield patch.enough

    def let_go(self, id: str) -> None:
        """End what is being appended, if anything is."""
        if (patch := self._patches.get(id)) is not None:
            patch.enough.set()

    async def settled(self, id: str) -> int:
        """The offset after ending whatever still writes."""
        async with self.appending(id):
            return await self.shelf.offset(id)

    async def finish(self, upload: Upload) -> bool:
        """Prove the hash; a file that is not what was promised is removed."""
        right = await self.shelf.prove(upload.id, upload.sha256)
        self._patches.pop(upload.id, None)
        async with self._database.writing() as connection:
            mine = files.c.id == upload.id
            if right:
                await connection.execute(files.update().where(mine).values(complete=time.time()))
            else:
                await connection.execute(files.delete().where(mine))
        if not right:
            await self.shelf.discard(upload.id)
        return right

    async def sweep(self) -> int:
        """Remove unfinished uploads whose time is over; returns how many."""
        over = (files.c.complete.is_(None), files.c.expires < time.time())
        async with self._database.writing() as connection:
            ids = list(await connection.scalars(sa.select(files.c.id).where(*over)))
            await connection.execute(files.delete().where(*over))
        for id in ids:
            await self.shelf.discard(id)
        return len(ids)

    async def discard(self, id: str) -> None:
        """Its row is gone already."""
        await self.shelf.discard(id)

    async def copy_out(self, id: str, to: Path) -> None:
        await asyncio.to_thread(shutil.copyfile, await self.shelf.local(id), to)

    async def copy_in(self, id: str, source: Path) -> None:
        await self.shelf.take(id, source)
