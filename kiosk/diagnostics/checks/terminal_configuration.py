"""Has the terminal print its configuration, where a person said yes; what comes to the till becomes measurements."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, check
from kiosk.diagnostics.external_talk import try_external
from kiosk.model.finding import Hop
from kiosk.model.terminal import Kind, Level


@check(
    id="terminal_configuration",
    needs=("terminal_health",),
    level=Level.EXTERNAL,
    hop=Hop.TERMINAL,
    kinds=(Kind.TERMINAL,),
    seconds=40.0,
)
def terminal_configuration(scene: Scene) -> Iterator[Yield]:
    yield from try_external(scene, "configuration")
