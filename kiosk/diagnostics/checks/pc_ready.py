"""Is this PC fit to judge by? Facts about it are information only: they do not lie on the terminal's path."""

from collections.abc import Iterator

from kiosk.diagnostics import pos
from kiosk.diagnostics.check import Scene, Yield, check
from kiosk.model.finding import Finding, Hop, Severity


@check(id="pc_ready", hop=Hop.PC)
def pc_ready(scene: Scene) -> Iterator[Yield]:
    facts = {fact.name: fact.value for fact in scene.facts.host}
    if facts.get("restart_pending") is True:
        yield Finding("host.restart_pending", Severity.INFO)
    if pos.running(scene.facts) == "":
        yield Finding("host.pos_not_running", Severity.INFO)
