"""Remembers which device was seen at which listed terminal, so that a swap is noticed after a restart, too.

Only for terminals whose serial number nobody wrote into the list: what the list says counts. Keeps serial numbers of
devices alone, in one small file; a file that cannot be read is forgotten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from kiosk.diagnostics.channels.address import kind_of
from kiosk.model.bounds import Id, Short
from kiosk.model.report import Facts
from kiosk.model.terminal import Terminal
from kiosk.model.wire import NOT_READABLE

FILE = "devices.json"
MOST = 1000  # terminals
WANTED = timedelta(days=7)  # out of place for so long is where the shop wants it. Judgement


class Memory(Struct, frozen=True):
    """By the id of the listed terminal: the device's serial number on the bus, and since when it is out of its place.

    Who leaves two tills swapped for a week wants it so, and is not told for ever.
    """

    serials: dict[Id, Short] = {}
    out: dict[Id, datetime] = {}


def recall(folder: Path) -> Memory:
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Memory)
    except (OSError, *NOT_READABLE):
        return Memory()


def keep(folder: Path, memory: Memory) -> None:
    """All of it or what was there before; a disk that is full costs only the memory."""
    file = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".fresh")
        fresh.write_bytes(msgspec.json.encode(memory))
        fresh.replace(file)
    except OSError:
        return


def remembered(terminals: Iterable[Terminal], memory: Memory) -> tuple[Terminal, ...]:
    """The listed terminals, each bound to the device that was seen there, where the list names none."""
    return tuple(_bound(t, memory.serials.get(t.id, "")) for t in terminals)


def _bound(terminal: Terminal, serial: str) -> Terminal:
    if terminal.serial or not serial:
        return terminal
    return replace(terminal, port=replace(terminal.port, identity=serial))


def learned(memory: Memory, listed: Iterable[Terminal], facts: Facts) -> Memory:
    """With what was seen in this run at the ports of listed terminals.

    A number that two devices tell is nobody's: cheap ones all say "0001".
    """
    here = {port.address: port.usb.serial for port in facts.ports if port.exists and port.usb and port.usb.serial}
    often = Counter(here.values())
    own = {serial: address for address, serial in here.items() if often[serial] == 1}
    serials, out = dict(memory.serials), {}
    for terminal in listed:
        if terminal.serial or kind_of(terminal.port.address) == "tcp":
            continue
        place = facts.place(terminal.id)
        since = memory.out.get(terminal.id, facts.at)
        if place is not None and facts.at - since < WANTED:
            out[terminal.id] = since
        elif (serial := here.get(terminal.port.address)) in own and serial:
            serials[terminal.id] = serial
        elif place is not None:
            serials.pop(terminal.id, None)
    return Memory(dict(list(serials.items())[-MOST:]), out)
