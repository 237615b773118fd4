"""Idle kiosks' streams on one desk, against a bare ASGI stream over SQLite FULL on the same uvicorn, in one run.

The bare one stands for a bare Starlette stream, which is not installed and costs more. STREAMS=1000 (the bench
`desk_streams_full` has 10,000), ROUNDS=3, turn and turn about; plain loopback. Values are median ratios:
`p99`: from a store's post to the expert's stream at 200 messages/s, each durable before it is acknowledged,
while all the idle streams are open; `kib`: growth of the process a stream; `reconnect`: all come back
with one missed event each.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from desk_parts import HERE, bare, desk_of_tests, request

STREAMS = int(os.environ.get("STREAMS", "1000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
SECONDS = float(os.environ.get("SECONDS", "6"))
RATE, TALKING, CLIENTS = 200, 40, 4


class Side:
    """One of the two that are measured: where its streams are and what they send."""

    hello: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def streams(self) -> list[tuple[str, dict[str, str]]]:
        """Of idle kiosks, that have seen the first event of their case."""
        raise NotImplementedError

    def miss(self) -> None:
        """One more event in each case while nobody listens."""
        raise NotImplementedError


class BareSide(Side):
    hello = ": hello"

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        super().__init__(folder)
        self.file = folder / "bare.sqlite3"
        self.port, self.pid = stack.enter_context(bare(str(self.file)))
        self._rows(1)

    def streams(self) -> list[tuple[str, dict[str, str]]]:
        return [(f"/idle-{n:06d}", {"Last-Event-ID": "1"}) for n in range(STREAMS)]

    def miss(self) -> None:
        self._rows(2)

    def _rows(self, seq: int) -> None:
        rows = [(f"idle-{n:06d}", seq, f"event-{seq}", "message", "k", 0.0, b"{}" + b" " * 250) for n in range(STREAMS)]
        with contextlib.closing(sqlite3.connect(self.file, timeout=30)) as connection:
            connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            connection.commit()

    def talk(self, n: int) -> tuple[str, str, dict[str, str], dict[str, str]]:
        return f"/talk-{n}", f"/talk-{n}", {}, {}

    def message(self, n: int, id: str) -> dict[str, object]:
        author = {"side": "store", "id": "k"}
        body = {"kind": "message", "words": f"sent {time.perf_counter()} "}
        return {"id": id, "case": f"talk-{n}", "author": author, "at": "2026-11-22T10:41:00Z", "body": body}


class DeskSide(Side):
    hello = "event: hello"

    def __init__(self, folder: Path, stack: contextlib.ExitStack, *more: str, **places: str) -> None:
        super().__init__(folder)
        self.parts = desk_of_tests()
        self.desk = self.parts.Desk(folder / "desk", **places)
        self.desk.do(self._enrol)
        self.desk.do(lambda db: self._events(db, 1))
        self.desk.start(0, *more)
        stack.callback(self.desk.stop)
        self.port, self.pid = self.desk.port, self.desk.process.pid
        self.kiosk, self.expert = self.desk.kiosk(), self.desk.person("expert")
        self.cases = [self.kiosk.open_case() for _ in range(TALKING)]

    async def _enrol(self, database) -> None:
        from kiosk.desk.people import digest
        from kiosk.desk.tables import kiosks

        rows = [
            {
                "id": f"kiosk-{n:06d}", "store": "s1", "name": "Till PC", "token_hash": digest(f"token-{n:06d}"),
                "public_key": "", "release_key": "", "version": "", "enrolled": 0.0, "barred": False,
            }
            for n in range(STREAMS)
        ]  # fmt: skip
        async with database.writing() as connection:
            await connection.execute(kiosks.insert(), rows)

    async def _events(self, database, seq: int) -> None:
        from kiosk.desk.posts import Post, incoming

        opened = {"kind": "opened", "store": "S", "till": "1", "terminal": "X"}
        body = opened if seq == 1 else {"kind": "message", "words": "You missed this." + " " * 180}
        for start in range(0, STREAMS, 500):
            posts = []
            for n in range(start, min(start + 500, STREAMS)):
                event = self.parts.make_event(f"idle-{n:06d}", "store", f"kiosk-{n:06d}", "")
                event = event | {"body": body}
                posts.append(Post(event["case"], (incoming(json.dumps(event).encode()),), f"kiosk-{n:06d}", True))
            await database.append(posts, time.time())

    def streams(self) -> list[tuple[str, dict[str, str]]]:
        from kiosk.desk.stream import pack

        return [
            ("/api/inbox", {"Authorization": f"Bearer token-{n:06d}", "Last-Event-ID": pack({f"idle-{n:06d}": 1})})
            for n in range(STREAMS)
        ]

    def miss(self) -> None:
        self.desk.do(lambda db: self._events(db, 2))

    def talk(self, n: int) -> tuple[str, str, dict[str, str], dict[str, str]]:
        path = f"/api/cases/{self.cases[n]}/events"
        return path, f"{path}?after=1", self.kiosk.headers, self.expert

    def message(self, n: int, id: str) -> dict[str, object]:
        return self.kiosk.event(self.cases[n], "message", words=f"sent {time.perf_counter()} ") | {"id": id}


class Idle:
    """The idle kiosks: several processes of `stream_clients.py`."""

    def __init__(self, side) -> None:
        lines = [json.dumps(stream) for stream in side.streams()]
        self._processes = []
        for n in range(CLIENTS):
            file = side.folder / f"clients{n}"
            file.write_text("\n".join(lines[n::CLIENTS]) + "\n")
            command = [sys.executable, str(HERE / "stream_clients.py"), str(side.port), str(file)]
            self._processes.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))

    def all(self, command: str) -> float:
        """The slowest one's seconds."""
        for process in self._processes:
            process.stdin.write(command + "\n")
            process.stdin.flush()
        return max(float(process.stdout.readline()) for process in self._processes)

    def stop(self) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()


