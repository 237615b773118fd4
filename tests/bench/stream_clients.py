"""Many idle streams in one cheap process, for the benchmark of streams; told by lines on standard input what to do.

`python stream_clients.py PORT FILE`: FILE has one JSON list `[path, {header: value}]` a stream. Commands:
`connect MARKER` opens all and answers the seconds until each has seen the marker; `close` ends all.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

AT_ONCE = 200  # connections that are being opened


class Stream(asyncio.Protocol):
    __slots__ = ("done", "marker", "request", "tail", "transport")

    def __init__(self, request: bytes, marker: bytes) -> None:
        self.request, self.marker = request, marker
        self.tail = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport) -> None:
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if self.done.done():
            return
        self.tail += data
        if self.marker in self.tail:
            self.done.set_result(None)
            self.tail = b""

    def connection_lost(self, exc) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionError(self.tail[:300].decode(errors="replace")))


class Clients:
    def __init__(self, port: int, requests: list[bytes]) -> None:
        self._port = port
        self._requests = requests
        self._open: list[Stream] = []
        self._room = asyncio.Semaphore(AT_ONCE)

    async def connect(self, marker: bytes) -> float:
        began = time.perf_counter()
        self._open = await asyncio.gather(*(self._one(request, marker) for request in self._requests))
        return time.perf_counter() - began

    async def _one(self, request: bytes, marker: bytes) -> Stream:
        async with self._room:
            make = lambda: Stream(request, marker)  # noqa: E731
            _, stream = await asyncio.get_running_loop().create_connection(make, "127.0.0.1", self._port)
            await stream.done
            return stream

    def close(self) -> None:
        for stream in self._open:
            stream.transport.abort()
        self._open = []


def request(path: str, headers: dict[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n{lines}\r\n".encode()


async def main(port: int, file: Path) -> None:
    clients = Clients(port, [request(*json.loads(line)) for line in file.read_text().splitlines()])
    loop = asyncio.get_running_loop()
    while command := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
        word, _, marker = command.partition(" ")
        took = await clients.connect(marker.encode()) if word == "connect" else clients.close()
        print(took or 0.0, flush=True)


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
