"""Which listed terminal sits where: compares the tills' list with what is attached; pure, asks nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from kiosk.diagnostics.channels.address import kind_of
from kiosk.diagnostics.discovery.device import Device
from kiosk.model.report import Place, Placed
from kiosk.model.terminal import Terminal

_LINKS = "/dev/serial/"  # udev's links by id and by path: they follow the device by themselves


def places(listed: Iterable[Terminal], devices: Iterable[Device]) -> tuple[Place, ...]:
    """One entry for each listed terminal that is not where the list says; nothing of those that are.

    A terminal is known by its serial number alone, and only if one attached device has it: a port's name proves
    nothing, and a number on the list that no device tells on the bus may be the one printed on its back. One without
    a serial number is out of its place if another's terminal sits there.
    """
    tills, attached = tuple(listed), tuple(devices)
    found = {t.id: d for t in tills if _can_move(t) and (d := _by_serial(t, attached)) is not None}
    out = {id: d for id, d in found.items() if _address(tills, id) not in d.names}
    moved = [p for t in tills if t.id in out and (p := _moved(t, out[t.id], tills)) is not None]
    placed = {p.terminal for p in moved}
    pushed = (_pushed_out(t, moved, tills, attached, found) for t in tills if t.id not in found and _can_move(t))
    return (*moved, *(p for p in pushed if p is not None and p.terminal not in placed))


def settled(terminals: Iterable[Terminal], moves: Iterable[Place]) -> tuple[Terminal, ...]:
    """The terminals at the addresses where they are now; one whose place is taken keeps the listed one."""
    now = {place.terminal: place.now for place in moves if place.now}
    return tuple(replace(t, port=replace(t.port, address=now.get(t.id, t.port.address))) for t in terminals)


def _can_move(terminal: Terminal) -> bool:
    address = terminal.port.address
    return kind_of(address) != "tcp" and not address.startswith(_LINKS)


def _address(tills: Sequence[Terminal], id: str) -> str:
    return next(t.port.address for t in tills if t.id == id)


def _serial(terminal: Terminal) -> str:
    """As the list says, else that of the device that was seen there before."""
    identity = terminal.port.identity
    return terminal.serial or (identity if identity != terminal.port.address else "")


def _by_serial(terminal: Terminal, devices: Sequence[Device]) -> Device | None:
    """None also where two devices tell the same number: cheap ones all say "0001"."""
    serial = _serial(terminal)
    same = [d for d in devices if serial and d.usb and d.usb.serial == serial]
    return same[0] if len(same) == 1 else None


def _moved(terminal: Terminal, device: Device, tills: Sequence[Terminal]) -> Place | None:
    """None where the device has no address of the listed kind, as without its driver."""
    listed = terminal.port.address
    now = next((name for name in device.names if kind_of(name) == kind_of(listed)), None)
    if now is None:
        return None
    owners = [t for t in tills if t.port.address in device.names and _serial(t) != _serial(terminal)]
    if not owners:
        return Place(terminal.id, listed, now, Placed.MOVED)
    return Place(terminal.id, listed, now, Placed.SWAPPED, owners[0].id)


def _pushed_out(
    terminal: Terminal,
    moved: Sequence[Place],
    tills: Sequence[Terminal],
    devices: Sequence[Device],
    found: dict[str, Device],
) -> Place | None:
    """A terminal whose place another's took: by elimination it sits at that one's, if a stranger does and it may."""
    listed = terminal.port.address
    taker = next((p for p in moved if p.now == listed), None)
    if taker is None:
        return None
    strangers = [d for d in devices if taker.listed in d.names and d not in found.values()]
    others = Counter(t.port.address for t in tills)[taker.listed]
    if _serial(terminal) or len(strangers) != 1 or others != 1 or kind_of(taker.listed) != kind_of(listed):
        return Place(terminal.id, listed, "", Placed.TAKEN, taker.terminal)
    return Place(terminal.id, listed, taker.listed, Placed.SWAPPED, taker.terminal)
