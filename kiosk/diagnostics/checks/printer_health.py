"""What a receipt printer says of itself: paper, cover, cutter, errors."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, check
from kiosk.diagnostics.health_talk import read_health
from kiosk.model.finding import Hop
from kiosk.model.terminal import Kind, Level


@check(
    id="printer_health",
    needs=("protocol_answers",),
    level=Level.INTERNAL,
    hop=Hop.TERMINAL,
    kinds=(Kind.PRINTER,),
)
def printer_health(scene: Scene) -> Iterator[Yield]:
    yield from read_health(scene)
