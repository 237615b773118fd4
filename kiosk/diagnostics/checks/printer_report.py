"""Has a receipt printer send one report of its own, where a person said yes: it tells more than single answers."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, check
from kiosk.diagnostics.external_talk import try_external
from kiosk.model.finding import Hop
from kiosk.model.terminal import Kind, Level


@check(
    id="printer_report",
    needs=("printer_health",),
    level=Level.EXTERNAL,
    hop=Hop.TERMINAL,
    kinds=(Kind.PRINTER,),
)
def printer_report(scene: Scene) -> Iterator[Yield]:
    yield from try_external(scene, "report")
