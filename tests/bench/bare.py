"""What the desk is measured against: bare ASGI applications on the same uvicorn, with no framework and no sign-in.

They stand for a bare Starlette handler, which is not among our packages and is slower than these. `writes` commits each
post by itself; `streams` also hands it to whoever listens. Run as `python bare.py FILE PORT`; prints when it listens.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys

EVENTS = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)"
TABLE = (
    "CREATE TABLE IF NOT EXISTS events (case_id TEXT, seq INTEGER, id TEXT, kind TEXT, sender TEXT, stored REAL,"
    " data BLOB, PRIMARY KEY (case_id, seq), UNIQUE (case_id, id))"
)


def open_file(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(TABLE)
    return connection


class SqliteStore:
    def __init__(self, where: str) -> None:
        self._connection = open_file(where)

    async def open(self) -> None:
        """Nothing to wait for."""

    async def put(self, rows: list[tuple[object, ...]]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(EVENTS, rows)
        self._connection.execute("COMMIT")

    async def missed(self, case: str, after: int) -> list[tuple[int, bytes]]:
        query = "SELECT seq, data FROM events WHERE case_id = ? AND seq > ? ORDER BY seq"
        return self._connection.execute(query, (case, after)).fetchall()


class PostgresStore:
    def __init__(self, where: str) -> None:
        self._where = where

    async def open(self) -> None:
        import asyncpg

        self._pool = await asyncpg.create_pool(self._where, min_size=8, max_size=8)
        await self._pool.execute(TABLE.replace("BLOB", "BYTEA").replace("REAL", "FLOAT8"))

    async def put(self, rows: list[tuple[object, ...]]) -> None:
        query = "INSERT INTO events VALUES ($1, $2, $3, $4, $5, $6, $7)"
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.executemany(query, rows)


class Bare:
    """POST /CASE with `{"events": [...]}` stores and answers the seqs; GET /CASE streams from Last-Event-ID on."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._store: SqliteStore | PostgresStore | None = None
        self._seqs: dict[str, int] = {}
        self._listeners: dict[str, set[asyncio.Queue[bytes]]] = {}

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["method"] == "POST":
            await self._post(scope, receive, send)
        else:
            await self._stream(scope, receive, send)

    async def _live(self, receive, send) -> None:
        await receive()
        self._store = (PostgresStore if "://" in self._where else SqliteStore)(self._where)
        await self._store.open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _post(self, scope, receive, send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        case = scope["path"][1:]
        rows, seqs = [], {}
        for event in json.loads(body)["events"]:
            seq = self._seqs[case] = self._seqs.get(case, 0) + 1
            seqs[event["id"]] = seq
            data = json.dumps(event | {"seq": seq}).encode()
            rows.append((case, seq, event["id"], event["body"]["kind"], "k", 0.0, data))
        await self._store.put(rows)
        for queue in self._listeners.get(case, ()):
            for row in rows:
                queue.put_nowait(message_of(row[1], row[6]))
        answer = json.dumps({"seqs": seqs}).encode()
        lines = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": lines})
        await send({"type": "http.response.body", "body": answer})

    async def _stream(self, scope, receive, send) -> None:
        """As Starlette streams: one task sends, another waits for the client to leave."""
        case = scope["path"][1:]
        last = next((int(value) for name, value in scope["headers"] if name == b"last-event-id"), 0)
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._listeners.setdefault(case, set()).add(queue)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        leaving = asyncio.create_task(until_gone(receive))
        sending = asyncio.create_task(self._send(case, last, queue, send))
        await asyncio.wait({leaving, sending}, return_when=asyncio.FIRST_COMPLETED)
        for task in (leaving, sending):
            task.cancel()
        self._listeners[case].discard(queue)

    async def _send(self, case: str, last: int, queue: asyncio.Queue[bytes], send) -> None:
        await send({"type": "http.response.body", "body": b": hello\n\n", "more_body": True})
        for seq, data in await self._store.missed(case, last):
            await send({"type": "http.response.body", "body": message_of(seq, data), "more_body": True})
        while True:
            await send({"type": "http.response.body", "body": await queue.get(), "more_body": True})


async def until_gone(receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def message_of(seq: int, data: bytes) -> bytes:
    return b"id: %d\nevent: case\ndata: %s\n\n" % (seq, data)


def main() -> None:
    import uvicorn

    config = uvicorn.Config(Bare(sys.argv[1]), port=int(sys.argv[2]), log_config=None, access_log=False, backlog=4096)
    server = uvicorn.Server(config)
    start = server.startup

    async def startup(sockets=None) -> None:
        await start(sockets)
        print("listens", flush=True)

    server.startup = startup  # type: ignore[method-assign]
    server.run()


if __name__ == "__main__":
    main()
