"""Does this PC's card service run, without which a till program reaches no card reader? Reads facts only."""

from collections.abc import Iterator

from kiosk.diagnostics.channels.address import kind_of
from kiosk.diagnostics.check import Scene, Yield, check
from kiosk.model.finding import Finding, Hop, Severity
from kiosk.model.terminal import Kind


@check(id="card_service", hop=Hop.PC, kinds=(Kind.SMART_CARD_READER,))
def card_service(scene: Scene) -> Iterator[Yield]:
    """Information: a reader that answers us without the service is not broken by that."""
    facts = {fact.name: fact.value for fact in scene.facts.host}
    if facts.get("service_card") is False and kind_of(scene.terminal.port.address) != "tcp":
        yield Finding("host.card_service_stopped", Severity.INFO)
