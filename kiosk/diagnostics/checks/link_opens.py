"""Does the port open? On a network the connection is the cable; a serial port says nothing of its cable by opening."""

from collections.abc import Iterator

from kiosk.diagnostics import pos
from kiosk.diagnostics.channels.address import kind_of
from kiosk.diagnostics.check import Scene, Yield, check, judge
from kiosk.errors import (
    Busy,
    DeviceError,
    Gone,
    NoAnswer,
    NoTls,
    NotPermitted,
    OutOfDate,
    PlainText,
    TlsRefused,
    TlsSilent,
    UnknownIssuer,
    Untrusted,
    WrongKey,
    WrongName,
)
from kiosk.model.finding import Datum, Finding, Hop, HopState, Severity
from kiosk.model.terminal import Level


@check(id="link_opens", needs=("port_present", "port_owner", "permission"), level=Level.INTERNAL, hop=Hop.PORT)
def link_opens(scene: Scene) -> Iterator[Yield]:
    address = scene.terminal.port.address
    network = kind_of(address) == "tcp"
    try:
        scene.open()
    except DeviceError as e:
        if isinstance(e, Busy) and not network and (name := pos.running(scene.facts)):
            yield from _taken_by_pos(address, name)
            return
        id = _meaning(e, network)
        if isinstance(e, NoTls | Untrusted | TlsSilent):
            yield judge(Hop.CABLE)  # a connection was there
        unknown: dict[str, Datum] = {"name": "?"} if id == "port.busy" else {}  # the facts showed no holder
        yield Finding(id, Severity.FAULT, {"port": address, **unknown})
        return
    if network:
        yield judge(Hop.CABLE)


SECURE: dict[type[DeviceError], str] = {
    UnknownIssuer: "link.issuer_unknown",
    OutOfDate: "link.certificate_dated",
    WrongName: "link.wrong_name",
    WrongKey: "link.wrong_key",
    TlsRefused: "link.tls_refused",
    PlainText: "link.tls_plain",
    TlsSilent: "link.tls_silent",
}
"""What a connection that is to be secure may fail of."""


def _taken_by_pos(address: str, name: str) -> Iterator[Yield]:
    """Windows names no holder, nor does Linux that of another user: a till program that runs is the likely one."""
    yield Finding("port.in_use_by_pos", Severity.INFO, {"port": address, "name": name, "likely": True})
    yield judge(Hop.PORT)
    for hop in (Hop.CABLE, Hop.ANSWER, Hop.TERMINAL, Hop.BANK):
        yield judge(hop, HopState.NOT_CHECKED)


def _meaning(e: DeviceError, network: bool) -> str:
    if type(e) in SECURE:
        return SECURE[type(e)]
    if isinstance(e, Gone):
        return "port.name_unknown" if network else "port.missing"
    if network:
        return "link.unplugged" if isinstance(e, NoAnswer) else "link.refused"
    if isinstance(e, Busy):
        return "port.busy"
    return "port.no_permission" if isinstance(e, NotPermitted) else "port.open_failed"
