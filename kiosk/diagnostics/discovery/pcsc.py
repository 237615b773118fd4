"""Card readers of the PC's card service, joined with the USB devices they are; pure, asks nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from kiosk.diagnostics.discovery.device import Device
from kiosk.model.terminal import Kind

_NUMBERS = re.compile(r" ([0-9A-Fa-f]{2}) ([0-9A-Fa-f]{2})$")  # pcsc-lite: number of the reader, number of the slot
_NO_READERS = ("Windows Hello", "Microsoft UICC", "Microsoft Passport", "Microsoft IFD")
_VIRTUAL = "Virtual"


def with_readers(devices: Sequence[Device], names: Iterable[str]) -> tuple[Device, ...]:
    """A USB reader that the service holds is reached through it; a reader of the service alone is a device too.

    They are the same by serial number, else by the product in the reader's name, else if one of each is left.
    """
    found = list(devices)
    left = [name for name in names if not name.startswith(_NO_READERS)]
    for is_same in (_by_serial, _by_product, _by_being_left):
        for name in tuple(left):
            free = [d for d in found if d.kind is Kind.SMART_CARD_READER and d.usb and not _is_taken(d)]
            same = [d for d in free if _slot(name) == 0 and is_same(d, name, left)]
            if len(same) == 1:
                found[found.index(same[0])] = msgspec.structs.replace(same[0], port=f"pcsc:{name}", protocol="ccid")
                left.remove(name)
    return (*found, *(_alone(name) for name in left))


def _alone(name: str) -> Device:
    return Device(port=f"pcsc:{name}"[:200], kind=Kind.SMART_CARD_READER, model=name[:200], protocol="ccid")


def _by_serial(device: Device, name: str, left: Sequence[str]) -> bool:
    serial = device.usb.serial if device.usb else None
    return serial is not None and len(serial) >= 4 and f"({serial})" in name


def _by_product(device: Device, name: str, left: Sequence[str]) -> bool:
    product = device.usb.product if device.usb else ""
    return bool(product) and product.casefold() in name.casefold()


def _by_being_left(device: Device, name: str, left: Sequence[str]) -> bool:
    return [n for n in left if _slot(n) == 0 and not n.startswith(_VIRTUAL)] == [name]


def _is_taken(device: Device) -> bool:
    return bool(device.port and device.port.startswith("pcsc:"))


def _slot(name: str) -> int:
    numbers = _NUMBERS.search(name)
    return int(numbers[2], 16) if numbers else 0
