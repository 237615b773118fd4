"""A desk with one store for tests that look into its database: a kiosk, cases of several ages, a file with each."""

from __future__ import annotations

import json

import sqlalchemy as sa

from kiosk.desk import people
from kiosk.desk.database import Database
from kiosk.desk.hub import Hub
from kiosk.desk.log import CaseLog
from kiosk.desk.options import Options
from kiosk.desk.posts import Post, incoming
from kiosk.desk.retention import DAY
from kiosk.desk.tables import files
from kiosk.desk.uploads import Files
from kiosk.model.case import Enrol

NOW = 1_800_000_000.0
PLAIN = b"bytes of a bundle"


class World:
    """A store with a kiosk, cases of several ages, a file with each."""

    def __init__(self, options: Options, database: Database) -> None:
        self.options = options
        self.database = database
        self.store = Files.of(options, database)
        self.kiosk = ""

    async def enter(self) -> None:
        await people.add_store(self.database, "s1", "Bakery")
        code = await people.make_code(self.database, "s1")
        self.kiosk = (await people.enrol(self.database, Enrol(code, "Till PC", "cA=="), 900.0)).kiosk

    async def case(self, name: str, age: float, *, resolved: bool = True) -> None:
        log = CaseLog(self.database, Hub(), lambda: NOW - age * DAY)
        log.start()
        bodies = [
            {"kind": "opened", "store": "Bakery", "till": "1", "terminal": "X"},
            {"kind": "message", "words": "Hi"},
        ]
        bodies += [{"kind": "resolved", "cause": "cable.broken", "remedy": "cable.spare"}] if resolved else []
        await log.put(Post(name, tuple(self._event(name, n, body) for n, body in enumerate(bodies)), self.kiosk))
        await log.stop()
        upload = await self.store.create(self.kiosk, name, "b", "0" * 64, len(PLAIN))
        (self.options.files / upload.id).write_bytes(PLAIN)
        async with self.database.writing() as connection:
            await connection.execute(files.update().where(files.c.id == upload.id).values(complete=NOW - age * DAY))

    def _event(self, case: str, n: int, body: dict[str, object]):
        author = {"side": "store", "id": self.kiosk}
        told = {"id": f"{case}-{n}", "case": case, "author": author, "at": "2026-11-22T10:00:00Z", "body": body}
        return incoming(json.dumps(told).encode())

    async def count(self, table: sa.Table) -> int:
        async with self.database.reading() as connection:
            return await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0

    def on_disk(self) -> int:
        return sum(path.is_file() for path in self.options.files.iterdir())
