"""How long it takes from plugging a device in or out until the program lists it."""

from __future__ import annotations

import json
import os
import select
import socket
import statistics
import time
from typing import TextIO

from kiosk.commands.devices import models
from kiosk.diagnostics.discovery import Device, attached, uevents
from kiosk.diagnostics.discovery.hotplug import Change, HotPlug
from tests.lab.command import begun
from tests.lab.scenarios import Scenario
from tests.lab.world import Attached, World

TIMES = 5
_ACTIONS = ("remove", "add")


def seen(world: World) -> str:
    """A process of its own watches as the window does; times are of one clock, which all processes share.

    They are printed and not judged: the look at all that is attached is an emulated processor's work here.
    """
    number = world.modem.gadget.words[2]
    _, output = begun(lambda: _watch(number))
    with os.fdopen(output, encoding="ascii") as told:
        told.readline()  # it watches
        moves = [_moved(world.modem, action, told) for _ in range(TIMES) for action in _ACTIONS]
    for which, action in enumerate(_ACTIONS):
        print(f"{action}, medians of {TIMES}:", _shown(moves[which::2]), flush=True)
    return ", ".join(dict.fromkeys(what for what, *_ in moves))


_Move = tuple[str, float, float, float]  # what was told; seconds until the kernel spoke, until it was told, of the look


def _moved(one: Attached, action: str, told: TextIO) -> _Move:
    kernel = uevents.listen()
    assert kernel is not None
    with kernel:
        began = time.monotonic()
        one.gadget.plug() if action == "add" else one.gadget.unplug()
        said = _said(kernel, action)
    what, listed, look = json.loads(told.readline())
    return what, said - began, listed - began, look


def _shown(moves: list[_Move]) -> str:
    _, said, listed, look = zip(*moves, strict=True)
    every = " ".join(f"{one:.2f}" for one in listed)
    middle = [statistics.median(some) for some in (listed, said, look)]
    return (
        "told after {:.2f} s; until the kernel spoke {:.2f} s, the look {:.2f} s".format(*middle) + f" (all: {every})"
    )


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
        found = attached(known)
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
