"""Server-sent events and long polls over the log; everything sent was read from the database."""

from __future__ import annotations

import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kiosk.desk.head import RESOLVED
from kiosk.desk.hub import EXPERTS, Listener
from kiosk.desk.log import last_seq, page
from kiosk.desk.service import Service
from kiosk.desk.tables import case_head
from kiosk.model.case import EventPage, InboxItem, InboxPage

REMEMBERED = 86400.0  # a resolved case stays in the inbox for a day
BEAT = b": beat\n\n"
MOST_AT_ONCE = 500

Cursor = dict[str, int]
_cursor = msgspec.json.Decoder(Cursor)


def sse(event: str, data: bytes, id: str = "") -> bytes:
    """One message of a stream; our JSON has no line breaks outside of what it quotes."""
    head = f"id: {id}\n" if id else ""
    lines = b"\ndata: ".join(data.splitlines()) if b"\n" in data or b"\r" in data else data
    return f"{head}event: {event}\ndata: ".encode() + lines + b"\n\n"


def pack(cursor: Cursor) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def unpack(text: str) -> Cursor:
    """A cursor as the client sent it back; raises `msgspec.DecodeError` on rubbish."""
    try:
        return _cursor.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) if text else {}
    except (ValueError, UnicodeError) as e:
        raise msgspec.DecodeError(f"no cursor: {e}") from e


class Audience:
    """Who listens to one stream; asked now and then whether they may still hear."""

    def __init__(self, desk: Service, is_known: Callable[[], Awaitable[bool]]) -> None:
        self._desk = desk
        self._is_known = is_known
        self._asked = time.monotonic()  # the guard asked just now

    async def stays(self) -> bool:
        if self._desk.hub.draining:
            return False
        if time.monotonic() < self._asked + self._desk.options.limits.recheck:
            return True
        self._asked = time.monotonic()
        return await self._is_known()


async def case_stream(desk: Service, audience: Audience, case: str, after: int, *, notes: bool) -> AsyncIterator[bytes]:
    """All events of one case after a seq, then each as it comes."""
    with desk.hub.listen(f"case:{case}") as listener:
        yield BEAT
        while await audience.stays():
            while events := await _page(desk, case, after, notes=notes):
                after = events[-1][0]
                for seq, data in events:
                    yield sse("case", data, str(seq))
            if not await listener.wait(desk.options.limits.heartbeat):
                yield BEAT
            for words in listener.passed():
                yield sse("presence", words)


async def _page(
    desk: Service, case: str, after: int, *, notes: bool, limit: int = MOST_AT_ONCE
) -> list[tuple[int, bytes]]:
    async with desk.database.reading() as connection:
        return await page(connection, case, after, notes=notes, limit=limit)


async def case_page(
    desk: Service, case: str, after: int, wait: float, *, notes: bool, limit: int = MOST_AT_ONCE
) -> EventPage:
    """At most `limit` events after a seq; with `wait` answers as soon as there is one, or empty when the time is up.

    `last` is the highest seq of the case, whether it is in the page or not.
    """
    until = time.monotonic() + wait
    with desk.hub.listen(f"case:{case}") as listener:
        events = await _page(desk, case, after, notes=notes, limit=limit)
        while not events and (left := until - time.monotonic()) > 0 and not desk.hub.draining:
            await listener.wait(left)
            events = await _page(desk, case, after, notes=notes, limit=limit)
    async with desk.database.reading() as connection:
        last = await last_seq(connection, case)
    return EventPage(desk.database.epoch, tuple(msgspec.Raw(data) for _, data in events), last)


