"""The log of cases: puts events in with their seq, many senders to one commit, and reads them back; changes nothing."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import Callable, Iterable, Sequence

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from kiosk.desk.database import Database
from kiosk.desk.head import Head, Placed, as_row, fold, from_row
from kiosk.desk.hub import Hub
from kiosk.desk.tables import case_head, events
from kiosk.errors import Rejected
from kiosk.model.case import Author, CaseEvent, Opened, decode_event
from kiosk.model.ids import CROCKFORD, case_number, uuid7

GROUP = 64  # posts that share one commit


class NotYours(Rejected):
    """The case belongs to somebody else, or there is none: the sender is never told which."""

    cure = "Open it with an `opened` event, or ask the desk."


class TooLate(Rejected):
    """Somebody else was faster."""

    cure = "Load the page again."


class Incoming(Struct, frozen=True):
    """An event that passed its checks, with its body as the sender wrote it."""

    event: CaseEvent
    body: bytes
    at: bytes


class Post(Struct, frozen=True):
    """One batch; a kiosk may write to its own cases only, experts and the desk to every case."""

    case: str
    incoming: tuple[Incoming, ...]
    sender: str
    is_kiosk: bool = False
    only_in: str = ""  # state the case must still be in


class Kept(Struct, frozen=True):
    """The answer to a post."""

    number: str
    seqs: dict[str, int]


class _Wire(Struct, frozen=True, omit_defaults=True):
    id: str
    case: str
    author: Author
    at: msgspec.Raw
    body: msgspec.Raw
    seq: int
    restored: bool = False
    schema: int = 0


class _Parts(Struct, frozen=True):
    at: msgspec.Raw
    body: msgspec.Raw


_PUT, _SAVE = events.insert(), case_head.insert().prefix_with("OR REPLACE")
_parts = msgspec.json.Decoder(_Parts)
_encoder = msgspec.json.Encoder()


def incoming(raw: bytes) -> Incoming:
    """Check one event as it came; raises `msgspec.ValidationError` or `msgspec.DecodeError`."""
    parts = _parts.decode(raw)
    return Incoming(decode_event(raw), bytes(parts.body), bytes(parts.at))


def wire(item: Incoming, seq: int) -> bytes:
    """The event with its seq, its body byte for byte as it came."""
    e = item.event
    at, body = msgspec.Raw(item.at), msgspec.Raw(item.body)
    return _encoder.encode(_Wire(e.id, e.case, e.author, at, body, seq, e.restored, e.schema))


def number_of(case: str) -> str:
    """The six characters people say; for an id that is no UUID they come from its hash."""
    try:
        return case_number(case)
    except ValueError:
        value = int.from_bytes(hashlib.sha256(case.encode()).digest()[:4], "big")
        return "".join(CROCKFORD[value >> shift & 31] for shift in range(25, -1, -5))


class CaseLog:
    """Takes posts from many requests at once and writes them in groups, one commit a group."""

    def __init__(self, database: Database, hub: Hub, clock: Callable[[], float] = time.time) -> None:
        self.database = database
        self._hub = hub
        self._clock = clock
        self._waiting: asyncio.Queue[tuple[Post, asyncio.Future[Kept]]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self.stored = 0

    def start(self) -> None:
        self._task = asyncio.create_task(self._write_for_ever(), name="case log")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def put(self, post: Post) -> Kept:
        """Returns once the disk has the events. Raises `NotYours`."""
        answer: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        await self._waiting.put((post, answer))
        return await answer

    async def _write_for_ever(self) -> None:
        while True:
            group = [await self._waiting.get()]
            while len(group) < GROUP and not self._waiting.empty():
                group.append(self._waiting.get_nowait())
            try:
                await self._write(group)
            except Exception:  # noqa: BLE001 - one bad post must not fail its neighbours: each alone
                await self._write_each(group)

    async def _write_each(self, group: list[tuple[Post, asyncio.Future[Kept]]]) -> None:
        for one in group:
            try:
                await self._write([one])
            except Exception as e:  # noqa: BLE001 - its sender gets it; the log must go on
                if not one[1].done():
                    one[1].set_exception(e)

    async def _write(self, group: list[tuple[Post, asyncio.Future[Kept]]]) -> None:
        done: list[tuple[asyncio.Future[Kept], Kept | Rejected]] = []
        heads: dict[str, Head] = {}

        def store(connection: sa.Connection) -> None:
            for post, answer in group:
                try:
                    done.append((answer, self._store(connection, post, heads)))
                except Rejected as e:
                    done.append((answer, e))
            if heads:
                connection.execute(_SAVE, [as_row(head) for head in heads.values()])

        await self.database.write(store)
        for head in heads.values():
            self._hub.changed(head.case_id, head.kiosk)
        for answer, kept in done:
            _tell(answer, kept)

    def _store(self, connection: sa.Connection, post: Post, heads: dict[str, Head]) -> Kept:
        head = heads.get(post.case) or _head(connection, post.case)
        number = number_of(post.case)
        _must_be_theirs(post, head)
        seqs = _known(connection, post.case, [i.event.id for i in post.incoming])
        rows: list[dict[str, object]] = []
        now = self._clock()
        for item in post.incoming:
            if item.event.id in seqs:
                continue
            seq = (head.last_seq if head else 0) + 1
            seqs[item.event.id] = seq
            head = fold(head, Placed(item.event, seq, now, post.sender), number)
            rows.append(_row(item, seq, now, post.sender))
        if rows and head is not None:
            connection.execute(_PUT, rows)
            heads[post.case] = head
            self.stored += len(rows)
        return Kept(number, seqs)


def _tell(answer: asyncio.Future[Kept], kept: Kept | Rejected) -> None:
    if answer.done():  # the request was cancelled meanwhile
        return
    if isinstance(kept, Rejected):
        answer.set_exception(kept)
    else:
        answer.set_result(kept)


def _must_be_theirs(post: Post, head: Head | None) -> None:
    if head is None:
        first = post.incoming[0].event if post.incoming else None
        if first is None or not isinstance(first.body, Opened):
            raise NotYours("This case is not yours, or there is none.")
    elif post.is_kiosk and head.kiosk != post.sender:
        raise NotYours("This case is not yours, or there is none.")
    elif post.only_in and head.state != post.only_in:
        raise TooLate(f"{head.card.expert_name or 'Somebody'} has this case.")


def _row(item: Incoming, seq: int, now: float, sender: str) -> dict[str, object]:
    e = item.event
    row: dict[str, object] = {"case_id": e.case, "seq": seq, "id": e.id, "kind": e.kind, "sender": sender}
    return row | {"stored": now, "data": wire(item, seq)}


def _known(connection: sa.Connection, case: str, ids: Sequence[str]) -> dict[str, int]:
    query = sa.select(events.c.id, events.c.seq).where(events.c.case_id == case, events.c.id.in_(ids))
    return {row.id: row.seq for row in connection.execute(query)}


def _head(connection: sa.Connection, case: str) -> Head | None:
    row = connection.execute(sa.select(case_head).where(case_head.c.case_id == case)).first()
    return None if row is None else from_row(row)


async def load_head(connection: AsyncConnection, case: str) -> Head | None:
    return await connection.run_sync(_head, case)


async def page(
    connection: AsyncConnection, case: str, after: int, *, notes: bool, limit: int = 500
) -> list[tuple[int, bytes]]:
    """Events of a case with a higher seq, in order; for kiosks without what experts write for each other."""
    query = sa.select(events.c.seq, events.c.kind, events.c.data).where(events.c.case_id == case, events.c.seq > after)
    if not notes:
        query = query.where(events.c.kind != "note")
    rows = await connection.execute(query.order_by(events.c.seq).limit(limit))
    return [(row.seq, row.data if notes else _for_kiosks(row.kind, row.data)) for row in rows]


def _for_kiosks(kind: str, data: bytes) -> bytes:
    """A hand-over keeps id and seq, so that nothing is missing, but not its note."""
    if kind != "tier":
        return data
    event = msgspec.json.decode(data)
    event["body"].pop("note", None)
    return _encoder.encode(event)


async def last_seq(connection: AsyncConnection, case: str) -> int:
    return await connection.scalar(sa.select(case_head.c.last_seq).where(case_head.c.case_id == case)) or 0


def folded(case: str, rows: Iterable[tuple[int, float, str, bytes]]) -> Head | None:
    """The head of a case from its whole log: (seq, stored, sender, data) in order."""
    head: Head | None = None
    for seq, stored, sender, data in rows:
        head = fold(head, Placed(decode_event(data), seq, stored, sender), number_of(case))
    return head


def new_id(now: float | None = None) -> str:
    """A UUIDv7 of the desk's own."""
    return uuid7(int((time.time() if now is None else now) * 1000), secrets.token_bytes(10))
