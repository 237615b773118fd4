"""What a change at the ports means for the store: whose port changed, and who is new; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from kiosk.diagnostics.channels.address import kind_of
from kiosk.diagnostics.discovery.device import Device, terminal_of
from kiosk.diagnostics.discovery.hotplug import Change
from kiosk.model.terminal import Kind, Store, Terminal, Till


def touched(store: Store, change: Change) -> tuple[str, ...]:
    """Terminals at whose port something came or went: by their address, their serial number, or the card service's."""
    devices = (*change.arrived, *change.gone)
    return tuple(t.id for till in store.tills for t in till.terminals if any(_is_at(t, d) for d in devices))


def _is_at(terminal: Terminal, device: Device) -> bool:
    address, serial = terminal.port.address, device.usb.serial if device.usb else None
    if kind_of(address) == "pcsc" and device.kind is Kind.SMART_CARD_READER:
        return True  # the service names it only later, and other readers anew
    return address in device.names or (bool(terminal.serial) and terminal.serial == serial)


def with_newcomers(store: Store, attached: Iterable[Device], name: str) -> Store:
    """The store and a till of its own for every payment terminal that no till lists; `name` is what it is called."""
    listed = tuple(t for till in store.tills for t in till.terminals)
    new = [d for d in attached if d.kind is Kind.TERMINAL and d.address and not any(_is_at(t, d) for t in listed)]
    return replace(store, tills=(*store.tills, *_tills(new, name)))


def _tills(devices: Sequence[Device], name: str) -> tuple[Till, ...]:
    return tuple(_till(d, name if number == 1 else f"{name} {number}") for number, d in enumerate(devices, 1))


def _till(device: Device, name: str) -> Till:
    terminal = terminal_of(device)
    id = f"new.{terminal.id}"[:80]
    return Till(id, name, (replace(terminal, id=id, till=id),))
