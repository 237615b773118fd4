"""Serial ports as pyserial lists them and USB devices as libusb lists them; opens neither."""

from __future__ import annotations

from typing import Any

from serial.tools import list_ports

from kiosk.diagnostics.discovery.sysfs import Attached
from kiosk.model.terminal import Usb


def serial_ports() -> tuple[Attached | str, ...]:
    """Every serial port: with its USB side where it has one, else its bare name."""
    return tuple(_port(info) for info in sorted(list_ports.comports(), key=lambda info: str(info.device)))


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
    from kiosk.diagnostics.channels.usb import all_devices, topology

    return tuple(
        Attached(
            Usb(f"{d.idVendor:04x}", f"{d.idProduct:04x}", path=topology(d), cls=f"{d.bDeviceClass:02x}"),
        )
        for d in all_devices()
    )
