"""The queue among many cases and the page of a case with 1,000 events, on PostgreSQL, against the bare indexed query.

CASES=100000 (`desk_pages_full` has 1,000,000). What is measured is the answer to a browser that is signed in, page and
all, over a real socket; beside it the same rows by asyncpg alone. Medians of turns; 300 ms and 100 ms stand beside.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

from desk_parts import desk_of_tests

CASES = int(os.environ.get("CASES", "100000"))
EVENTS, TURNS, BAR = 1000, 9, 10.0
HEADS = """
INSERT INTO case_head (case_id, kiosk, state, last_seq, opened, changed, harm, expert, tier, replied, card)
SELECT 'case-' || n, 'kiosk-' || n % 5000, CASE WHEN n % 10 < 2 THEN 'waiting' WHEN n % 10 < 3 THEN 'taken' ELSE
'resolved' END, 3, n, n, n % 50 % 3, CASE WHEN n % 10 = 2 THEN 'p' || n % 40 ELSE '' END, 1, NULL, $1
FROM generate_series(1, $2) n
"""
QUEUE = "SELECT * FROM case_head WHERE state = 'waiting' ORDER BY harm, opened LIMIT 100"
LOG = "SELECT seq, stored, sender, data FROM events WHERE case_id = $1 ORDER BY seq"


def main(name: str = "desk_pages") -> None:
    from tests.desk import servers

    parts = desk_of_tests()
    with contextlib.ExitStack() as stack:
        postgres = stack.enter_context(servers.postgres(durable=False))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = postgres.database()
        desk = parts.Desk(folder / "desk", database=url)
        desk.start()
        stack.callback(desk.stop)
        kiosk = desk.kiosk()
        case = kiosk.open_case()
        for _ in range(2):
            more = [kiosk.event(case, "message", words=f"Line {n} of a long talk.") for n in range(EVENTS // 2)]
            assert kiosk.put(case, *more).status_code == 200
        card = postgres.run("SELECT card FROM case_head", url=url)[0][0][0]
        asyncio.run(fill(url, card))
        desk.person("bea")
        console = parts.Console(desk, "bea")
        browser = http.client.HTTPConnection("127.0.0.1", desk.port)
        cookies = "; ".join(f"{c.name}={c.value}" for c in console.session.cookies)
        headers = {"Cookie": cookies, "Accept": "text/html"}
        compare(f"{name}_queue", lambda: page(browser, "/", headers), lambda: bare(url, QUEUE), 100.0)
        compare(f"{name}_case", lambda: page(browser, f"/cases/{case}", headers), lambda: bare(url, LOG, case), 300.0)


async def fill(url: str, card: object) -> None:
    import asyncpg

    connection = await asyncpg.connect(url)
    await connection.execute(HEADS, card, CASES, timeout=900)
    await connection.execute("VACUUM ANALYZE case_head", timeout=900)
    await connection.close()


def page(browser: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> float:
    """Until the last byte is here; a client that costs little, for it is the desk that is measured."""
    began = time.perf_counter()
    browser.request("GET", path, headers=headers)
    answer = browser.getresponse()
    shown = answer.read()
    took = time.perf_counter() - began
    assert answer.status == 200
    assert b"</main>" in shown
    return took


def bare(url: str, query: str, *values: object) -> float:
    async def doing() -> float:
        import asyncpg

        connection = await asyncpg.connect(url)
        await connection.fetch(query, *values)
        began = time.perf_counter()
        await connection.fetch(query, *values)
        took = time.perf_counter() - began
        await connection.close()
        return took

    return asyncio.run(doing())


def compare(name: str, ours, theirs, milliseconds: float) -> None:
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(TURNS)]
    value = round(statistics.median(a for a, _ in pairs) / statistics.median(b for _, b in pairs), 2)
    more = {
        "cases": CASES,
        "page_ms": round(statistics.median(a for a, _ in pairs) * 1000, 1),
        "query_ms": round(statistics.median(b for _, b in pairs) * 1000, 2),
        "beside_ms": milliseconds,
    }
    told = {"bench": name, "value": value, "unit": "x bare indexed query", "bar": BAR, "holds": value <= BAR}
    print(json.dumps(told | more), flush=True)


if __name__ == "__main__":
    main()
