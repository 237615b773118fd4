"""How far this PC's clock is off, told by the `Date` of servers that it may talk to; sets no clock, sends no data.

As in SNTP (RFC 4330 section 5) the server's time is held against the middle between question and answer. `Date` counts
whole seconds (RFC 9110 section 6.6.1), so half a second is added, and half a second belongs to the doubt.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlsplit

from kiosk.model.report import HostFact

SECONDS = 2.0
_HTTPS = ":443"  # IANA: a payment host at another port may speak anything


class Off(NamedTuple):
    """Seconds that this PC is ahead (negative: behind), give or take `within`, and who told."""

    seconds: float
    within: float
    source: str


def sources(desk: str, hosts: Iterable[str]) -> tuple[str, ...]:
    """Addresses to ask, the desk first; of the payment hosts those that certainly speak HTTPS."""
    asked = (f"https://{host}/" for host in hosts if host.endswith(_HTTPS))
    return tuple(dict.fromkeys(address for address in (desk, *asked) if address))


def facts(addresses: Iterable[str], seconds: float = SECONDS) -> tuple[HostFact, ...]:
    """`clock_off` in seconds, by the first address that tells; None where none does."""
    off = next((told for address in addresses if (told := ask(address, seconds)) is not None), None)
    return (
        HostFact("clock_off", None if off is None else round(off.seconds, 1), "s"),
        HostFact("clock_off_within", None if off is None else round(off.within, 1), "s"),
        HostFact("clock_told_by", None if off is None else off.source[:200]),
    )


def ask(address: str, seconds: float = SECONDS, now: Callable[[], float] = time.time) -> Off | None:
    """One HEAD request; None where nobody answers with a time."""
    try:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        with closing(_connection(parts.scheme, parts.hostname, parts.port, seconds)) as line:
            line.connect()
            began = now()
            line.request("HEAD", "/", headers={"Cache-Control": "no-cache"})
            told = _told(line.getresponse())
            ended = now()
    except (OSError, HTTPException, ValueError):
        return None
    return None if told is None else off(told, began, ended, parts.hostname)


def off(told: datetime, began: float, ended: float, source: str) -> Off:
    """`told` as the server wrote it; `began` and `ended` by this PC, in seconds since 1970."""
    return Off((began + ended) / 2 - (told.timestamp() + 0.5), (ended - began) / 2 + 0.5, source)


def _told(answer: HTTPResponse) -> datetime | None:
    """None where there is no `Date`, or a store on the way kept the answer for a while (`Age`)."""
    words = answer.getheader("Date")
    if words is None or answer.getheader("Age", "0").strip() != "0":
        return None
    told = parsedate_to_datetime(words)
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _connection(scheme: str, host: str, port: int | None, seconds: float) -> HTTPConnection:
    """A wrong clock makes every certificate look wrong, so none is judged here: nothing secret is sent or believed."""
    if scheme == "http":
        return HTTPConnection(host, port, timeout=seconds)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return HTTPSConnection(host, port, timeout=seconds, context=context)
