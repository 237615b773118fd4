"""HID interfaces of a USB device as Linux lists them in sysfs; reads files only, opens no device."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.diagnostics.hid_collections import MOST_BYTES, Collection, parse

DEVICES = Path("/sys/bus/usb/devices")


@dataclass(frozen=True, slots=True)
class Interface:
    """One HID interface: where to open it, and what it does. `collections` is None where only opening would tell."""

    path: str
    collections: tuple[Collection, ...] | None = None
    page: int = 0


def interfaces(device: Path) -> tuple[Interface, ...]:
    """All HID interfaces of the device with this sysfs folder, such as `/sys/bus/usb/devices/1-4.2`."""
    return tuple(
        Interface(_node(folder), parse(_bytes(folder / "report_descriptor")))
        for folder in sorted(device.glob(f"{device.name}:*/*:*:*.*"))
        if (folder / "report_descriptor").exists()
    )


def _node(folder: Path) -> str:
    """`/dev/hidraw3`, or "" where the kernel gives none."""
    return next((f"/dev/{p.name}" for p in sorted(folder.glob("hidraw/hidraw*"))), "")


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES)
    except OSError:
        return b""
