"""USB devices as Linux lists them in sysfs, without opening one; empty where the machine has no USB at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from kiosk.diagnostics.discovery import descriptors
from kiosk.model.terminal import Usb

BUSES = Path("/sys/bus")
DEVICES = BUSES / "usb" / "devices"
_TELLING = ("02", "0b")
_HID = "03"  # USB-IF "Defined Class Codes"
_PAGE = 4096  # bytes; the kernel hands out a text in one piece, at most so long
_TOLD = ("idVendor", "idProduct", "serial", "bDeviceClass", "manufacturer", "product")


class Attached(Struct, frozen=True):
    """A USB device and the names of the ports that its interfaces made, such as "/dev/ttyACM0"."""

    usb: Usb
    ports: tuple[str, ...] = ()


class _Interface(Struct, frozen=True):
    cls: str
    driver: str | None
    ports: tuple[str, ...]


def is_there(buses: Path = BUSES) -> bool:
    """Whether this system lists devices here. A Linux without USB has the folder of buses, but none of USB in it."""
    return buses.is_dir()


def attached(root: Path = DEVICES) -> tuple[Attached, ...]:
    folders = (f"{root}/{name}" for name in names(root) if ":" not in name)
    return tuple(one for folder in folders if (one := _attached(folder)) is not None)


def node(usb: Usb, root: Path = DEVICES, bus: Path = Path("/dev/bus/usb")) -> str | None:
    """The file by which a program talks to the device itself; None where the system names none."""
    bus_number, number = (text(f"{root}/{usb.path}/{name}") for name in ("busnum", "devnum"))
    if not (usb.path and bus_number.isdecimal() and number.isdecimal()):
        return None
    return str(bus / f"{int(bus_number):03}" / f"{int(number):03}")


def _attached(folder: str) -> Attached | None:
    """Plain names, not paths, and no file that is not listed: Home waits for this when something is plugged in."""
    listed = names(folder)
    if "idVendor" not in listed:
        return None
    told = {name: text(f"{folder}/{name}") for name in _TOLD if name in listed}
    name = folder.rpartition("/")[2]
    interfaces = [_interface(f"{folder}/{one}") for one in listed if one.startswith(f"{name}:")]
    classes = [one.cls for one in interfaces if one.cls]
    described = b"" if classes and "ff" not in classes else _bytes(f"{folder}/descriptors")
    classes = classes or list(descriptors.classes(described))
    own = told.get("bDeviceClass", "").lower()
    usb = Usb(
        vid=told["idVendor"].lower() or "0000",
        pid=told.get("idProduct", "").lower() or "0000",
        serial=told.get("serial") or None,
        path=name,
        cls=own if own not in ("", "00", "ef") else _main(classes, own),
        driver=next((one.driver for one in interfaces if one.driver), None),
        maker=told.get("manufacturer", ""),
        product=told.get("product", ""),
        pages=_pages(folder) if _HID in classes else (),
        ccid=descriptors.has_reader(described),
    )
    return Attached(usb, tuple(port for one in interfaces for port in one.ports))


def _interface(folder: str) -> _Interface:
    listed = names(folder)
    driver = linked(f"{folder}/driver") if "driver" in listed else None
    return _Interface(text(f"{folder}/bInterfaceClass").lower(), driver, tuple(_ports(folder, listed)))


def _main(classes: Sequence[str], own: str) -> str:
    """The class that says most of a device with several interfaces: a port, a card reader, else the first one's."""
    return next((c for c in _TELLING if c in classes), classes[0] if classes else own)


def _pages(folder: str) -> tuple[str, ...]:
    """What its HID interfaces say they are, read from their descriptors without opening one."""
    from kiosk.diagnostics.hid_interfaces import interfaces

    pages = {c.page for one in interfaces(Path(folder)) for c in one.collections or ()}
    return tuple(f"{page:04x}" for page in sorted(pages))[:20]


def _ports(interface: str, listed: Sequence[str]) -> Iterator[str]:
    """`tty/ttyACM0` (CDC), `ttyUSB0` (bridges) and `usbmisc/lp0` (printers) below an interface."""
    inner = names(f"{interface}/tty") if "tty" in listed else ()
    ttys = {one for one in inner if one.startswith("tty")} | {one for one in listed if one.startswith("ttyUSB")}
    yield from (f"/dev/{name}" for name in sorted(ttys))
    printers = names(f"{interface}/usbmisc") if "usbmisc" in listed else ()
    yield from (f"/dev/usb/{name}" for name in printers if name.startswith("lp"))


def names(folder: str | Path) -> Sequence[str]:
    """Sorted; none of a folder that is not there."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries)
    except OSError:
        return ()


def linked(link: str) -> str | None:
    """The last name of what a link leads to, such as a driver's."""
    try:
        return os.readlink(link).rpartition("/")[2]  # noqa: PTH115 - see `text`
    except OSError:
        return None


def _bytes(file: str) -> bytes:
    try:
        with Path(file).open("rb") as opened:
            return opened.read(descriptors.MOST_BYTES)
    except OSError:
        return b""


def text(file: str) -> str:
    """What a short file says, "" where it cannot be read; in three system calls, for there are a hundred of them."""
    try:
        opened = os.open(file, os.O_RDONLY)
    except OSError:
        return ""
    try:
        return os.read(opened, _PAGE).decode("utf-8", "replace").strip()[:200]
    except OSError:
        return ""
    finally:
        os.close(opened)
