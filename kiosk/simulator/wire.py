"""Puts a simulated device on a pseudo-terminal or a TCP port and takes orders; only this file and `tls.py` do I/O."""

from __future__ import annotations

import heapq
import json
import os
import random
import select
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TextIO

from kiosk.errors import KioskError, Usage
from kiosk.simulator.device import Device, Kind, line

SLICE = 0.05
CHUNK = 4096
HOST = "127.0.0.1"


class Place:
    """Where the device is attached: gives file descriptors to wait for, bytes, and takes bytes."""

    address = ""

    def readers(self) -> list[int]:
        raise NotImplementedError

    def read(self, fd: int) -> bytes:
        raise NotImplementedError

    def write(self, data: bytes) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class Pty(Place):
    """A pseudo-terminal, as a serial port. The slave stays open so that the port outlives its users."""

    def __init__(self) -> None:
        if sys.platform == "win32":
            raise Usage("Windows has no pseudo-terminals.", "Use --tcp PORT instead.")
        import tty

        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.address = os.ttyname(self._slave)

    def readers(self) -> list[int]:
        return [self._master]

    def read(self, fd: int) -> bytes:
        try:
            return os.read(fd, CHUNK)
        except OSError:
            return b""

    def write(self, data: bytes) -> None:
        try:
            os.write(self._master, data)
        except BlockingIOError:
            return  # nobody reads: a real line loses the bytes as well

    def close(self) -> None:
        os.close(self._slave)
        os.close(self._master)


class Tcp(Place):
    """A TCP port of this machine that serves one connection at a time, as terminals do."""

    def __init__(self, port: int) -> None:
        self._server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if sys.platform != "win32":
                self._server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._server.bind((HOST, port))
            self._server.listen(1)
        except (OSError, OverflowError) as e:
            self._server.close()
            raise Usage(f"Port {port} cannot be used: {e}.", "Choose another, or 0 for any.") from e
        self._peer: socket.socket | None = None
        self.port: int = self._server.getsockname()[1]
        self.address = f"tcp://{HOST}:{self.port}"

    def readers(self) -> list[int]:
        return [(self._peer or self._server).fileno()]

    def read(self, fd: int) -> bytes:
        if self._peer is None:
            peer, _ = self._server.accept()
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._peer = self._greeted(peer)
            return b""
        try:
            data = self._received(self._peer)
        except OSError:
            data = b""
        if not data:
            self._peer.close()
            self._peer = None
        return data

    def _greeted(self, peer: socket.socket) -> socket.socket | None:
        return peer

    def _received(self, peer: socket.socket) -> bytes:
        return peer.recv(CHUNK)

    def write(self, data: bytes) -> None:
        if self._peer is None:
            return
        try:
            self._peer.sendall(data)
        except OSError:
            self._peer.close()
            self._peer = None

    def close(self) -> None:
        if self._peer:
            self._peer.close()
        self._server.close()


class Simulation:
    """One device at its place: a loop of reading, answering in time, and taking orders.

    An order is one line: `fault NAME on|off`, `paper in`, `counts`, `quit`; `obey` answers each with a dict.
    """

    def __init__(
        self,
        kind: Kind,
        device: Device,
        place: Callable[[], Place],
        *,
        seed: int = 0,
        record: BinaryIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kind, self._device, self._make = kind, device, place
        self._dice = random.Random(seed)  # noqa: S311 - noise for a toy line
        self._record = record
        self._clock = clock
        self._due: list[tuple[float, int, bytes]] = []
        self._number = 0
        self._place: Place | None = None
        self.address = ""
        self.running = True
        self._plug()

    def _plug(self) -> None:
        """Put the device where its faults say: at its place, or nowhere."""
        gone = "unplugged" in self._device.faults
        if gone and self._place is not None:
            self._place.close()
            self._place = None
            self._due.clear()
        elif not gone and self._place is None:
            self._place = self._make()
            self.address = self._place.address

    def turn(self, also: list[int] | None = None) -> list[int]:
        """Wait a short time for bytes, answer what is due; gives back which of `also` can be read."""
        place = self._place
        watched = place.readers() if place else []
        ready, _, _ = select.select([*watched, *(also or [])], [], [], self._pause())
        for fd in ready:
            if place and fd in watched:
                self._receive(place.read(fd))
        self._answer()
        return [fd for fd in ready if fd not in watched]

    def _pause(self) -> float:
        return min(max(self._due[0][0] - self._clock(), 0.0), SLICE) if self._due else SLICE

    def _receive(self, data: bytes) -> None:
        if not data or "cable_out" in self._device.faults:
            return
        if self._record:
            self._record.write(data)
            self._record.flush()
        now = self._clock()
        for reply in line(self._device.feed(data), self._device.faults, self._dice):
            self._number += 1
            heapq.heappush(self._due, (now + reply.after, self._number, reply.data))

    def _answer(self) -> None:
        while self._due and self._due[0][0] <= self._clock():
            _, _, data = heapq.heappop(self._due)
            if self._place and not self._device.faults & {"cable_out", "silent"}:
                self._place.write(data)

    def obey(self, order: str) -> dict[str, object]:
        """Carry out one order; never raises."""
        words = order.split()
        try:
            self._carry_out(words)
        except KioskError as e:
            return {"ok": False, "order": order.strip(), "error": str(e)}
        state: dict[str, object] = {"ok": True, "order": order.strip(), "faults": sorted(self._device.faults)}
        return state | {"address": self.address, "counts": self._device.counts()}

    def _carry_out(self, words: list[str]) -> None:
        match words:
            case ["fault", name, "on"]:
                self._device.faults.add(self._kind.check(name))
                self._plug()
            case ["fault", name, "off"]:
                self._device.faults.discard(self._kind.check(name))
                self._plug()
            case ["counts"]:
                pass
            case ["quit"]:
                self.running = False
            case []:
                raise Usage("An empty line is no order.", "Say: fault NAME on, fault NAME off, paper in, counts, quit.")
            case _:
                self._device.say(words)

    def close(self) -> None:
        if self._place:
            self._place.close()
            self._place = None


def serve(simulation: Simulation, orders: TextIO | None, answers: TextIO) -> None:
    """Run until `quit`; at the end of the orders it goes on, for a simulator may run without anyone at its keys."""
    lines = _Lines(orders) if orders is not None and sys.platform != "win32" else None
    while simulation.running:
        watched = [lines.fd] if lines and lines.open else []
        if simulation.turn(watched) and lines:
            for order in lines.read():
                print(json.dumps(simulation.obey(order)), file=answers, flush=True)


class _Lines:
    """Whole lines from a file descriptor that `select` can watch."""

    def __init__(self, source: TextIO) -> None:
        self.fd = source.fileno()
        self.open = True
        self._held = b""

    def read(self) -> list[str]:
        data = os.read(self.fd, CHUNK)
        self.open = bool(data)
        *whole, self._held = (self._held + data).split(b"\n")
        return [text.decode("utf-8", "replace") for text in whole]


def recorder(path: str) -> BinaryIO:
    try:
        return Path(path).open("wb")
    except OSError as e:
        raise Usage(f"{path} cannot be written: {e.strerror}.", "Check the folder and its rights.") from e
