"""Events into the desk over real sockets, against what the disk allows and against a bare ASGI handler.

The desk is a process of its own; rounds are turn and turn about, each value is the median ratio of events a second.
`desk_events`: 50 a post into one case over four connections, against plain SQLite FULL inserts of the same batches.
`desk_single`: one event a post from 32 connections, against a bare ASGI application on the same uvicorn that commits
each by itself (it stands for a bare Starlette handler, which is not installed). `POSTGRES=1`: both on PostgreSQL with
asyncpg, the first against asyncpg by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from desk_parts import bare, batches, desk_of_tests, drive

ROUNDS, BATCH, LINES = 5, 50, 32
POSTS = int(os.environ.get("BENCH_POSTS", "24"))


def main() -> None:
    parts = desk_of_tests()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        rivals: dict[str, tuple[object, str]] = {"sqlite": (None, str(folder / "bare.sqlite3"))}
        rivals |= {"postgres": postgres(stack)} if os.environ.get("POSTGRES", "1") == "1" else {}
        for name, (database, beside) in rivals.items():
            desk = parts.Desk(folder / name, database=database)
            desk.start()
            stack.callback(desk.stop)
            port, _ = stack.enter_context(bare(beside))
            kiosk = desk.kiosk()
            measure(name, desk, kiosk, port, folder, str(database or ""))


def postgres(stack: contextlib.ExitStack) -> tuple[str, str]:
    from tests.desk import servers

    server = stack.enter_context(servers.postgres(durable=True))
    return server.database(), server.database()


def measure(name: str, desk, kiosk, port: int, folder: Path, database: str) -> None:
    pairs = []
    for n in range(ROUNDS):
        ours = (over_http(desk, kiosk, 1), over_http(desk, kiosk, 4))
        pairs.append(
            (*ours, plain(folder / f"{name}{n}.sqlite3") if name == "sqlite" else asyncio.run(by_asyncpg(database)))
        )
    more = {
        "over_one_connection": middle(a / c for a, _, c in pairs),
        "events_a_second": middle((b for _, b, _ in pairs), 0),
    }
    tell(f"desk_events_{name}", middle(b / c for _, b, c in pairs), "x plain inserts", 0.6, more)
    singles = [(single(desk, kiosk), beside(port, kiosk)) for _ in range(ROUNDS)]
    rates = {"events_a_second": middle((a for a, _ in singles), 0), "bare_a_second": middle((b for _, b in singles), 0)}
    tell(f"desk_single_{name}", middle(a / b for a, b in singles), "x bare ASGI handler", 1.0, rates)


def middle(values, digits: int = 3) -> float:
    return round(statistics.median(values), digits)


def tell(bench: str, value: float, unit: str, bar: float, more: dict[str, float]) -> None:
    print(
        json.dumps({"bench": bench, "value": value, "unit": unit, "bar": bar, "holds": value >= bar} | more), flush=True
    )


def over_http(desk, kiosk, lines: int) -> float:
    """Events a second of one case, 50 a post."""
    case = kiosk.open_case()
    path = f"/api/cases/{case}/events"
    sent = [batches(kiosk, case, POSTS // lines, BATCH, path, kiosk.headers) for _ in range(lines)]
    return POSTS * BATCH / asyncio.run(drive(desk.port, sent))


def single(desk, kiosk) -> float:
    """Events a second, one a post, each connection with a case of its own."""
    cases = [kiosk.open_case() for _ in range(LINES)]
    sent = [batches(kiosk, case, POSTS, 1, f"/api/cases/{case}/events", kiosk.headers) for case in cases]
    return POSTS * LINES / asyncio.run(drive(desk.port, sent))


def beside(port: int, kiosk) -> float:
    stem = f"case-{time.monotonic_ns()}"
    sent = [batches(kiosk, f"{stem}-{n}", POSTS, 1, f"/{stem}-{n}", kiosk.headers) for n in range(LINES)]
    return POSTS * LINES / asyncio.run(drive(port, sent))


def rows(post: int) -> list[tuple[object, ...]]:
    """Of the size and with the keys that the desk's rows have."""
    from kiosk.desk.posts import new_id

    case, data = "0192f7a0-0000-7000-8000-00000000abcd", b"x" * 250
    return [(case, post * BATCH + n, new_id(), "message", "k", 0.0, data) for n in range(BATCH)]


TABLE = (
    "CREATE TABLE events (case_id TEXT, seq INTEGER, id TEXT, kind TEXT, sender TEXT, stored {real}, data {blob},"
    " PRIMARY KEY (case_id, seq), UNIQUE (case_id, id))"
)


def plain(file: Path) -> float:
    """The same number of rows, a commit for each batch."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(TABLE.format(real="REAL", blob="BLOB"))
    posts = [rows(post) for post in range(POSTS)]
    began = time.perf_counter()
    for some in posts:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", some)
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return POSTS * BATCH / took


async def by_asyncpg(url: str) -> float:
    """The same on PostgreSQL, with asyncpg alone."""
    import asyncpg

    connection = await asyncpg.connect(url)
    await connection.execute("CREATE SCHEMA IF NOT EXISTS bench; SET search_path = bench; DROP TABLE IF EXISTS events")
    await connection.execute(TABLE.format(real="FLOAT8", blob="BYTEA"))
    posts = [rows(post) for post in range(POSTS)]
    began = time.perf_counter()
    for some in posts:
        async with connection.transaction():
            await connection.executemany("INSERT INTO events VALUES ($1, $2, $3, $4, $5, $6, $7)", some)
    took = time.perf_counter() - began
    await connection.close()
    return POSTS * BATCH / took


if __name__ == "__main__":
    main()
