"""Once a day one of all workers removes what is too old; must never stand in the way of the service."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa
import structlog

from kiosk.desk.database import Away, Database, Full
from kiosk.desk.options import Rules
from kiosk.desk.retention import JOB, retire
from kiosk.desk.tables import about
from kiosk.desk.uploads import Files

_log = structlog.get_logger("desk")
LOOKS = 3600.0  # seconds between two looks whether the day is done


async def retire_daily(
    database: Database, store: Files, rules: Rules, clock: Callable[[], float] = time.time, looks: float = LOOKS
) -> None:
    """For ever. A day that failed half-way is begun again at the next look."""
    while True:
        try:
            await retire_today(database, store, rules, clock())
        except (Away, Full, OSError) as e:
            _log.warning("retention", trouble=str(e))
        await asyncio.sleep(looks)


async def retire_today(database: Database, store: Files, rules: Rules, now: float) -> bool:
    """Whether this worker did it: the first that asks on a day (UTC) does."""
    day = datetime.fromtimestamp(now, UTC).date().isoformat()
    if not await _claimed(database, day):
        return False
    try:
        done = await retire(database, store, rules, now)
    except BaseException:
        await _put_back(database, day)
        raise
    say = _log.warning if done.left else _log.info
    say("retention", cases=done.cases, events=done.events, files=done.files, left=done.left)
    return True


async def _claimed(database: Database, day: str) -> bool:
    async with database.writing(JOB) as connection:
        last = await connection.scalar(sa.select(about.c.value).where(about.c.name == JOB))
        if last is None:
            await connection.execute(about.insert(), [{"name": JOB, "value": day}])
        elif last < day:
            await connection.execute(about.update().where(about.c.name == JOB).values(value=day))
        return last is None or last < day


async def _put_back(database: Database, day: str) -> None:
    async with database.writing(JOB) as connection:
        mine = (about.c.name == JOB, about.c.value == day)
        await connection.execute(about.update().where(*mine).values(value=""))
