"""The device's side of the guest's USB ports: hands what the host sends to a simulated device, and its answers back.

Each device is a process of its own that takes the orders of `kiosk simulate`; it knows nothing of the program's checks.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import threading
import time
import tty
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TextIO

from kiosk.simulator import ccid
from kiosk.simulator.device import Device, Reply, Setup
from kiosk.simulator.kinds import kinds
from kiosk.simulator.wire import Place, Simulation, serve
from tests.lab import gadgets
from tests.lab.cp210x import Bridge

Wiring = Callable[[Device], tuple[Device, Place]]
_PAUSE = 0.05
_CHUNK = 4096


class Node(Place):
    """A device file, opened anew whenever it was unplugged; a thread reads it, for not all can be polled."""

    def __init__(self, reading: Path, writing: Path | None = None, *, is_tty: bool = False) -> None:
        self.address = str(reading)
        self._reading, self._writing, self._is_tty = reading, writing, is_tty
        self._out = -1
        self._came, self._pump_in = os.pipe()
        threading.Thread(target=self._pump, daemon=True).start()

    def _pump(self) -> None:
        while True:
            with suppress(OSError):
                self._pass_on()
            time.sleep(_PAUSE)

    def _pass_on(self) -> None:
        """An endpoint's file can only be read and waited in; in the printer's, who reads keeps others from writing."""
        fd = os.open(self._reading, os.O_RDONLY if self._writing else os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self._out = os.open(self._writing, os.O_WRONLY) if self._writing else fd
        try:
            if self._is_tty:
                tty.setraw(fd)
            while select.select([fd], [], []) and (data := os.read(fd, _CHUNK)):
                os.write(self._pump_in, data)
        finally:
            for one in {fd, self._out}:
                os.close(one)

    def readers(self) -> list[int]:
        return [self._came]

    def read(self, fd: int) -> bytes:
        return os.read(fd, _CHUNK)

    def write(self, data: bytes) -> None:
        with suppress(OSError):
            os.write(self._out, data)

    def close(self) -> None:
        """The process ends with it."""


class FarSide:
    """A simulated device in a process of its own, from the parent's side."""

    def __init__(self, protocol: str, *, wire: Wiring, name: str) -> None:
        self.heard = Path(f"/tmp/{name}.heard")
        orders, self._orders = os.pipe()
        answers, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _live(protocol, wire, os.fdopen(orders), os.fdopen(writing, "w"), self.heard.open("wb"))
        self._answers = os.fdopen(answers)
        self._answers.readline()

    def order(self, words: str) -> dict[str, object]:
        os.write(self._orders, f"{words}\n".encode("ascii"))
        answer: dict[str, object] = json.loads(self._answers.readline())
        if not answer["ok"]:
            raise ValueError(f"{words}: {answer}")
        return answer


class Ordered:
    """A simulated device whose wiring takes orders of its own: first word -> what it does with the second."""

    def __init__(self, device: Device, orders: Mapping[str, Callable[[str], None]]) -> None:
        self._device, self._orders = device, orders
        self.faults = device.faults

    def feed(self, data: bytes) -> list[Reply]:
        return self._device.feed(data)

    def counts(self) -> dict[str, int]:
        return self._device.counts()

    def say(self, words: list[str]) -> None:
        if len(words) == 2 and words[0] in self._orders:
            self._orders[words[0]](words[1])
        else:
            self._device.say(words)


def _live(protocol: str, wire: Wiring, orders: TextIO, answers: TextIO, record: BinaryIO) -> None:
    try:
        kind = kinds()[protocol]
        device, place = wire(kind.build(Setup(latency=0.02, now=_now)))
        print("here", file=answers, flush=True)
        serve(Simulation(kind, device, lambda: place, record=record), orders, answers)
    finally:
        os._exit(1)


def _now() -> tuple[int, int, int, int, int, int]:
    now = time.localtime()
    return now.tm_year, now.tm_mon, now.tm_mday, now.tm_hour, now.tm_min, now.tm_sec


def on_tty(path: str) -> Wiring:
    return lambda device: (device, Node(Path(path), is_tty=True))


def on_printer(path: str) -> Wiring:
    """`status 30` is what the printer class tells from now on; the kernel asks the device for nothing else of it."""

    def wire(device: Device) -> tuple[Device, Place]:
        printer = Printer(Path(path))
        return Ordered(device, {"status": printer.set_status}), printer

    return wire


class Printer(Node):
    """The kernel's printer function answers GET_PORT_STATUS itself (USB printer class 1.1, section 4.2.2)."""

    def set_status(self, status: str) -> None:
        fcntl.ioctl(self._out, 0xC0016722, int(status, 16))  # GADGET_SET_PRINTER_STATUS, linux/usb/g_printer.h


def on_cp210x(folder: Path) -> Wiring:
    """Endpoint 1 goes to the host, endpoint 2 comes from it. Orders: `lines low`, `lines high`, `errors on`, `off`."""

    def wire(device: Device) -> tuple[Device, Place]:
        bridge = Bridge(folder)
        orders = {"lines": bridge.set_lines, "errors": bridge.set_errors}
        return Ordered(device, orders), Bridged(folder, bridge)

    return wire


class Bridged(Node):
    """What the terminal says goes through the bridge, which marks its own sign."""

    def __init__(self, folder: Path, bridge: Bridge) -> None:
        super().__init__(folder / "ep2", folder / "ep1")
        self._bridge = bridge

    def write(self, data: bytes) -> None:
        super().write(self._bridge.marked(data))


def on_reader(folder: Path) -> Wiring:
    """The reader's own descriptors, without the nine bytes of the configuration, which the kernel writes itself."""

    def wire(device: Device) -> tuple[Device, Place]:
        assert isinstance(device, ccid.Reader)
        questions = os.open(folder / "ep0", os.O_RDWR)
        os.write(questions, gadgets.described(device.description()[9:], 5))
        os.write(questions, gadgets.NO_WORDS)
        threading.Thread(target=_refuse_all, args=(questions,), daemon=True).start()
        return device, Node(folder / "ep1", folder / "ep2")

    return wire


def _refuse_all(questions: int) -> None:
    """A question to the device that the kernel did not answer itself: the wrong direction is "I do not know that"."""
    setup = 4
    while event := os.read(questions, 12):
        if event[8] == setup:
            with suppress(OSError):
                os.read(questions, 0) if event[0] & 0x80 else os.write(questions, b"")
