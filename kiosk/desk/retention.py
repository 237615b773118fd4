"""Removes what is kept too long, whole cases at a time, and writes down what went; touches nothing younger."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from kiosk.desk import audit
from kiosk.desk.database import Database
from kiosk.desk.head import RESOLVED
from kiosk.desk.options import Rules
from kiosk.desk.tables import case_head, codes, events, files, kiosks, retiring, sessions
from kiosk.desk.uploads import Files

DAY = 86400.0
AT_ONCE = 200  # cases a transaction, so that posts wait a moment only
JOB = "retention"


class Removed(Struct, frozen=True):
    """What a run removed, and what should have gone and is still there (nothing, or the run failed)."""

    cases: int = 0
    events: int = 0
    files: int = 0
    left: int = 0


async def retire(database: Database, store: Files, rules: Rules, now: float | None = None) -> Removed:
    """Remove all that is older than the rules say."""
    now = time.time() if now is None else now
    total = Removed()
    while rules.cases is not None and (cases := await _old_cases(database, now - rules.cases * DAY)):
        total = _sum(total, await remove(database, store, cases, JOB))
    if rules.files is not None:
        total = _sum(total, await _old_files(database, store, now - rules.files * DAY))
    await _old_doors(database, now - rules.doors * DAY)
    left = 0 if rules.cases is None else len(await _old_cases(database, now - rules.cases * DAY))
    return Removed(total.cases, total.events, total.files, left)


def _sum(one: Removed, other: Removed) -> Removed:
    return Removed(one.cases + other.cases, one.events + other.events, one.files + other.files)


async def _old_cases(database: Database, before: float) -> list[str]:
    old = (case_head.c.state == RESOLVED, case_head.c.changed < before)
    async with database.reading() as connection:
        return list(await connection.scalars(sa.select(case_head.c.case_id).where(*old).limit(AT_ONCE)))


async def cases_of_store(database: Database, store: str) -> list[str]:
    """All cases of all kiosks of a store."""
    own = sa.select(kiosks.c.id).where(kiosks.c.store == store)
    async with database.reading() as connection:
        return list(await connection.scalars(sa.select(case_head.c.case_id).where(case_head.c.kiosk.in_(own))))


async def remove(database: Database, store: Files, cases: Sequence[str], who: str) -> Removed:
    """Remove these cases with their events and files; the audit log says how many, and the hash of which."""
    async with database.writing("audit") as connection:
        await connection.execute(retiring.insert(), [{"case_id": case} for case in cases])
        gone = await _removed(connection, cases)
        done = await connection.execute(events.delete().where(events.c.case_id.in_(cases)))
        await connection.execute(case_head.delete().where(case_head.c.case_id.in_(cases)))
        await connection.execute(retiring.delete().where(retiring.c.case_id.in_(cases)))
        told = f"{len(cases)} cases, {done.rowcount} events, {len(gone)} files; {_which(cases)}"
        await audit.add(connection, who, "cases removed", told)
    for id in gone:
        await store.discard(id)
    return Removed(len(cases), done.rowcount, len(gone))


def _which(ids: Sequence[str]) -> str:
    """Proves later which they were, without naming them."""
    return f"sha256 of their ids {hashlib.sha256(chr(10).join(sorted(ids)).encode()).hexdigest()}"


async def _removed(connection: AsyncConnection, cases: Sequence[str]) -> list[str]:
    gone = list(await connection.scalars(sa.select(files.c.id).where(files.c.case_id.in_(cases))))
    await connection.execute(files.delete().where(files.c.case_id.in_(cases)))
    return gone


async def _old_files(database: Database, store: Files, before: float) -> Removed:
    old = files.c.complete < before
    async with database.writing("audit") as connection:
        gone = list(await connection.scalars(sa.select(files.c.id).where(old)))
        if not gone:
            return Removed()
        await connection.execute(files.delete().where(old))
        await audit.add(connection, JOB, "files removed", f"{len(gone)} files; {_which(gone)}")
    for id in gone:
        await store.discard(id)
    return Removed(files=len(gone))


async def _old_doors(database: Database, before: float) -> None:
    async with database.writing() as connection:
        await connection.execute(sessions.delete().where(sessions.c.seen < before))
        await connection.execute(codes.delete().where(codes.c.made < before))


async def erase_store(database: Database, store: Files, id: str, who: str) -> Removed:
    """Everything that a store's kiosks ever told, and who they were; the store itself stays as a name."""
    total = Removed()
    while cases := (await cases_of_store(database, id))[:AT_ONCE]:
        total = _sum(total, await remove(database, store, cases, who))
    async with database.writing("audit") as connection:
        await connection.execute(kiosks.update().where(kiosks.c.store == id).values(barred=True, name="erased"))
        await audit.add(connection, who, "store erased", f"{id}: {total.cases} cases, {total.events} events")
    return total
