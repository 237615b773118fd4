"""May this user open the port? Reads facts only; where the system does not tell, opening will."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, check
from kiosk.model.finding import Datum, Finding, Hop, Severity


@check(id="permission", needs=("port_present",), hop=Hop.PORT)
def permission(scene: Scene) -> Iterator[Yield]:
    seen = scene.seen
    if seen is None or seen.readable is not False:
        return
    data: dict[str, Datum] = {"port": seen.address, "group": seen.group or ""}
    yield Finding("port.no_permission", Severity.FAULT, data)