class Inbox:
    """What one kiosk has not seen yet of its cases; notes are never in it."""

    def __init__(self, desk: Service, kiosk: str, cursor: Cursor) -> None:
        self._desk = desk
        self._kiosk = kiosk
        self.cursor = cursor

    async def fresh(self, cases: set[str] | None = None) -> list[InboxItem]:
        """New events of these cases, None: of all; moves the cursor past them."""
        items: list[InboxItem] = []
        async with self._desk.database.reading() as connection:
            for case, last in await self._heads(connection, cases):
                after = self.cursor.get(case, 0)
                while after < last and (events := await page(connection, case, after, notes=False)):
                    after = events[-1][0]
                    items += [InboxItem(case, msgspec.Raw(data)) for _, data in events]
                self.cursor[case] = max(last, after)
        return items

    async def _heads(self, connection: AsyncConnection, cases: set[str] | None) -> list[tuple[str, int]]:
        c = case_head.c
        query = sa.select(c.case_id, c.last_seq).where(c.kiosk == self._kiosk)
        if cases is not None:
            query = query.where(c.case_id.in_(cases))
        else:
            known = c.case_id.in_(list(self.cursor)[:500])
            query = query.where(sa.or_(c.state != RESOLVED, c.changed > time.time() - REMEMBERED, known))
        rows = await connection.execute(query.order_by(c.opened))
        return [(row.case_id, row.last_seq) for row in rows if row.last_seq > self.cursor.get(row.case_id, 0)]

    async def prune(self) -> None:
        """Forget resolved cases, so that the cursor stays short."""
        c = case_head.c
        gone = sa.select(c.case_id).where(
            c.kiosk == self._kiosk, c.state == RESOLVED, c.changed <= time.time() - REMEMBERED
        )
        async with self._desk.database.reading() as connection:
            old = set(await connection.scalars(gone.where(c.case_id.in_(list(self.cursor)[:500]))))
        self.cursor = {case: seq for case, seq in self.cursor.items() if case not in old}


async def inbox_stream(desk: Service, audience: Audience, kiosk: str, cursor: Cursor) -> AsyncIterator[bytes]:
    """`hello` with the epoch, everything missed, then each event as it comes."""
    inbox = Inbox(desk, kiosk, dict(cursor))
    with desk.hub.listen(f"kiosk:{kiosk}") as listener:
        yield sse("hello", msgspec.json.encode({"epoch": desk.database.epoch}))
        items = await inbox.fresh()
        await inbox.prune()
        sent = dict(cursor)
        while await audience.stays():
            for item in items:
                sent[item.case] = msgspec.json.decode(item.event, type=_Seq).seq
                yield sse("case", msgspec.json.encode(item), pack(sent))
            sent = dict(inbox.cursor)
            items = await _next(desk, inbox, listener)
            for words in listener.passed():
                yield sse("presence", words)
            if not items:
                yield BEAT


async def _next(desk: Service, inbox: Inbox, listener: Listener) -> list[InboxItem]:
    if await listener.wait(desk.options.limits.heartbeat) and (cases := listener.taken()):
        return await inbox.fresh(cases)
    return []


class _Seq(msgspec.Struct, frozen=True):
    seq: int


async def inbox_page(desk: Service, kiosk: str, cursor: Cursor, wait: float) -> InboxPage:
    """The inbox as a long poll."""
    inbox = Inbox(desk, kiosk, dict(cursor))
    until = time.monotonic() + wait
    with desk.hub.listen(f"kiosk:{kiosk}") as listener:
        items = await inbox.fresh()
        while not items and (left := until - time.monotonic()) > 0 and not desk.hub.draining:
            await listener.wait(left)
            items = await inbox.fresh(listener.taken())
    await inbox.prune()
    return InboxPage(desk.database.epoch, pack(inbox.cursor), tuple(items))


async def expert_stream(desk: Service, audience: Audience) -> AsyncIterator[bytes]:
    """Hints for the queue: which cases changed, no more; the case stream has the truth."""
    with desk.hub.listen(EXPERTS) as listener:
        yield sse("hello", msgspec.json.encode({"epoch": desk.database.epoch}))
        while await audience.stays():
            came = await listener.wait(desk.options.limits.heartbeat)
            cases = listener.taken()
            for case in cases:
                yield sse("case", msgspec.json.encode({"case": case}))
            if not came:
                yield BEAT
