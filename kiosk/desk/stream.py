"""Server-sent events and long polls over the log; what a stream did not get handed it reads from the database."""

from __future__ import annotations

import base64
import time
from collections.abc import Awaitable, Callable, Iterable

import msgspec

from kiosk.desk import queries
from kiosk.desk.hub import Listener, News
from kiosk.desk.log import for_kiosks, load_head, page
from kiosk.desk.posts import Row
from kiosk.desk.service import Service
from kiosk.model.case import EventPage, InboxItem, InboxPage

REMEMBERED = 86400.0  # a resolved case stays in the inbox for a day
BEAT = b": beat\n\n"
MOST_AT_ONCE = queries.MISSED_AT_ONCE

Cursor = dict[str, int]
Say = Callable[[bytes], Awaitable[None]]
Stays = Callable[[], Awaitable[bool]]
_cursor = msgspec.json.Decoder(Cursor)
_encode = msgspec.json.Encoder().encode


def sse(event: str, data: bytes, id: str = "") -> bytes:
    """One message of a stream; our JSON has no line breaks outside of what it quotes."""
    head = f"id: {id}\n" if id else ""
    lines = b"\ndata: ".join(data.splitlines()) if b"\n" in data or b"\r" in data else data
    return f"{head}event: {event}\ndata: ".encode() + lines + b"\n\n"


def pack(cursor: Cursor) -> str:
    return base64.urlsafe_b64encode(_encode(cursor)).decode().rstrip("=")


def unpack(text: str) -> Cursor:
    """A cursor as the client sent it back; raises `msgspec.DecodeError` on rubbish."""
    try:
        return _cursor.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) if text else {}
    except (ValueError, UnicodeError) as e:
        raise msgspec.DecodeError(f"no cursor: {e}") from e


def _hello(desk: Service) -> bytes:
    return sse("hello", _encode({"epoch": desk.database.epoch}))


def _aside(news: News) -> bytes:
    """What passes through, and a beat where nothing else was said."""
    words = b"".join(sse("presence", words) for words in news.words)
    return words or (BEAT if news.beat else b"")


class CaseLine:
    """One case's events on their way to one listener."""

    def __init__(self, desk: Service, case: str, after: int, *, notes: bool) -> None:
        self._desk = desk
        self._case = case
        self._notes = notes
        self.after = after

    async def missed(self, say: Say) -> None:
        while events := await page(self._desk.database, self._case, self.after, notes=self._notes):
            self.after = events[-1][0]
            await say(b"".join(sse("case", data, str(seq)) for seq, data in events))
            if len(events) < MOST_AT_ONCE:
                return

    def handed(self, rows: Iterable[Row]) -> bytes | None:
        """The messages for rows that follow on each other; None where some are missing between."""
        out: list[bytes] = []
        for row in rows:
            if row.seq > self.after + 1:
                return None
            if row.seq == self.after + 1:
                self.after = row.seq
                if self._notes:
                    out.append(sse("case", row.data, str(row.seq)))
                elif row.kind != "note":
                    out.append(sse("case", for_kiosks(row.kind, row.data), str(row.seq)))
        return b"".join(out)


async def case_stream(
    desk: Service, listener: Listener, stays: Stays, say: Say, case: str, after: int, *, notes: bool
) -> None:
    """All events of one case after a seq, then each as it comes."""
    line = CaseLine(desk, case, after, notes=notes)
    await say(BEAT)
    await line.missed(say)
    while True:
        news = await listener.news()
        if not await stays():
            return
        before = line.after
        out = None if news.hint else line.handed(news.rows)
        if out is None:
            line.after = before
            await line.missed(say)
            out = b""
        if out := out + _aside(news):
            await say(out)


async def case_page(
    desk: Service, case: str, after: int, wait: float, *, notes: bool, limit: int = MOST_AT_ONCE
) -> EventPage:
    """At most `limit` events after a seq; with `wait` answers as soon as there is one, or empty when the time is up.

    `last` is the highest seq of the case, whether it is in the page or not.
    """
    until = time.monotonic() + wait
    with desk.hub.listen(f"case:{case}") as listener:
        events = await page(desk.database, case, after, notes=notes, limit=limit)
        while not events and (left := until - time.monotonic()) > 0 and not desk.hub.draining:
            await listener.wait(left)
            events = await page(desk.database, case, after, notes=notes, limit=limit)
    head = await load_head(desk.database, case)
    last = 0 if head is None else head.last_seq
    return EventPage(desk.database.epoch, tuple(msgspec.Raw(data) for _, data in events), last)


