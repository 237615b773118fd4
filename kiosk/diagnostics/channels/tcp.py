"""A terminal on the network: one plain TCP connection; must not listen, nor try again by itself."""

from __future__ import annotations

import select
import socket
from contextlib import suppress
from typing import Self

from kiosk.diagnostics.channels.channel import SLICE
from kiosk.errors import Gone, NoAnswer, Refused, Usage
from kiosk.protocols.conversation import Control, Line, NotReported

CONNECT_SECONDS = 3.0


def host_and_port(address: str) -> tuple[str, int]:
    """`tcp://host:port` or `tcp://[v6]:port` in parts, `tls://` likewise; raises `Usage` on what is neither."""
    host, _, port = address.removeprefix("tcp://").removeprefix("tls://").rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise Usage(f"{address} is no network address.", "Write it as tcp://host:port, or tls://host:port.")
    return host.strip("[]"), int(port)


class TcpChannel:
    """Connects on entry within three seconds.

    Raises `Refused` (nothing listens there), `NoAnswer` (nobody is at that address) or `Gone` (the name is unknown).
    """

    kind = "tcp"
    slice = SLICE

    def __init__(self, address: str) -> None:
        self.address = address
        self._where = host_and_port(address)
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        self._socket = self._connected()
        self._socket.setblocking(False)
        return self

    def _connected(self) -> socket.socket:
        try:
            connection = socket.create_connection(self._where, CONNECT_SECONDS)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except socket.gaierror as e:
            raise Gone(f"The name {self._where[0]} is not known on this network.", "Correct the address.") from e
        except ConnectionRefusedError as e:
            raise Refused(f"{self.address} refused the connection.") from e
        except OSError as e:
            raise NoAnswer(f"Nobody answers at {self.address}.") from e
        return connection

    def __exit__(self, *_exc: object) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.close()
            self._socket = None

    def send(self, data: bytes, timeout: float) -> int:
        connection = self._connection()
        try:
            _, ready, _ = select.select([], [connection], [], timeout)
            return connection.send(data) if ready else 0
        except OSError as e:
            raise self._cut() from e

    def receive(self, limit: int, timeout: float) -> bytes:
        connection = self._connection()
        try:
            ready, _, _ = select.select([connection], [], [], timeout)
            if not ready:
                return b""
            data = connection.recv(limit)
        except OSError as e:
            raise self._cut() from e
        if not data:
            raise self._cut()
        return data

    def control(self, wish: Control, timeout: float) -> NotReported:
        return NotReported("control transfers")

    def lines(self) -> NotReported:
        return NotReported("modem lines")

    def line(self, wish: Line) -> NotReported:
        return NotReported("line speed")

    def _connection(self) -> socket.socket:
        if self._socket is None:
            raise self._cut()
        return self._socket

    def _cut(self) -> Gone:
        return Gone(f"The connection to {self.address} was cut.", "Check the network cable, then check again.")
