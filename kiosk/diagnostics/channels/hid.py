"""A HID device by its reports; reads input reports only where `may_read` allows it, and is safe without any USB.

A reader whose every interface is a card reader, scanner, scale or keyboard is found here and never opened. Feature
reports go through the feature pipe alone. hidapi puts the report id first, 0 where reports have none.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from kiosk.diagnostics.channels.channel import SLICE
from kiosk.diagnostics.hid_collections import VENDOR, Collection, may_read, may_use_features, parse
from kiosk.diagnostics.hid_interfaces import DEVICES, Interface, interfaces
from kiosk.errors import DeviceError, Gone, NotPermitted
from kiosk.model.terminal import Usb
from kiosk.protocols.conversation import Control, Line, NotReported

REPORT = 64  # bytes of one report; HID readers of tills use full-speed interrupt endpoints (USB 2.0 section 5.7.3)
ON_LINUX: bool = sys.platform.startswith("linux")
_SET, _GET, _FEATURE = (0x21, 0x09), (0xA1, 0x01), 3  # HID 1.11 section 7.2


def backend() -> Any:
    """hidapi: on Linux by hidraw, for its other way takes the device away from the kernel."""
    try:
        if ON_LINUX:
            import hidraw as module
        else:
            import hid as module
    except ImportError as e:
        raise DeviceError("The library for HID devices is missing.", "Install the kiosk again.") from e
    return module


class HidChannel:
    """The interface of a device that may be talked to, opened on entry.

    A device without such an interface is entered too, closed: it is there, and every report is `NotPermitted`. Raises
    `Gone` where there is no such device, `NotPermitted` where this user may not open it.
    """

    kind = "usb"
    slice = SLICE

    def __init__(self, address: str, usb: Usb | None = None) -> None:
        self.address = address
        self._usb = usb
        self._device: Any = None
        self._collections: tuple[Collection, ...] = ()

    def __enter__(self) -> Self:
        found = self._found()
        if not found:
            raise Gone(f"There is no HID device at {self.address}.")
        chosen = _chosen(found)
        if chosen is not None:
            self._open(chosen)
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._device is not None:
            with suppress(OSError, ValueError):
                self._device.close()
        self._device = None

    def send(self, data: bytes, timeout: float) -> int:
        """One output report a call; the answer is how many bytes of `data` went."""
        device = self._allowed(may_read(self._collections))
        with self._errors():
            sent = int(device.write(data[:REPORT]))
        if sent < 0:
            raise self._gone()
        return min(sent, len(data))

    def receive(self, limit: int, timeout: float) -> bytes:
        """One input report, of an interface that may be read alone."""
        device = self._allowed(may_read(self._collections))
        with self._errors():
            return bytes(device.read(max(limit, REPORT), _milliseconds(timeout)))

    def control(self, wish: Control, timeout: float) -> bytes | NotReported | None:
        """Set or get a feature report; other control transfers a HID driver does not hand through."""
        kind = (wish.request_type, wish.request)
        if kind not in (_SET, _GET) or wish.value >> 8 != _FEATURE:
            return NotReported("control transfers")
        device = self._allowed(may_use_features(self._collections))
        number = wish.value & 0xFF
        with self._errors():
            if kind == _GET:
                return bytes(device.get_feature_report(number, wish.length + 1))[1:]
            sent = int(device.send_feature_report(bytes([number]) + wish.data))
        if sent < 0:
            raise self._gone()
        return None

    def lines(self) -> NotReported:
        return NotReported("modem lines")

    def line(self, wish: Line) -> NotReported:
        return NotReported("line speed")

    def _found(self) -> tuple[Interface, ...]:
        if ON_LINUX:
            return interfaces(DEVICES / Path(self.address.removeprefix("usb:")).name)
        return _enumerated(self._usb)

    def _open(self, interface: Interface) -> None:
        if ON_LINUX and not os.access(interface.path, os.R_OK | os.W_OK):
            raise NotPermitted(f"This user may not use the HID device at {self.address}.")
        self._device = backend().device()
        try:
            self._device.open_path(interface.path.encode())
        except OSError as e:
            self._device = None
            raise DeviceError(f"The HID device at {self.address} cannot be opened.") from e
        self._collections = interface.collections if interface.collections is not None else self._told()

    def _told(self) -> tuple[Collection, ...]:
        """What the open device says of itself, before any report is read."""
        with self._errors():
            return parse(bytes(self._device.get_report_descriptor()))

    def _allowed(self, allowed: bool) -> Any:
        """The open device, if what is wished of it is allowed."""
        if not allowed or self._device is None:
            raise NotPermitted(
                f"What the HID device at {self.address} reports may be cards, so it is not read.",
                "Nothing is to be done: the kiosk names such a reader and leaves it alone.",
            )
        return self._device

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as e:
            raise self._gone() from e

    def _gone(self) -> Gone:
        return Gone(f"The HID device at {self.address} is not there any more.")


def _chosen(found: tuple[Interface, ...]) -> Interface | None:
    """The interface to talk to: one that may be read, else one with feature reports of its maker's own."""
    known = [one for one in found if one.path and one.collections is not None]
    for rule in (may_read, may_use_features):
        for one in known:
            if rule(one.collections or ()):
                return one
    return next((one for one in found if one.path and one.collections is None and one.page >= VENDOR), None)


def _enumerated(usb: Usb | None) -> tuple[Interface, ...]:
    """Where there is no sysfs: what hidapi lists for these ids, one entry a collection, without opening one."""
    if usb is None:
        return ()
    try:
        listed = backend().enumerate(int(usb.vid, 16), int(usb.pid, 16))
    except (OSError, ValueError):
        return ()
    own = [one for one in listed if not usb.serial or one.get("serial_number") in (usb.serial, "", None)]
    return tuple(Interface(bytes(one["path"]).decode(), None, int(one.get("usage_page") or 0)) for one in own)


def usage_pages(vid: str, pid: str) -> tuple[str, ...]:
    """What a HID device says it is, as hidapi lists it without opening it; empty where it does not tell."""
    try:
        listed = backend().enumerate(int(vid, 16), int(pid, 16))
    except (DeviceError, OSError, ValueError):
        return ()
    pages = {int(one.get("usage_page") or 0) for one in listed}
    return tuple(f"{page:04x}" for page in sorted(pages - {0}))[:20]


def _milliseconds(seconds: float) -> int:
    """hidapi takes 0 for "at once" and a negative number for "for ever"."""
    return max(1, round(seconds * 1000))
