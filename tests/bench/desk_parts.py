"""What the desk's benchmarks share: a desk and the bare applications as processes, and clients that cost little."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))


def desk_of_tests() -> ModuleType:
    """`tests/desk/conftest.py`: the desk as a process, and kiosks as scripts see them."""
    spec = importlib.util.spec_from_file_location("desk_of_tests", HERE.parent / "desk" / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    parts = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = parts
    spec.loader.exec_module(parts)
    return parts


@contextmanager
def bare(where: str) -> Iterator[tuple[int, int]]:
    """The bare application; gives its port and its process id."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, str(HERE / "bare.py"), where, str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline()
        yield port, process.pid
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Line(asyncio.Protocol):
    """One connection that sends posts one after another and waits for each answer."""

    def __init__(self, posts: list[bytes]) -> None:
        self.left = posts[::-1]
        self.done = asyncio.get_running_loop().create_future()
        self._seen = b""

    def connection_made(self, transport) -> None:
        self.transport = transport
        transport.write(self.left.pop())

    def data_received(self, data: bytes) -> None:
        self._seen += data
        head, found, body = self._seen.partition(b"\r\n\r\n")
        if not found:
            return
        length = next(int(x[15:]) for x in head.lower().split(b"\r\n") if x.startswith(b"content-length:"))
        if len(body) < length:
            return
        self._seen = b""
        if not head.startswith(b"HTTP/1.1 200"):
            self.done.set_exception(RuntimeError((head + body)[:500].decode()))
        elif self.left:
            self.transport.write(self.left.pop())
        else:
            self.transport.close()
            self.done.set_result(None)


async def drive(port: int, lines: list[list[bytes]]) -> float:
    """Seconds until all posts of all connections were answered."""
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    made = await asyncio.gather(*(loop.create_connection(lambda p=p: Line(p), "127.0.0.1", port) for p in lines))
    await asyncio.gather(*(protocol.done for _, protocol in made))
    return time.perf_counter() - began


def event(kiosk, case: str, words: str) -> dict[str, object]:
    """A message with an id as kiosks make them: UUIDv7, so that newer ones are higher."""
    from kiosk.desk.posts import new_id

    return kiosk.event(case, "message", words=words) | {"id": new_id()}


def batches(kiosk, case: str, posts: int, size: int, path: str, headers: dict[str, str]) -> list[bytes]:
    """Posts of new events."""
    return [
        request(
            path,
            json.dumps({"events": [event(kiosk, case, f"Line {n}") for n in range(size)]}).encode(),
            headers,
        )
        for _ in range(posts)
    ]