class Inbox:
    """What one kiosk has not seen yet of its cases; notes are never in it."""

    def __init__(self, desk: Service, kiosk: str, cursor: Cursor) -> None:
        self._desk = desk
        self._kiosk = kiosk
        self.cursor = cursor

    async def missed(self) -> tuple[list[InboxItem], bool]:
        """News from the database and whether there may be more; moves the cursor past them."""
        seen = _encode(self.cursor).decode()
        rows = await self._desk.database.fetch(
            queries.MISSED, seen, self._kiosk, time.time() - REMEMBERED, MOST_AT_ONCE
        )
        items = [
            InboxItem(case, msgspec.Raw(for_kiosks(kind, data))) for case, _, seq, kind, data in rows if seq is not None
        ]
        more = len(rows) == MOST_AT_ONCE and bool(items)
        if more:
            self.cursor = self.cursor | {case: seq for case, _, seq, _, _ in rows if seq is not None}
        else:
            self.cursor = {case: max(last, self.cursor.get(case, 0)) for case, last, *_ in rows}
        return items, more

    async def send_missed(self, say: Say, first: bytes = b"") -> None:
        """All that was missed, each with the cursor as it stands once it was read, after what must be said first."""
        more = True
        while more:
            at = dict(self.cursor)
            items, more = await self.missed()
            out, first = [first], b""
            for item in items:
                at[item.case] = msgspec.json.decode(item.event, type=_Seq).seq
                out.append(sse("case", _encode(item), pack(at)))
            if told := b"".join(out):
                await say(told)

    def handed(self, rows: Iterable[Row]) -> bytes | None:
        """The messages for rows that follow on what is known; None where some are missing between."""
        out: list[bytes] = []
        for row in rows:
            seen = self.cursor.get(row.case_id, 0)
            if row.seq > seen + 1:
                return None
            if row.seq == seen + 1:
                self.cursor[row.case_id] = row.seq
                if row.kind != "note":
                    item = InboxItem(row.case_id, msgspec.Raw(for_kiosks(row.kind, row.data)))
                    out.append(sse("case", _encode(item), pack(self.cursor)))
        return b"".join(out)


class _Seq(msgspec.Struct, frozen=True):
    seq: int


async def inbox_stream(desk: Service, listener: Listener, stays: Stays, say: Say, kiosk: str, cursor: Cursor) -> None:
    """`hello` with the epoch, everything missed, then each event as it comes."""
    inbox = Inbox(desk, kiosk, dict(cursor))
    await inbox.send_missed(say, _hello(desk))
    while True:
        news = await listener.news()
        if not await stays():
            return
        before = dict(inbox.cursor) if news.rows else inbox.cursor
        out = None if news.hint else inbox.handed(news.rows)
        if out is None:
            inbox.cursor = before
            await inbox.send_missed(say)
            out = b""
        if out := out + _aside(news):
            await say(out)


async def inbox_page(desk: Service, kiosk: str, cursor: Cursor, wait: float) -> InboxPage:
    """The inbox as a long poll."""
    inbox = Inbox(desk, kiosk, dict(cursor))
    until = time.monotonic() + wait
    with desk.hub.listen(f"kiosk:{kiosk}") as listener:
        items, _ = await inbox.missed()
        while not items and (left := until - time.monotonic()) > 0 and not desk.hub.draining:
            await listener.wait(left)
            items, _ = await inbox.missed()
    return InboxPage(desk.database.epoch, pack(inbox.cursor), tuple(items))


async def expert_stream(desk: Service, listener: Listener, stays: Stays, say: Say) -> None:
    """Hints for the queue: which cases changed, no more; the case stream has the truth."""
    await say(_hello(desk))
    while True:
        news = await listener.news()
        if not await stays():
            return
        cases = b"".join(sse("case", _encode({"case": case})) for case in news.cases)
        if out := cases + _aside(news):
            await say(out)
