"""How long it takes from the kernel's word that a device came or went until the program lists it."""

from __future__ import annotations

import json
import os
import select
import socket
import time
from typing import TextIO

from kiosk.commands.devices import models
from kiosk.diagnostics.discovery import Device, devices, uevents
from kiosk.diagnostics.discovery.hotplug import Change, HotPlug
from tests.lab.command import begun
from tests.lab.scenarios import Scenario
from tests.lab.world import Attached, World

LIMIT = 1.0  # seconds


def seen(world: World) -> str:
    """A process of its own watches as the window does; times are of one clock, which all processes share.

    The look at all that is attached is taken out: it is the emulated processor's work, which a real one does at once.
    """
    number = world.modem.gadget.words[2]
    _, output = begun(lambda: _watch(number))
    with os.fdopen(output, encoding="ascii") as told:
        told.readline()  # it watches
        out = _between(world.modem, "remove", told)
        back = _between(world.modem, "add", told)
    return f"out {_judged(out)}, in {_judged(back)}"


def _judged(seconds: float) -> str:
    return "within a second" if 0 <= seconds <= LIMIT else f"after {seconds:.2f} s"


def _between(one: Attached, action: str, told: TextIO) -> float:
    """From the kernel's first word of it to the list, in seconds, without the look."""
    kernel = uevents.listen()
    assert kernel is not None
    with kernel:
        one.gadget.plug() if action == "add" else one.gadget.unplug()
        said = _said(kernel, action)
    listed, look = json.loads(told.readline())
    print(f"{action}: told after {listed - said:.2f} s, {look:.2f} s of them the look at all devices", flush=True)
    return float(listed - said - look)


def _said(kernel: socket.socket, action: str) -> float:
    while select.select([kernel], [], [], 10.0)[0]:
        event = uevents.parse(kernel.recv(8192))
        if event and event.action == action and event.subsystem == "usb":
            return time.monotonic()
    raise TimeoutError(action)


def _watch(number: str) -> int:
    known = models()
    took = [0.0]

    def look() -> tuple[Device, ...]:
        began = time.monotonic()
        found = devices(known)
        took[0] = time.monotonic() - began
        return found

    def tell(change: Change) -> None:
        changed = (*change.arrived, *change.gone)
        if any(d.usb and d.usb.serial == number for d in changed) or not changed:
            print(json.dumps([time.monotonic(), took[0]]), flush=True)

    HotPlug(look, tell).run()
    return 0


SCENARIOS = (
    Scenario("plugged out and in, seen by the window's watch", "out within a second, in within a second", seen),
)
