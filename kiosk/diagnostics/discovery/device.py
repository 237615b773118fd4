"""What `kiosk devices` shows of one attached device; a value without I/O."""

from __future__ import annotations

from msgspec import Struct

from kiosk.model.bounds import Few, Short
from kiosk.model.terminal import Holder, Kind, Port, Terminal, Usb


class Device(Struct, frozen=True):
    """One device: its port if it has one, its USB side if it has one. `certain` if a list names exactly this one.

    `also` are further ports that it makes: some terminals have two.
    """

    port: Short | None = None
    usb: Usb | None = None
    kind: Kind = Kind.OTHER
    make: Short = ""
    model: Short = ""
    protocol: Short | None = None
    certain: bool = False
    held_by: Holder | None = None
    baud: int | None = None
    status_safe: bool = False
    also: Few[Short] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All that `--port` may call it, its address first."""
        on_bus = f"usb:{self.usb.path}" if self.usb and self.usb.path else ""
        return tuple(dict.fromkeys(n for n in (self.address, *self.also, on_bus) if n))

    @property
    def address(self) -> str:
        """What `--port` takes: the serial port or the card service's reader, else `usb:` and the topology path.

        A printer's `lp` port is no address.
        """
        if self.port and not self.port.startswith("/dev/usb/"):
            return self.port
        return f"usb:{self.usb.path}" if self.usb and self.usb.path else ""

    @property
    def identity(self) -> str:
        """What the device is bound to: its serial number, else its place on the bus; never a port name on USB."""
        if self.usb is None:
            return (self.port or "")[:80]
        return self.usb.serial or self.usb.path


def terminal_of(device: Device) -> Terminal:
    """The terminal that a device is, as far as the bus and the list tell."""
    return Terminal(
        id=device.identity or device.address,
        port=Port(device.address, device.identity, device.usb),
        kind=device.kind,
        make=device.make,
        model=device.model,
        serial=(device.usb.serial or "") if device.usb else "",
        protocol=device.protocol,
        baud=device.baud,
        certain=device.certain,
        asks_first=not device.status_safe,
    )


def shown(device: Device) -> dict[str, object]:
    """The shape that `kiosk devices --json` promises; ids as four hex digits."""
    usb, holder = device.usb, device.held_by
    return {
        "port": device.port,
        "usb": usb
        and {
            "vid": usb.vid,
            "pid": usb.pid,
            "serial": usb.serial,
            "path": usb.path,
            "class": usb.cls,
            "driver": usb.driver,
        },
        "kind": str(device.kind),
        "make": device.make,
        "model": device.model,
        "protocol": device.protocol,
        "certain": device.certain,
        "held_by": holder and {"pid": holder.pid, "name": holder.name, "since": holder.since},
    }
