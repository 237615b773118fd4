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


def seen(world: World) -> str:
    """A process of its own watches as the window does; times are of one clock, which all processes share.

    They are printed and not judged: the look at all that is attached is an emulated processor's work here.
    """
    number = world.modem.gadget.words[2]
    _, output = begun(lambda: _watch(number))
    with os.fdopen(output, encoding="ascii") as told:
        told.readline()  # it watches
        return ", ".join((_between(world.modem, "remove", told), _between(world.modem, "add", told)))


def _between(one: Attached, action: str, told: TextIO) -> str:
    """What the watch tells of it; prints the time since the kernel's first word of it."""
    kernel = uevents.listen()
    assert kernel is not None
    with kernel:
        one.gadget.plug() if action == "add" else one.gadget.unplug()
        said = _said(kernel, action)
    what, listed, look = json.loads(told.readline())
    print(f"{action}: told after {listed - said:.2f} s, {look:.2f} s of them the look at all devices", flush=True)
    return str(what)


def _said(kernel: socket.socket, action: str) -> float:
    while select.select([kernel], [], [], 60.0)[0]:
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
        for what, some in (("gone", change.gone), ("arrived", change.arrived)):
            if any(d.usb and d.usb.serial == number for d in some):
                print(json.dumps([what, time.monotonic(), took[0]]), flush=True)
        if not (change.gone or change.arrived):
            print("watching", flush=True)

    HotPlug(look, tell).run()
    return 0


SCENARIOS = (Scenario("plugged out and in, told by the window's watch", "gone, arrived", seen),)
