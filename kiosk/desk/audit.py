"""The audit log: who did what, append-only, each row chained by hash to the one before; never holds secrets."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kiosk.desk.database import Database
from kiosk.desk.tables import audit

BEGINNING = "0" * 64


def link(before: str, number: int, at: str, who: str, what: str, about: str) -> str:
    """The chain value of a row: SHA-256 over the one before and all that the row says."""
    return hashlib.sha256(msgspec.json.encode([before, number, at, who, what, about])).hexdigest()


async def note(database: Database, who: str, what: str, about: str = "") -> None:
    """Add a row; it is on disk when this returns."""
    async with database.writing("audit") as connection:
        await add(connection, who, what, about)


async def add(connection: AsyncConnection, who: str, what: str, about: str = "") -> None:
    """Add a row in a transaction of the turn `audit`."""
    at = datetime.now(UTC).isoformat()
    newest = sa.select(audit.c.number, audit.c.chain).order_by(audit.c.number.desc()).limit(1)
    last = (await connection.execute(newest)).first()
    number, before = (1, BEGINNING) if last is None else (last.number + 1, last.chain)
    chain = link(before, number, at, who, what, about)
    row = {"number": number, "at": at, "who": who, "what": what, "about": about, "chain": chain}
    await connection.execute(audit.insert(), row)


async def verify(database: Database) -> tuple[int, int | None]:
    """How many rows there are, and the number of the first that was changed or is missing (None: all good)."""
    before, expected = BEGINNING, 1
    async with database.reading() as connection:
        for row in await connection.execute(sa.select(audit).order_by(audit.c.number)):
            true = link(before, expected, row.at, row.who, row.what, row.about)
            if row.number != expected or row.chain != true:
                return expected - 1, expected
            before, expected = row.chain, expected + 1
    return expected - 1, None
