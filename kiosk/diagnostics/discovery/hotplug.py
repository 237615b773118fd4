"""Tells within a second what was plugged in and out; reads names alone until something changed, and opens no port."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from kiosk.diagnostics.channels.address import kind_of
from kiosk.diagnostics.discovery import ports, sysfs, uevents, windows_notices
from kiosk.diagnostics.discovery.device import Device

PAUSE = 0.5  # seconds between two looks at the names, where the system does not speak by itself
SETTLED = 0.1  # seconds without a new name: a device is followed by its interfaces and ports
_TTYS = Path("/sys/class/tty")


class Change(Struct, frozen=True):
    """All that is attached now, and what came and went since. One plugged out and in again is in both."""

    attached: tuple[Device, ...]
    arrived: tuple[Device, ...] = ()
    gone: tuple[Device, ...] = ()


Names = Mapping[str, str]
"""Name of a device or port -> its stamp: a number that is new with every plugging in, or ""."""


def system_names() -> Names:
    """What a glance tells: on Linux names in sysfs, with USB device numbers; elsewhere what the system lists."""
    if _TTYS.is_dir():
        return names_in(sysfs.DEVICES, _TTYS)
    found = (*ports.usb_devices(), *ports.serial_ports())
    return {
        one if isinstance(one, str) else f"{one.usb.path} {one.usb.vid}{one.usb.pid} {one.ports}": "" for one in found
    }


def names_in(devices: Path, ttys: Path) -> Names:
    stamps = {name: sysfs.text(f"{devices}/{name}/devnum") for name in sysfs.names(devices) if ":" not in name}
    return stamps | {f"/dev/{name}": "" for name in sysfs.names(ttys)}


def change(before: Change, now: tuple[Device, ...], old: Names, new: Names) -> Change:
    """What came and went. A device under the same name with another stamp was out in between."""
    again = {name for name in old.keys() & new.keys() if old[name] != new[name]}
    was, here = _by_place(before.attached), _by_place(now)
    replugged = {key for key, d in here.items() if d.usb is not None and d.usb.path in again}
    arrived = tuple(d for key, d in here.items() if key not in was or key in replugged)
    gone = tuple(d for key, d in was.items() if key not in here or key in replugged)
    return Change(now, arrived, gone)


def _by_place(devices: tuple[Device, ...]) -> Mapping[tuple[object, ...], Device]:
    """Devices by what is theirs on the bus: not by driver, holder or card service, which come later and change."""
    keys = ((d.usb and (d.usb.vid, d.usb.pid, d.usb.serial, d.usb.path), _serial(d)) for d in devices)
    return {key: d for key, d in zip(keys, devices, strict=True) if any(key)}


def _serial(device: Device) -> tuple[str, ...]:
    return tuple(p for p in (device.port, *device.also) if p is not None and kind_of(p) == "serial")


def listen() -> socket.socket | None:
    """The system's own word that something changed, where it gives one."""
    return uevents.listen() or windows_notices.listen()


class HotPlug:
    """Runs in a lane of its own until `stop`. `told` hears first what is there, then every change, in that lane."""

    def __init__(
        self,
        look: Callable[[], tuple[Device, ...]],
        told: Callable[[Change], None],
        names: Callable[[], Names] = system_names,
        listen: Callable[[], socket.socket | None] = listen,
    ) -> None:
        """`look` lists what is attached, in full; it is asked only when `names` changed."""
        self._look, self._told, self._names, self._listen = look, told, names, listen
        self._stopped, self._stop = socket.socketpair()

    def stop(self) -> None:
        """From any thread, at once, also before `run`."""
        with suppress(OSError):
            self._stop.close()

    def run(self) -> None:
        kernel = self._listen()
        try:
            self._watch(kernel)
        finally:
            self._stopped.close()
            if kernel is not None:
                kernel.close()

    def _watch(self, kernel: socket.socket | None) -> None:
        names = self._names()
        known = Change(self._look())
        self._told(known)
        while self._waited(PAUSE, kernel):
            new = self._names()
            if new == names:
                continue
            new = self._rested(new, kernel)
            now = change(known, self._look(), names, new)
            known, names = Change(now.attached), new
            if now.arrived or now.gone:
                self._told(now)

    def _rested(self, names: Names, kernel: socket.socket | None) -> Names:
        """Names once they stopped changing, or after four looks."""
        for _ in range(4):
            if not self._waited(SETTLED, None) or (new := self._names()) == names:
                break
            names = new
        if kernel is not None:
            uevents.heard(kernel)
        return names

    def _waited(self, seconds: float, kernel: socket.socket | None) -> bool:
        """False once stopped. Ends early where the kernel speaks of a device that may be ours."""
        until = time.monotonic() + seconds
        sockets = [self._stopped] if kernel is None else [self._stopped, kernel]
        while (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select(sockets, [], [], left)
            if self._stopped in ready:
                return False
            if kernel is not None and kernel in ready and uevents.heard(kernel):
                break
        return True
