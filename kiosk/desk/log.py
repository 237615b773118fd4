"""The log of cases: puts events in with their seq, many senders to one commit, and reads them back; changes nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import msgspec

from kiosk.desk import queries
from kiosk.desk.database import Away, Database, Full
from kiosk.desk.head import Head, from_record
from kiosk.desk.hub import Hub
from kiosk.desk.posts import Group, Kept, Post, Row

GROUP = 256  # posts that share one commit
GROUP_EVENTS = 4096
_encoder = msgspec.json.Encoder()

Waiting = tuple[Post, asyncio.Future[Kept]]


class CaseLog:
    """Takes posts from many requests at once and writes them in groups, one commit a group."""

    def __init__(self, database: Database, hub: Hub, clock: Callable[[], float] = time.time) -> None:
        self.database = database
        self._hub = hub
        self._clock = clock
        self._waiting: asyncio.Queue[Waiting] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self.stored = 0

    def start(self) -> None:
        self._task = asyncio.create_task(self._write_for_ever(), name="case log")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def put(self, post: Post) -> Kept:
        """Returns once the disk has the events. Raises `NotYours`, `TooLate`, `Full`, `Away`."""
        answer: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((post, answer))
        return await answer

    async def _write_for_ever(self) -> None:
        while True:
            group = self._group(await self._waiting.get())
            try:
                await self._write(group)
            except (Full, Away) as e:
                for _, answer in group:
                    _tell(answer, e)
            except Exception:  # noqa: BLE001 - one bad post must not fail its neighbours: each alone
                await self._write_each(group)

    def _group(self, first: Waiting) -> list[Waiting]:
        group, events = [first], len(first[0].incoming)
        while len(group) < GROUP and events < GROUP_EVENTS and not self._waiting.empty():
            group.append(self._waiting.get_nowait())
            events += len(group[-1][0].incoming)
        return group

    async def _write_each(self, group: list[Waiting]) -> None:
        for one in group:
            try:
                await self._write([one])
            except Exception as e:  # noqa: BLE001 - its sender gets it; the log must go on
                _tell(one[1], e)

    async def _write(self, group: list[Waiting]) -> None:
        done = await self.database.append([post for post, _ in group], self._clock())
        self.stored += len(done.rows)
        self._spread(done)
        for (_, answer), kept in zip(group, done.answers, strict=True):
            _tell(answer, kept)

    def _spread(self, done: Group) -> None:
        by_case: dict[str, list[Row]] = {}
        for row in done.rows:
            by_case.setdefault(row.case_id, []).append(row)
        for case, rows in by_case.items():
            self._hub.stored(case, done.heads[case].kiosk, rows)
        for head in done.heads.values():
            self._hub.stored_in(head.case_id, head.kiosk, head.last_seq)


def _tell(answer: asyncio.Future[Kept], kept: Kept | Exception) -> None:
    if answer.done():  # the request was cancelled meanwhile
        return
    if isinstance(kept, Exception):
        answer.set_exception(kept)
    else:
        answer.set_result(kept)


async def load_head(database: Database, case: str) -> Head | None:
    found = await database.fetch(queries.ONE_HEAD, case)
    return from_record(found[0]) if found else None


async def page(
    database: Database, case: str, after: int, *, notes: bool, limit: int = queries.MISSED_AT_ONCE
) -> list[tuple[int, bytes]]:
    """Events of a case with a higher seq, in order; for kiosks without what experts write for each other."""
    query = queries.PAGE if notes else queries.PAGE_WITHOUT_NOTES
    rows = await database.fetch(query, case, after, limit)
    return [(seq, data if notes else for_kiosks(kind, data)) for seq, kind, data in rows]


def for_kiosks(kind: str, data: bytes) -> bytes:
    """A hand-over keeps id and seq, so that nothing is missing, but not its note."""
    if kind != "tier":
        return data
    event = msgspec.json.decode(data)
    event["body"].pop("note", None)
    return _encoder.encode(event)
