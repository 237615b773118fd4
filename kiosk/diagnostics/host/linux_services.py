"""What Linux tells of the card and print services, the print queue and the clock; changes nothing."""

from __future__ import annotations

import ctypes
import errno
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from kiosk.diagnostics.host.printing import Queue, get_jobs, queue_of

PROC = Path("/proc")
SOCKETS = {"card": Path("run/pcscd/pcscd.comm"), "print": Path("run/cups/cups.sock")}
_PROGRAMS = {"card": "pcscd", "print": "cupsd"}
_UNITS = {"card": "pcscd.service", "print": "cups.service"}
_UNIT_FOLDERS = ("usr/lib/systemd/system", "lib/systemd/system", "etc/systemd/system")
_SECONDS = 1.0
_UNSYNCED = 0x40  # STA_UNSYNC, adjtimex(2)
_LARGEST = 200_000


def services(root: Path = Path("/"), proc: Path = PROC) -> Mapping[str, bool | None]:
    """Whether the "card" and the "print" service run; None where they are not installed.

    A service that systemd starts when somebody knocks at its socket counts as running.
    """
    running = set(_programs(proc))
    return {name: _runs(name, root, running) for name in _PROGRAMS}


def _runs(name: str, root: Path, running: set[str]) -> bool | None:
    if _PROGRAMS[name] in running or (root / SOCKETS[name]).exists():
        return True
    installed = any((root / folder / _UNITS[name]).exists() for folder in _UNIT_FOLDERS)
    return False if installed else None


def _programs(proc: Path) -> Iterator[str]:
    try:
        folders = [entry for entry in proc.iterdir() if entry.name.isdecimal()]
    except OSError:
        return
    for folder in folders:
        try:
            yield (folder / "comm").read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            continue


def print_queue(path: Path = Path("/run/cups/cups.sock"), now: float | None = None) -> Queue | None:
    """The jobs that wait, asked of CUPS over its own socket (IPP Get-Jobs, RFC 8011 section 4.2.6).

    No name of a document or a person is asked for; None where CUPS is not there or does not tell.
    """
    if sys.platform == "win32":
        return None
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(_SECONDS)
            line.connect(str(path))
            line.sendall(get_jobs())
            return queue_of(_all(line), time.time() if now is None else now)
    except (OSError, ValueError):
        return None


def _all(line: socket.socket) -> bytes:
    came = b""
    until = time.monotonic() + _SECONDS
    while len(came) < _LARGEST and time.monotonic() < until and (data := line.recv(65536)):
        came += data
    return came


def clock_synchronised() -> bool | None:
    """Whether the kernel's clock follows a time server (adjtimex with mode 0 only reads)."""
    state = ctypes.create_string_buffer(512)
    try:
        result = ctypes.CDLL(None, use_errno=True).adjtimex(state)
    except (OSError, AttributeError, TypeError):
        return None
    if result < 0 or ctypes.get_errno() == errno.ENOSYS:
        return None
    return synchronised(state.raw)


def synchronised(timex: bytes) -> bool:
    """From `struct timex`: modes, then offset, freq, maxerror, esterror as long, then status as int."""
    at = 5 * ctypes.sizeof(ctypes.c_long)
    return not int.from_bytes(timex[at : at + 4], sys.byteorder) & _UNSYNCED
