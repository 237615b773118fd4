"""Whether this PC reaches the payment hosts that policy names: a plain TCP connection each, and nothing is sent."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from kiosk.model.report import HostFact

SECONDS = 3.0


def reached(hosts: Iterable[str], seconds: float = SECONDS) -> tuple[HostFact, ...]:
    """One fact `reaches <host:port>` each, all asked at once; None where the entry is no `host:port`."""
    asked = tuple(hosts)
    if not asked:
        return ()
    with ThreadPoolExecutor(min(len(asked), 16), "payment host") as pool:
        return tuple(pool.map(lambda host: HostFact(f"reaches {host}"[:80], _reaches(host, seconds)), asked))


def _reaches(host: str, seconds: float) -> bool | None:
    name, _, port = host.rpartition(":")
    if not name or not port.isdecimal():
        return None
    try:
        socket.create_connection((name.strip("[]"), int(port)), seconds).close()
    except (OSError, OverflowError):
        return False
    return True
