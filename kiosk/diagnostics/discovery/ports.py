"""Serial ports as pyserial lists them and USB devices as libusb lists them; opens neither."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from serial.tools import list_ports

from kiosk.diagnostics.discovery.sysfs import Attached
from kiosk.model.terminal import Usb

HID = 0x03  # USB-IF "Defined Class Codes"


def serial_ports() -> tuple[Attached | str, ...]:
    """Every serial port: with its USB side where it has one, else its bare name."""
    return tuple(_port(info) for info in sorted(_comports(), key=lambda info: str(info.device)))


def _comports() -> list[Any]:
    """pyserial stumbles over a port that is unplugged while it reads: then once more, and at last without any."""
    for _ in range(3):
        try:
            return list(list_ports.comports())
        except (OSError, TypeError, ValueError):
            continue
    return []


def _port(info: Any) -> Attached | str:
    if info.vid is None:
        return str(info.device)
    usb = Usb(
        vid=f"{info.vid:04x}",
        pid=f"{info.pid or 0:04x}",
        serial=info.serial_number or None,
        path=(info.location or "").partition(":")[0],
        maker=info.manufacturer or "",
        product=info.product or "",
    )
    return Attached(usb, (str(info.device),))


def usb_devices() -> tuple[Attached, ...]:
    """By libusb, for systems without sysfs; strings are not read, for that would open the device."""
    from kiosk.diagnostics.channels.hid import usage_pages
    from kiosk.diagnostics.channels.usb import all_devices, topology

    return tuple(Attached(_by_libusb(device, topology(device), usage_pages)) for device in all_devices())


def _by_libusb(device: Any, path: str, pages: Callable[[str, str], tuple[str, ...]]) -> Usb:
    vid, pid, cls = f"{device.idVendor:04x}", f"{device.idProduct:04x}", _class(device)
    return Usb(vid, pid, path=path, cls=f"{cls:02x}", pages=pages(vid, pid) if cls == HID else ())


def _class(device: Any) -> int:
    """Of the device, or of its first interface where the interfaces tell (USB 2.0 table 9-8); read without opening."""
    own = int(device.bDeviceClass)
    if own not in (0x00, 0xEF):
        return own
    from usb.core import USBError

    try:
        return int(next((i.bInterfaceClass for configuration in device for i in configuration), own))
    except (USBError, NotImplementedError):
        return own
