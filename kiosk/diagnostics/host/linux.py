"""What Linux tells about ports and itself; reads files only, and answers None where the system does not tell."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kiosk.diagnostics.host.linux_network import gateway, resets
from kiosk.diagnostics.host.linux_services import clock_synchronised, print_queue, services
from kiosk.diagnostics.host.linux_usb import plugged

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

PROC = Path("/proc")
_MEMORY = 1


def holders(ports: Iterable[str], proc: Path = PROC) -> Mapping[str, int]:
    """Which process has which port open, by scanning `/proc/*/fd`; processes of other users need rights to be seen.

    A process that also holds the other end of a pseudo-terminal is its peer, not a competitor.
    """
    wanted = {os.path.realpath(port): port for port in ports}
    found: dict[str, int] = {}
    for process in _processes(proc):
        for target in _open_files(process):
            port = wanted.get(target)
            if port is not None and port not in found and not _is_peer(process, target):
                found[port] = int(process.name)
    return found


def _processes(proc: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from (entry for entry in proc.iterdir() if entry.name.isdecimal())


def _open_files(process: Path) -> Iterator[str]:
    try:
        opened = list((process / "fd").iterdir())
    except OSError:
        return
    for file in opened:
        with contextlib.suppress(OSError):
            yield str(file.readlink())


def _is_peer(process: Path, target: str) -> bool:
    """`fdinfo` of a pseudo-terminal's master names the slave's number as `tty-index`."""
    if not target.startswith("/dev/pts/"):
        return False
    number = target.rpartition("/")[2]
    try:
        infos = list((process / "fdinfo").iterdir())
    except OSError:
        return False
    return any(_index(info) == number for info in infos)


def _index(info: Path) -> str | None:
    try:
        lines = info.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((line.split()[1] for line in lines if line.startswith("tty-index:")), None)


def access(port: str) -> tuple[bool | None, str | None]:
    """Whether this user may read and write a port, and the group that may."""
    try:
        status = Path(port).stat()
    except OSError:
        return None, None
    return os.access(port, os.R_OK | os.W_OK), _group(status.st_gid) if status.st_mode & stat.S_IRGRP else None


def _group(number: int) -> str | None:
    import grp

    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return None


def exists(port: str) -> bool:
    """A character device that is not memory (major number 1: `/dev/null` and its kin, kernel devices.txt)."""
    try:
        status = Path(port).stat()
    except OSError:
        return False
    return stat.S_ISCHR(status.st_mode) and os.major(status.st_rdev) != _MEMORY


def restart_pending(run: Path = Path("/run")) -> bool | None:
    """Debian and Ubuntu leave `/run/reboot-required` after an update; other systems do not tell."""
    return True if (run / "reboot-required").exists() else None
