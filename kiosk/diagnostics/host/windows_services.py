"""What Windows tells of the card and print services, the print queues and the clock; changes nothing.

The calls need Windows; what their answers mean is pure and runs anywhere.
"""

from __future__ import annotations

import ctypes
import struct
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

from kiosk.diagnostics.host.printing import Queue, windows_queue

_NAMES = {"card": "SCardSvr", "print": "Spooler"}
_RUNNING = 4  # SERVICE_RUNNING, winsvc.h
_CONNECT, _QUERY = 0x0001, 0x0004  # SC_MANAGER_CONNECT, SERVICE_QUERY_STATUS


def services() -> Mapping[str, bool | None]:
    """Whether the "card" and the "print" service run; None where they are not installed."""
    return {name: _runs(service) for name, service in _NAMES.items()}


def runs(status: bytes) -> bool | None:
    """From `SERVICE_STATUS_PROCESS`, nine double words of which the second is the state (winsvc.h)."""
    if len(status) < 36:
        return None
    return bool(struct.unpack_from("<I", status, 4)[0] == _RUNNING)


def synchronised(kind: object, running: bool | None) -> bool | None:
    """From the time service: its registry value `Type` is `NoSync` where nobody sets the clock."""
    if running is None or not isinstance(kind, str):
        return None
    return running and kind.casefold() != "nosync"


def both(one: Queue | None, other: Queue) -> Queue:
    if one is None:
        return other
    return Queue(one.waiting + other.waiting, one.failed + other.failed, max(one.oldest, other.oldest))


if sys.platform == "win32":
    import winreg

    def _runs(name: str) -> bool | None:
        calls = ctypes.WinDLL("advapi32")
        calls.OpenSCManagerW.restype = calls.OpenServiceW.restype = ctypes.c_void_p
        manager = calls.OpenSCManagerW(None, None, _CONNECT)
        if not manager:
            return None
        service = calls.OpenServiceW(ctypes.c_void_p(manager), name, _QUERY)
        try:
            return _state(calls, service) if service else None
        finally:
            for handle in (service, manager):
                if handle:
                    calls.CloseServiceHandle(ctypes.c_void_p(handle))

    def _state(calls: ctypes.WinDLL, service: int) -> bool | None:
        status, needed = ctypes.create_string_buffer(36), ctypes.c_ulong()
        told = calls.QueryServiceStatusEx(ctypes.c_void_p(service), 0, status, 36, ctypes.byref(needed))
        return runs(status.raw) if told else None

    def clock_synchronised() -> bool | None:
        try:
            path = r"SYSTEM\CurrentControlSet\Services\W32Time\Parameters"
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
                kind = winreg.QueryValueEx(key, "Type")[0]
        except OSError:
            return None
        return synchronised(kind, _runs("W32Time"))

    def print_queue() -> Queue | None:
        """Of all local printers together; names are used to open them and are not kept."""
        found: Queue | None = None
        for name in _printers():
            jobs = _jobs(name)
            found = both(found, jobs) if jobs is not None else found
        return found

    def _printers() -> tuple[str, ...]:
        """Registry instead of EnumPrinters, which asks print servers and may wait long."""
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\Print\Printers") as key:
                return tuple(winreg.EnumKey(key, n) for n in range(winreg.QueryInfoKey(key)[0]))
        except OSError:
            return ()

    def _jobs(name: str) -> Queue | None:
        calls, handle = ctypes.WinDLL("winspool.drv"), ctypes.c_void_p()
        if not calls.OpenPrinterW(name, ctypes.byref(handle), None):
            return None
        try:
            needed, count = ctypes.c_ulong(), ctypes.c_ulong()
            calls.EnumJobsW(handle, 0, 1000, 1, None, 0, ctypes.byref(needed), ctypes.byref(count))
            buffer = ctypes.create_string_buffer(max(needed.value, 1))
            sizes = ctypes.byref(needed), ctypes.byref(count)
            if not calls.EnumJobsW(handle, 0, 1000, 1, buffer, needed, *sizes):
                return None
            return windows_queue(buffer.raw, count.value, ctypes.sizeof(ctypes.c_void_p), datetime.now(UTC))
        finally:
            calls.ClosePrinter(handle)

else:

    def _runs(name: str) -> bool | None:
        return None

    def clock_synchronised() -> bool | None:
        return None

    def print_queue() -> Queue | None:
        return None
