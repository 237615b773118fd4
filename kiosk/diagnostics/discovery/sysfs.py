"""USB devices as Linux lists them in sysfs, without opening one; empty where the machine has no USB at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from kiosk.diagnostics.discovery import descriptors
from kiosk.model.terminal import Usb

BUSES = Path("/sys/bus")
DEVICES = BUSES / "usb" / "devices"
_TELLING = ("02", "0b")
_HID = "03"  # USB-IF "Defined Class Codes"


class Attached(Struct, frozen=True):
    """A USB device and the names of the ports that its interfaces made, such as "/dev/ttyACM0"."""

    usb: Usb
    ports: tuple[str, ...] = ()


def is_there(buses: Path = BUSES) -> bool:
    """Whether this system lists devices here. A Linux without USB has the folder of buses, but none of USB in it."""
    return buses.is_dir()


def attached(root: Path = DEVICES) -> tuple[Attached, ...]:
    try:
        folders = sorted(root.iterdir())
    except OSError:
        return ()
    return tuple(_attached(folder) for folder in folders if ":" not in folder.name and (folder / "idVendor").exists())


def node(usb: Usb, root: Path = DEVICES, bus: Path = Path("/dev/bus/usb")) -> str | None:
    """The file by which a program talks to the device itself; None where the system names none."""
    bus_number, number = (_text(root / usb.path / name) for name in ("busnum", "devnum"))
    if not (usb.path and bus_number.isdecimal() and number.isdecimal()):
        return None
    return str(bus / f"{int(bus_number):03}" / f"{int(number):03}")


def _attached(folder: Path) -> Attached:
    interfaces = sorted(folder.glob(f"{folder.name}:*"))
    classes = [c.lower() for i in interfaces if (c := _text(i / "bInterfaceClass"))]
    described = b"" if classes and "ff" not in classes else _bytes(folder / "descriptors")
    classes = classes or list(descriptors.classes(described))
    own = _text(folder / "bDeviceClass").lower()
    usb = Usb(
        vid=_text(folder / "idVendor").lower() or "0000",
        pid=_text(folder / "idProduct").lower() or "0000",
        serial=_text(folder / "serial") or None,
        path=folder.name,
        cls=own if own not in ("", "00", "ef") else _main(classes, own),
        driver=next(filter(None, map(_driver, interfaces)), None),
        maker=_text(folder / "manufacturer"),
        product=_text(folder / "product"),
        pages=_pages(folder) if _HID in classes else (),
        ccid=descriptors.has_reader(described),
    )
    return Attached(usb, tuple(port for interface in interfaces for port in _ports(interface)))


def _main(classes: Sequence[str], own: str) -> str:
    """The class that says most of a device with several interfaces: a port, a card reader, else the first one's."""
    return next((c for c in _TELLING if c in classes), classes[0] if classes else own)


def _pages(folder: Path) -> tuple[str, ...]:
    """What its HID interfaces say they are, read from their descriptors without opening one."""
    from kiosk.diagnostics.hid_interfaces import interfaces

    pages = {c.page for one in interfaces(folder) for c in one.collections or ()}
    return tuple(f"{page:04x}" for page in sorted(pages))[:20]


def _ports(interface: Path) -> Iterator[str]:
    """`tty/ttyACM0` (CDC), `ttyUSB0` (bridges) and `usbmisc/lp0` (printers) below an interface."""
    names = [p.name for p in (*interface.glob("tty/tty*"), *interface.glob("ttyUSB*"))]
    yield from (f"/dev/{name}" for name in sorted(set(names)))
    yield from (f"/dev/usb/{p.name}" for p in sorted(interface.glob("usbmisc/lp*")))


def _driver(interface: Path) -> str | None:
    link = interface / "driver"
    return link.resolve().name if link.exists() else None


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(descriptors.MOST_BYTES)
    except OSError:
        return b""


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()[:200]
    except OSError:
        return ""
