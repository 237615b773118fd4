"""Can the card reader power a card? A person brings a test card; its first words prove the reader, none is read on."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, check
from kiosk.diagnostics.health_talk import held
from kiosk.model.finding import Hop
from kiosk.model.terminal import Kind, Level


@check(
    id="card_test",
    needs=("terminal_health",),
    level=Level.INTERACTIVE,
    hop=Hop.TERMINAL,
    kinds=(Kind.SMART_CARD_READER,),
    seconds=40.0,
)
def card_test(scene: Scene) -> Iterator[Yield]:
    """A protocol that has no such test is not tested."""
    if scene.protocol is not None and scene.protocol.card_test is not None:
        yield from held(scene, scene.protocol.card_test(scene.framing))
