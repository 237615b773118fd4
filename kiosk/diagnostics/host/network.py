"""Whether this PC reaches the payment hosts that policy names: a name, a connection, a TLS greeting, no more."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from functools import partial
from urllib.request import getproxies

from kiosk.diagnostics.host import system
from kiosk.diagnostics.host.bounded import side_by_side
from kiosk.diagnostics.host.certificate import trust
from kiosk.model.report import HostFact

SECONDS = 3.0
LONGEST = 4.0  # times as long may a host take in all: look-up, connection, two greetings
MOST = 20  # hosts that are asked in one run; the facts of a bundle are bounded
TLS_PORTS = {443, 8443, 9443}  # a greeting on another port might be taken for a message


def facts(hosts: Iterable[str], seconds: float = SECONDS) -> tuple[HostFact, ...]:
    """The way out of the shop, and of every payment host whether it is there and whose certificate it shows."""
    asked = tuple(hosts)[:MOST]
    found, heard = system.gateway()
    return (
        HostFact("gateway", found),
        HostFact("gateway_answers", heard),
        HostFact("connections_reset", system.resets()),
        HostFact("proxy", any(name in getproxies() for name in ("http", "https", "all"))),
        *reached(asked, seconds),
    )


def reached(hosts: Iterable[str], seconds: float = SECONDS) -> tuple[HostFact, ...]:
    """One fact `reaches <host:port>` each, all asked at once; None where the entry is no `host:port`.

    `resolves` is told only where a name is not found, `trust` and `issuer` only where TLS was spoken.
    """
    asked = tuple(hosts)
    jobs = [partial(_asked, host, seconds) for host in asked]
    told = side_by_side(jobs, LONGEST * seconds, "payment host")
    late = ((_fact("reaches", host, False),) for host in asked)
    return tuple(fact for some, none in zip(told, late, strict=True) for fact in (none if some is None else some))


def _asked(host: str, seconds: float) -> tuple[HostFact, ...]:
    name, _, port = host.rpartition(":")
    if not name or not port.isdecimal():
        return (_fact("reaches", host, None),)
    name = name.strip("[]")
    try:
        with socket.create_connection((name, int(port)), seconds) as line:
            if int(port) not in TLS_PORTS:
                return (_fact("reaches", host, True),)
            whose = trust(line, name)
    except socket.gaierror:
        return _fact("reaches", host, False), _fact("resolves", host, False)
    except (OSError, OverflowError, UnicodeError):
        return (_fact("reaches", host, False),)
    if whose is None:
        return (_fact("reaches", host, True),)
    return _fact("reaches", host, True), _fact("trust", host, whose[0]), _fact("issuer", host, whose[1])


def _fact(about: str, host: str, value: bool | str | None) -> HostFact:
    return HostFact(f"{about} {host}"[:80], value)
