"""Serial ports as pyserial lists them and USB devices as libusb lists them; opens neither.

On Linux the ports of USB devices are known from sysfs already; the others are told by pyserial's own rule, for pyserial
would look into every device a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from kiosk.diagnostics.discovery import sysfs
from kiosk.diagnostics.discovery.sysfs import Attached
from kiosk.model.terminal import Usb

HID = 0x03  # USB-IF "Defined Class Codes"


TTYS, DEV = Path("/sys/class/tty"), Path("/dev")
_REAL = ("ttyS", "ttyUSB", "ttyXRUSB", "ttyACM", "ttyAMA", "rfcomm", "ttyAP")  # list_ports_linux.py of pyserial 3.5
_NOBODY = "platform"  # a socket for a chip that is not there
_USB = frozenset({"usb", "usb-serial"})


def ports_beside(known: Collection[str], ttys: Path = TTYS, dev: Path = DEV) -> tuple[Attached | str, ...]:
    """Serial ports of Linux that are none of `known`, the ports of USB devices: by a glance where that tells it all."""
    named = [name for name in sysfs.names(dev) if name.startswith(_REAL) and f"/dev/{name}" not in known]
    buses = {f"/dev/{name}": sysfs.linked(f"{ttys}/{name}/device/subsystem") for name in named}
    is_link = not set(named).issubset(sysfs.names(ttys))
    if is_link or not _USB.isdisjoint(buses.values()):
        return serial_ports()
    return tuple(port for port, bus in buses.items() if bus != _NOBODY)


def serial_ports() -> tuple[Attached | str, ...]:
    """Every serial port: with its USB side where it has one, else its bare name."""
    return tuple(_port(info) for info in sorted(_comports(), key=lambda info: str(info.device)))


def _comports() -> list[Any]:
    """pyserial stumbles over a port that is unplugged while it reads: then once more, and at last without any."""
    from serial.tools import list_ports

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
