"""A TCP proxy on loopback that cuts connections at random, seeded; it must not know what passes through."""

from __future__ import annotations

import random
import socket
import struct
import sys
import threading
import time
from dataclasses import dataclass, field


@dataclass
class CuttingProxy:
    """Every connection lives for a random number of bytes (both ways together), `mean` on average; 0 never cuts.

    With `buffers` it keeps back every answer to a request for a stream, as some proxies of companies do.
    `rate` is bytes per second and direction for each connection; 0 is as fast as it goes.
    """

    target: int
    seed: int = 1
    mean: int = 0
    rate: int = 0
    buffers: bool = False
    port: int = 0
    cuts: int = 0
    carried: int = 0
    _open: set[socket.socket] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> CuttingProxy:
        self._random = random.Random(self.seed)
        self._server = socket.create_server(("127.0.0.1", self.port))
        self.port = self._server.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.cut_all()
        self._accepting.join(2.0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut_all(self) -> None:
        """Cut every connection that is open now."""
        with self._lock:
            open_now = list(self._open)
        for sock in open_now:
            _reset(sock)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            far.settimeout(None)
            for sock in (near, far):  # or each small answer waits 40 ms for an acknowledgement
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            _reset(near)
            near.close()
            return
        with self._lock:
            life = [self._random.expovariate(1 / self.mean) if self.mean else float(1 << 60)]
            self._open |= {near, far}
        ways = [
            threading.Thread(target=self._carry, args=(a, b, life), daemon=True) for a, b in ((near, far), (far, near))
        ]
        for way in ways:
            way.start()
        for way in ways:
            way.join()
        with self._lock:
            self._open -= {near, far}
        near.close()
        far.close()

    def _carry(self, source: socket.socket, sink: socket.socket, life: list[float]) -> None:
        """Bytes one way, until either side ends or the connection's life is over."""
        try:
            while data := source.recv(4096):
                with self._lock:
                    allowed = max(0, min(len(data), int(life[0])))
                    life[0] -= len(data)
                    over = life[0] <= 0
                    self.carried += allowed
                    self.cuts += over
                if self.buffers and b"text/event-stream" in data:
                    continue
                sink.sendall(data[:allowed])
                if self.rate:
                    time.sleep(len(data) / self.rate)
                if over:
                    _reset(source)
                    _reset(sink)
                    return
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            _reset(source)
            _reset(sink)


def _reset(sock: socket.socket) -> None:
    """End a connection as a broken line does: no goodbye, and what is under way is lost."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return


def main(target: int, port: int, seed: int, mean: int) -> None:
    """A process of its own, that may be killed; says on standard output that it listens."""
    with CuttingProxy(target, seed, mean, port=port) as proxy:
        sys.stdout.write(f"{proxy.url}\n")
        sys.stdout.flush()
        while True:
            time.sleep(60)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:5]))
