"""Events into one case, 50 a post over a real socket, against plain SQLite FULL inserts of the same batches.

The desk is a process of its own; rounds are turn and turn about, the value is the median ratio of events a second.
"""

from __future__ import annotations

import importlib.util
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import requests

BAR, ROUNDS, POSTS, BATCH = 0.6, 5, 30, 50


def main() -> None:
    spec = importlib.util.spec_from_file_location("desk_of_tests", Path(__file__).parents[1] / "desk" / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    parts = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = parts
    spec.loader.exec_module(parts)
    with tempfile.TemporaryDirectory() as folder:
        desk = parts.Desk(Path(folder) / "desk")
        desk.start()
        try:
            kiosk = desk.kiosk()
            line = requests.Session()
            pairs = [(over_http(kiosk, line), plain(Path(folder) / f"plain{n}.sqlite3")) for n in range(ROUNDS)]
        finally:
            desk.stop()
    value = round(statistics.median(ours / theirs for ours, theirs in pairs), 3)
    more = {
        "events_a_second": round(statistics.median(p[0] for p in pairs)),
        "plain_a_second": round(statistics.median(p[1] for p in pairs)),
    }
    told = {"bench": "desk_events", "value": value, "unit": "x plain SQLite FULL", "bar": BAR, "holds": value >= BAR}
    print(json.dumps(told | more))


def over_http(kiosk, line: requests.Session) -> float:
    """Events a second of one case over one connection."""
    case = kiosk.open_case()
    bodies = [
        json.dumps({"events": [kiosk.event(case, "message", words=f"Line {n}") for n in range(BATCH)]}).encode()
        for _ in range(POSTS)
    ]
    address = f"{kiosk.desk.url}/api/cases/{case}/events"
    began = time.perf_counter()
    for body in bodies:
        assert line.post(address, data=body, headers=kiosk.headers, timeout=30).status_code == 200
    return POSTS * BATCH / (time.perf_counter() - began)


def plain(file: Path) -> float:
    """The same number of rows of the same size with the same keys, a commit for each batch."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "CREATE TABLE events (case_id TEXT, seq INTEGER, id TEXT, kind TEXT, sender TEXT, stored REAL, data BLOB,"
        " PRIMARY KEY (case_id, seq), UNIQUE (case_id, id))"
    )
    data = b"x" * 250
    began = time.perf_counter()
    for post in range(POSTS):
        rows = [
            ("0192f7a0-0000-7000-8000-00000000abcd", post * BATCH + n, f"id-{post}-{n}", "message", "k", 0.0, data)
            for n in range(BATCH)
        ]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return POSTS * BATCH / took


if __name__ == "__main__":
    main()