class Ear(asyncio.Protocol):
    """An expert's stream: notes how long each message was under way."""

    def __init__(self, request: bytes, took: list[float]) -> None:
        self._request, self._took, self._tail = request, took, b""

    def connection_made(self, transport) -> None:
        self.transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        *whole, self._tail = (self._tail + data).split(b"sent ")
        for n, part in enumerate([*whole, self._tail]):
            number, found, _ = part.partition(b" ")
            if n and found:
                self._took.append(time.perf_counter() - float(number))
        self._tail = b"" if b" " in self._tail else b"sent " + self._tail if whole else self._tail[-5:]


class Mouth(asyncio.Protocol):
    """A store's connection; answers are not awaited one by one, as stores do not wait for each other."""

    def connection_made(self, transport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        assert b"HTTP/1.1 200" in data or not data.startswith(b"HTTP/1.1"), data[:500]


async def talk(side) -> list[float]:
    """Seconds from post to stream of every message."""
    loop, took = asyncio.get_running_loop(), []
    mouths = []
    from stream_clients import request as get

    for n in range(TALKING):
        _, path, _, headers = side.talk(n)
        await loop.create_connection(lambda p=path, h=headers: Ear(get(p, h), took), "127.0.0.1", side.port)
        mouths.append((await loop.create_connection(Mouth, "127.0.0.1", side.port))[1])
    await asyncio.sleep(1.0)
    began, sent = time.perf_counter(), 0
    while (now := time.perf_counter() - began) < SECONDS:
        while sent < now * RATE:
            n = sent % TALKING
            path, _, headers, _ = side.talk(n)
            body = json.dumps({"events": [side.message(n, f"message-{time.monotonic_ns()}")]}).encode()
            mouths[n].transport.write(request(path, body, headers))
            sent += 1
        await asyncio.sleep(0.002)
    until = time.perf_counter() + 20
    while len(took) < sent and time.perf_counter() < until:
        await asyncio.sleep(0.01)
    assert len(took) >= sent, f"{sent} were sent and {len(took)} came"
    for mouth in mouths:
        mouth.transport.abort()
    return took


def measure(make) -> dict[str, float]:
    import psutil

    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        side = make(Path(folder), stack)
        idle = Idle(side)
        stack.callback(idle.stop)
        family = [psutil.Process(side.pid), *psutil.Process(side.pid).children()]
        before = sum(p.memory_info().rss for p in family)
        idle.all(f"connect {side.hello}")
        grown = (sum(p.memory_info().rss for p in family) - before) / STREAMS / 1024
        took = sorted(asyncio.run(talk(side)))
        idle.all("close")
        side.miss()
        back = idle.all("connect event: case")
        return {
            "p50": took[len(took) // 2] * 1000, "p99": took[int(len(took) * 0.99)] * 1000,
            "kib": grown, "reconnect": back,
        }  # fmt: skip


def report(
    name: str, pairs: list[tuple[dict[str, float], dict[str, float]]], bars: dict[str, float], beside: str
) -> None:
    for key, bar in bars.items():
        value = round(statistics.median(ours[key] / theirs[key] for ours, theirs in pairs), 2)
        figures = {
            side: {k: round(statistics.median(x[k] for x in some), 2) for k in pairs[0][0]}
            for side, some in (("desk", [p[0] for p in pairs]), (beside, [p[1] for p in pairs]))
        }
        told = {"bench": f"{name}_{key}", "value": value, "unit": f"x {beside}", "bar": bar, "holds": value <= bar}
        print(json.dumps(told | {"streams": STREAMS} | figures), flush=True)


def main(name: str = "desk_streams") -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    pairs = []
    for _ in range(ROUNDS):
        theirs = measure(BareSide)
        pairs.append((measure(DeskSide), theirs))
    report(name, pairs, {"p99": 2.0, "kib": 1.2, "reconnect": 1.4}, "bare ASGI stream")


if __name__ == "__main__":
    main()
