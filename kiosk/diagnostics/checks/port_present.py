"""Is the terminal's port there, and is it the terminal's own? Reads facts only."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, check
from kiosk.model.finding import Finding, Hop, Severity
from kiosk.model.report import Placed


@check(id="port_present", needs=("device_driver",), hop=Hop.PORT)
def port_present(scene: Scene) -> Iterator[Yield]:
    seen, place = scene.seen, scene.facts.place(scene.terminal.id)
    if place is not None and place.how is Placed.MOVED:
        yield Finding("port.moved", Severity.INFO, {"port": place.listed, "now": place.now})
    elif place is not None:
        yield Finding("port.swapped", Severity.WARNING, {"port": place.listed, "now": place.now, "other": place.other})
    if seen is None or not seen.exists or (place is not None and place.how is Placed.TAKEN):
        yield Finding("port.missing", Severity.FAULT, {"port": scene.terminal.port.address})
