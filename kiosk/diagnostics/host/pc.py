"""Facts about this PC that are the same question on every system; names no person and no machine."""

from __future__ import annotations

import platform
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil

from kiosk.diagnostics.host import system
from kiosk.model.report import HostFact
from kiosk.model.terminal import Holder


def host_facts(now: datetime) -> tuple[HostFact, ...]:
    """System, version, load and clock of this PC; `now` has a zone."""
    memory, disk = psutil.virtual_memory(), psutil.disk_usage(str(Path.home()))
    zone = now.utcoffset()
    return (
        HostFact("os", platform.system()),
        HostFact("os_release", platform.release()[:80]),
        HostFact("machine", platform.machine()),
        HostFact("python", platform.python_version()),
        HostFact("processors", psutil.cpu_count()),
        HostFact("memory_free", round(memory.available / 2**20), "MiB"),
        HostFact("disk_free", round(disk.free / 2**20), "MiB"),
        HostFact("running_for", round((time.time() - psutil.boot_time()) / 3600, 1), "h"),
        HostFact("zone_offset", None if zone is None else zone.total_seconds() / 3600, "h"),
        HostFact("restart_pending", system.restart_pending()),
        HostFact("clock_synchronised", system.clock_synchronised()),
        *_services(),
    )


def _services() -> tuple[HostFact, ...]:
    """Whether the services that card readers and printers need are running, and what waits to be printed."""
    running, queue = system.services(), system.print_queue()
    return (
        *(HostFact(f"service_{name}", runs) for name, runs in running.items()),
        HostFact("print_jobs", None if queue is None else queue.waiting),
        HostFact("print_jobs_failed", None if queue is None else queue.failed),
        HostFact("print_oldest", None if queue is None else queue.oldest, "min"),
    )


def holder(pid: int) -> Holder:
    """A process by name and the time that it began; one that has ended meanwhile has no name."""
    try:
        process = psutil.Process(pid)
        began = datetime.fromtimestamp(process.create_time(), UTC).astimezone()
        return Holder(pid, process.name()[:200], began.isoformat(timespec="seconds"))
    except psutil.Error:
        return Holder(pid, "")
