"""Is the terminal's port there? Reads facts only."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, check
from kiosk.model.finding import Finding, Hop, Severity


@check(id="port_present", hop=Hop.PORT)
def port_present(scene: Scene) -> Iterator[Yield]:
    seen = scene.seen
    if seen is None or not seen.exists:
        yield Finding("port.missing", Severity.FAULT, {"port": scene.terminal.port.address})
