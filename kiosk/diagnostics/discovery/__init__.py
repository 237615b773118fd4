"""What is attached: serial ports and USB devices, merged and identified; opens no port and sends nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from kiosk.diagnostics.channels.address import kind_of
from kiosk.diagnostics.channels.card_socket import is_there
from kiosk.diagnostics.discovery import ports, sysfs
from kiosk.diagnostics.discovery.device import Device, shown, terminal_of
from kiosk.diagnostics.discovery.models import NO_MODELS, Models, identify
from kiosk.diagnostics.discovery.pcsc import with_readers
from kiosk.diagnostics.discovery.sysfs import Attached
from kiosk.diagnostics.host import system
from kiosk.model.terminal import Holder, Kind, Port, Terminal, Usb

if TYPE_CHECKING:
    from datetime import datetime

    from kiosk.model.report import Facts, HostFact, SeenPort

__all__ = ["Device", "attached", "devices", "gather", "merge", "shown", "terminal_of"]


def devices(models: Models = NO_MODELS) -> tuple[Device, ...]:
    """As `attached`, and who holds which port: every process is looked at for that."""
    named = attached(models)
    held = _holders(d.port for d in named if d.port and kind_of(d.port) == "serial")
    return tuple(msgspec.structs.replace(d, held_by=held.get(d.port or "")) for d in named)


def attached(models: Models = NO_MODELS) -> tuple[Device, ...]:
    """All that is attached to this PC, unknown devices too; empty on a machine without serial ports and USB.

    `models` is the list of `terminals.toml`; without it a device is told by its USB class alone.
    """
    return with_readers(tuple(_identified(one, models) for one in _found()), reader_names())


def _found() -> tuple[Attached | str, ...]:
    if not sysfs.is_there():
        return merge(ports.usb_devices(), ports.serial_ports())
    usb = sysfs.attached()
    return merge(usb, ports.ports_beside({port for one in usb for port in one.ports}))


def merge(usb: Iterable[Attached], serial: Iterable[Attached | str]) -> tuple[Attached | str, ...]:
    """One entry a device, by topology path: what the bus and the list of ports tell of it, put together."""
    by_path = {one.usb.path: one for one in usb}
    bare: list[Attached | str] = []
    for port in serial:
        if isinstance(port, str) or not port.usb.path:
            bare.append(port)
        elif port.usb.path in by_path:
            by_path[port.usb.path] = _joined(by_path[port.usb.path], port)
        else:
            by_path[port.usb.path] = port
    return (*by_path.values(), *bare)


def _joined(bus: Attached, port: Attached) -> Attached:
    usb = msgspec.structs.replace(
        bus.usb,
        serial=bus.usb.serial or port.usb.serial,
        maker=bus.usb.maker or port.usb.maker,
        product=bus.usb.product or port.usb.product,
    )
    return Attached(usb, tuple(dict.fromkeys((*bus.ports, *port.ports))))


def _identified(one: Attached | str, models: Models) -> Device:
    if isinstance(one, str):
        return Device(port=one, model="serial port")
    model, certain = identify(one.usb, models)
    port = one.ports[0] if one.ports else None
    kind = Kind.SERIAL_ADAPTER if model.kind is Kind.OTHER and port and "/tty" in port else model.kind
    return Device(
        port,
        one.usb,
        kind,
        model.make,
        model.model,
        model.protocol,
        certain,
        baud=model.baud,
        status_safe=model.status_safe,
        also=one.ports[1:],
    )


def gather(
    terminals: Iterable[Terminal],
    pos_programs: Iterable[str],
    payment_hosts: Iterable[str],
    now: datetime,
    listed: Iterable[Terminal] = (),
    desk: str = "",
) -> Facts:
    """The facts that a run may rest on: frozen, kept in the bundle. Opens no port; connects to payment hosts only, and
    to the `desk` at its URL, which tells the time.

    `listed` are the terminals of all tills, as the settings list them: who of them is out of its place is a fact too,
    and `terminals` are looked for where they are now (see `settled`). `now` becomes local time with its offset, for
    terminals tell their clock without a zone.
    """
    from kiosk.diagnostics.discovery.places import places, settled
    from kiosk.diagnostics.host import pc, programs
    from kiosk.model.report import Facts

    hosts, tills, wished, tills_programs = tuple(payment_hosts), tuple(listed), tuple(terminals), tuple(pos_programs)
    local = now.astimezone()
    found = attached() if any(kind_of(t.port.address) != "tcp" for t in (*tills, *wished)) else ()
    moves = places(tills, found)
    by_port = {t.port.address: t.port for t in settled(wished, moves)}
    addresses = tuple(by_port)
    held = _holders(a for a in addresses if kind_of(a) == "serial")
    by_address = {name: d for d in found for name in d.names}
    return Facts(
        local,
        tuple(_plugged(_seen(a, held.get(a), by_address.get(a)), by_port[a]) for a in addresses),
        (*pc.host_facts(local), *programs.facts(tills_programs), *_told_by_the_network(hosts, desk)),
        tills_programs,
        hosts,
        moves,
    )


def _told_by_the_network(hosts: tuple[str, ...], desk: str) -> tuple[HostFact, ...]:
    """Both at once, and no longer than the slower of them: a name server that hangs holds up no run."""
    from kiosk.diagnostics.host import clock, network
    from kiosk.diagnostics.host.bounded import side_by_side

    asked = clock.sources(desk, hosts)
    longest = (network.LONGEST + 1) * network.SECONDS
    jobs = (lambda: network.facts(hosts), lambda: clock.facts(asked))
    return tuple(fact for some in side_by_side(jobs, longest, "network") if some is not None for fact in some)


def _plugged(seen: SeenPort, port: Port) -> SeenPort:
    """Also of a device whose port is not there: its driver may be missing."""
    if kind_of(port.address) == "tcp":
        return seen
    return msgspec.structs.replace(seen, plugged=system.plugged(seen.usb or port.usb, port.identity))


def _seen(address: str, held_by: Holder | None, device: Device | None) -> SeenPort:
    from kiosk.model.report import SeenPort

    kind = kind_of(address)
    usb = device.usb if device else None
    if kind == "tcp":
        return SeenPort(address, exists=True)
    if kind in ("usb", "pcsc"):
        readable, group = _access(usb) if kind == "usb" and usb else (None, None)
        return SeenPort(address, device is not None, readable, group, usb=usb)
    readable, group = system.access(address)
    return SeenPort(address, system.exists(address), readable, group, held_by, usb)


def _access(usb: Usb) -> tuple[bool | None, str | None]:
    """As of a serial port. A HID device is reached by another file than the bus's: opening will tell."""
    node = sysfs.node(usb) if usb.cls[:2] != "03" else None
    return system.access(node) if node else (None, None)


def _holders(addresses: Iterable[str]) -> dict[str, Holder]:
    asked = tuple(addresses)
    held = system.holders(asked) if asked else {}
    if not held:
        return {}
    from kiosk.diagnostics.host import pc

    return {port: pc.holder(pid) for port, pid in held.items()}


def reader_names() -> tuple[str, ...]:
    """Readers of the PC's card service; what speaks to it is loaded only where there is one."""
    if not is_there():
        return ()
    from kiosk.diagnostics.channels import pcsc

    return pcsc.reader_names()
