"""All that is plugged into the guest: gadgets with a simulated device behind each; made once, for every scenario."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.lab import command, far_side
from tests.lab.far_side import FarSide
from tests.lab.gadgets import Gadget, endpoints

PATIENCE = 60.0  # seconds; the processor is emulated, and may have to wait for others
PRINTER_NODE = "/dev/g_printer0"


def until(what: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """The first true value of `what`; raises `TimeoutError`."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if value := what():
            return value
        time.sleep(0.02)
    raise TimeoutError(f"{what.__qualname__} did not come true")


@dataclass(frozen=True)
class Attached:
    """A gadget and who plays it."""

    gadget: Gadget
    far: FarSide | None = None

    def order(self, words: str) -> None:
        assert self.far is not None
        self.far.order(words)

    @property
    def heard(self) -> Path:
        """What the host has sent to it so far."""
        assert self.far is not None
        return self.far.heard

    def device(self) -> dict[str, Any] | None:
        """As `kiosk devices` lists it."""
        number = self.gadget.words[2]
        return next((d for d in command.devices() if d["usb"] and d["usb"]["serial"] == number), None)

    @cached_property
    def port(self) -> str:
        """What `--port` takes."""
        found: dict[str, Any] = until(self.device)
        return found["port"] if (found["port"] or "").startswith("/dev/tty") else f"usb:{found['usb']['path']}"


@dataclass(frozen=True, slots=True)
class World:
    """Everything, by name."""

    till: Attached  # CDC-ACM, ZVT
    pad: Attached  # CP210x, ZVT
    printer: Attached
    reader: Attached
    modem: Attached
    misread_hub: Attached


def made() -> World:
    till = _serial("till", "11ca:0219", ("Verifone", "PIN pad", "TILL0001"))
    modem = _serial("modem", "1199:0301", ("Sierra", "Modem", "MODEM001"))
    hub = _serial("hub", "0b00:5411", ("Ingenico", "USB Hub", "HUB00001"), cls=9)
    printer = Gadget("printer", "04b8:0e27", ("Epson", "TM-T20III", "PRINT001"), "printer.slip", {"pnp_string": _PNP})
    pad = Gadget("pad", "0b00:3070", ("Ingenico", "iPP3xx", "PAD00001"), "ffs.pad")
    reader = Gadget("reader", "0f14:0038", ("Ingenico", "Leo v2", "READ0001"), "ffs.reader")
    for one in (printer, pad, reader):
        one.describe()
    return World(
        Attached(till, _plugged(till, "zvt", far_side.on_tty(_tty(till)))),
        Attached(pad, _plugged(pad, "zvt", far_side.on_cp210x(endpoints("pad")))),
        Attached(printer, _plugged(printer, "escpos", far_side.on_printer(PRINTER_NODE))),
        Attached(reader, _plugged(reader, "ccid", far_side.on_reader(endpoints("reader")))),
        Attached(modem, _plugged(modem)),
        Attached(hub, _plugged(hub)),
    )


_PNP = "MFG:Epson;MDL:TM-T20III;CMD:ESC/POS;CLS:PRINTER;"


def _serial(name: str, ids: str, words: tuple[str, str, str], cls: int = 0) -> Gadget:
    gadget = Gadget(name, ids, words, f"acm.{name}", cls=cls)
    gadget.describe()
    return gadget


def _tty(gadget: Gadget) -> str:
    number = (gadget.folder / "functions" / gadget.function / "port_num").read_text().strip()
    return f"/dev/ttyGS{number}"


def _plugged(gadget: Gadget, protocol: str = "", wire: far_side.Wiring | None = None) -> FarSide | None:
    far = FarSide(protocol, wire=wire, name=gadget.name) if wire else None
    until(lambda: _plug(gadget))
    return far


def _plug(gadget: Gadget) -> bool:
    """Functions that a program plays are there a moment after it described them."""
    try:
        gadget.plug()
    except OSError:
        return False
    return True
