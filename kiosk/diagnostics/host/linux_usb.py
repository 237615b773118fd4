"""What Linux tells of a USB device's driver and power in sysfs; reads files only, opens no device."""

from __future__ import annotations

from pathlib import Path

from kiosk.model.report import Plugged
from kiosk.model.terminal import Usb

DEVICES = Path("/sys/bus/usb/devices")
SELF_POWERED = 0x40  # bmAttributes, USB 2.0 section 9.6.3
_BUS_HUB = 400  # mA: 500 less the hub's own 100, USB 2.0 section 7.2.1
_BUS_HUB_FAST = 750  # mA: 900 less 150, USB 3.2 section 11.4.1
_FAST = 5000  # Mbit/s


def plugged(usb: Usb | None, identity: str, root: Path = DEVICES) -> Plugged | None:
    """The facts of a device, found by its place on the bus, else by its serial number; None where it is not there."""
    folder = _folder(usb, identity, root)
    if folder is None:
        return None
    gives, draws = _hub(folder, root)
    return Plugged(
        driver_bound=_driver_bound(folder),
        power_saving={"auto": True, "on": False}.get(_text(folder / "power" / "control")),
        over_current=_number(_text(folder / "port" / "over_current_count")),
        draws=_number(_text(folder / "bMaxPower")),
        hub_gives=gives,
        hub_draws=draws,
    )


def _folder(usb: Usb | None, identity: str, root: Path) -> Path | None:
    for name in (usb.path if usb else "", identity):
        if name and "/" not in name and (root / name / "idVendor").exists():
            return root / name
    serial = (usb.serial if usb else None) or identity
    try:
        folders = sorted(root.iterdir())
    except OSError:
        return None
    return next((f for f in folders if serial and _text(f / "serial") == serial), None)


def _driver_bound(folder: Path) -> bool | None:
    """None for a device without a configuration: no driver was asked for yet."""
    interfaces = list(folder.glob(f"{folder.name}:*"))
    return any((one / "driver").exists() for one in interfaces) if interfaces else None


def _hub(folder: Path, root: Path) -> tuple[int | None, int | None]:
    """What a hub that lives on the PC's power may give, and what all on it ask for, in mA."""
    name, _, port = folder.name.rpartition(".")
    if not name or not port:
        return None, None  # straight at the PC: its sockets share no budget
    hub = root / name
    attributes = _hex(_text(hub / "bmAttributes"))
    if attributes is None or attributes & SELF_POWERED:
        return None, None
    asked = [_number(_text(one / "bMaxPower")) or 0 for one in root.glob(f"{name}.*") if _is_child(one.name, name)]
    fast = (_number(_text(hub / "speed")) or 0) >= _FAST
    return _BUS_HUB_FAST if fast else _BUS_HUB, sum(asked)


def _is_child(name: str, hub: str) -> bool:
    return name.removeprefix(f"{hub}.").isdecimal()


def _hex(words: str) -> int | None:
    try:
        return int(words, 16)
    except ValueError:
        return None


def _number(words: str) -> int | None:
    number = words.removesuffix("mA")
    return int(number) if number.isascii() and number.isdecimal() else None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()[:200]
    except OSError:
        return ""
