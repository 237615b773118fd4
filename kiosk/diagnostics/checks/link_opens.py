"""Does the port open? On a network the connection is the cable; a serial port says nothing of its cable by opening."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, check, judge
from kiosk.errors import Busy, DeviceError, Gone, NoAnswer, NotPermitted
from kiosk.model.finding import Datum, Finding, Hop, Severity
from kiosk.model.terminal import Level


@check(id="link_opens", needs=("port_present", "port_owner", "permission"), level=Level.INTERNAL, hop=Hop.PORT)
def link_opens(scene: Scene) -> Iterator[Yield]:
    address = scene.terminal.port.address
    network = address.startswith("tcp://")
    try:
        scene.open()
    except DeviceError as e:
        id = _meaning(e, network)
        unknown: dict[str, Datum] = {"name": "?"} if id == "port.busy" else {}  # the facts showed no holder
        yield Finding(id, Severity.FAULT, {"port": address, **unknown})
        return
    if network:
        yield judge(Hop.CABLE)


def _meaning(e: DeviceError, network: bool) -> str:
    if isinstance(e, Gone):
        return "port.missing"
    if network:
        return "link.unplugged" if isinstance(e, NoAnswer) else "link.refused"
    if isinstance(e, Busy):
        return "port.busy"
    return "port.no_permission" if isinstance(e, NotPermitted) else "port.open_failed"
