"""What Windows tells about ports and itself; opens no port, and answers None where the system does not tell."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from kiosk.diagnostics.host.windows_devices import plugged
from kiosk.diagnostics.host.windows_network import gateway, resets
from kiosk.diagnostics.host.windows_services import clock_synchronised, print_queue, services

__all__ = [
    "access",
    "clock_synchronised",
    "exists",
    "gateway",
    "holders",
    "plugged",
    "print_queue",
    "resets",
    "restart_pending",
    "services",
]

_PENDING = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending"


def holders(ports: Iterable[str]) -> Mapping[str, int]:
    """Windows names the owner of a port only to administrators, so opening tells that there is one, but not which."""
    return {}


def access(port: str) -> tuple[bool | None, str | None]:
    """Windows has no groups for ports: any user may open a free one."""
    return None, None


def exists(port: str) -> bool:
    """By the registry's list of serial ports (`HKLM\\HARDWARE\\DEVICEMAP\\SERIALCOMM`)."""
    return port.upper().removeprefix("\\\\.\\") in _serial_ports()


if sys.platform == "win32":
    import winreg

    def _serial_ports() -> set[str]:
        names: set[str] = set()
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"HARDWARE\DEVICEMAP\SERIALCOMM") as key:
                for number in range(winreg.QueryInfoKey(key)[1]):
                    names.add(str(winreg.EnumValue(key, number)[1]).upper())
        except OSError:
            return names
        return names

    def restart_pending() -> bool | None:
        try:
            winreg.CloseKey(winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _PENDING))
        except OSError:
            return False
        return True

else:

    def _serial_ports() -> set[str]:
        return set()

    def restart_pending() -> bool | None:
        return None
