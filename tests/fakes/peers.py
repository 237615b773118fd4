"""The other end of a line, in a thread: a pseudo-terminal or a TCP connection whose answers a function gives."""

from __future__ import annotations

import os
import select
import socket
import threading
import time
import tty
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Answer = Callable[[bytes], Iterable[bytes | float]]
"""What came in -> what goes out; a number is a pause in seconds."""


@dataclass
class Heard:
    """Everything that reached the peer, with its time; and where it listens."""

    address: str
    pieces: list[tuple[float, bytes]] = field(default_factory=list)

    @property
    def data(self) -> bytes:
        return b"".join(data for _, data in self.pieces)


@contextmanager
def pty_peer(answer: Answer) -> Iterator[Heard]:
    """A serial line; the peer keeps the far end open for as long as the block lasts."""
    master, slave = os.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    heard, stop = Heard(os.ttyname(slave)), threading.Event()
    thread = threading.Thread(
        target=_serve,
        args=(master, lambda: os.read(master, 4096), lambda d: _write(master, d, stop), answer, heard, stop),
    )
    thread.start()
    try:
        yield heard
    finally:
        stop.set()
        thread.join()
        os.close(slave)
        os.close(master)


def _write(line: int, data: bytes, stop: threading.Event) -> None:
    """All of it, however slowly it is read; a line that nobody reads holds up no end of a test."""
    while data and not stop.is_set():
        if select.select([], [line], [], 0.02)[1]:
            with suppress(BlockingIOError):
                data = data[os.write(line, data) :]


@contextmanager
def tcp_peer(answer: Answer) -> Iterator[Heard]:
    """A terminal on the loopback network; takes one connection after another."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.02)
        heard, stop = Heard(f"tcp://127.0.0.1:{server.getsockname()[1]}"), threading.Event()
        thread = threading.Thread(target=_accept, args=(server, answer, heard, stop))
        thread.start()
        try:
            yield heard
        finally:
            stop.set()
            thread.join()


def _accept(server: socket.socket, answer: Answer, heard: Heard, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            connection, _ = server.accept()
        except TimeoutError:
            continue
        with connection:
            _serve(connection, lambda c=connection: c.recv(4096), connection.sendall, answer, heard, stop)


def _serve(line, read, write, answer: Answer, heard: Heard, stop: threading.Event) -> None:  # type: ignore[no-untyped-def]
    while not stop.is_set():
        ready, _, _ = select.select([line], [], [], 0.02)
        if not ready:
            continue
        try:
            data = read()
        except OSError:
            return
        if not data:
            return
        heard.pieces.append((time.monotonic(), data))
        try:
            for out in answer(data):
                if stop.is_set():
                    return
                if isinstance(out, float):
                    stop.wait(out)
                else:
                    write(out)
        except OSError:
            return


def silent(_data: bytes) -> Iterable[bytes]:
    return ()


def trickling(_data: bytes) -> Iterator[bytes | float]:
    """A byte each 300 ms, without end."""
    while True:
        yield b"\x10"
        yield 0.3


def flooding(_data: bytes) -> Iterator[bytes]:
    """Bytes as fast as the line takes them, without end."""
    while True:
        yield b"\x10\x02" * 512
