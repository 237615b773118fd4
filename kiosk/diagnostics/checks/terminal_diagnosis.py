"""Has the terminal call its host, where a person said yes: tells whether its own line to the bank works."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, check
from kiosk.diagnostics.external_talk import try_external
from kiosk.model.finding import Hop
from kiosk.model.terminal import Kind, Level


@check(
    id="terminal_diagnosis",
    needs=("terminal_self_test",),
    level=Level.EXTERNAL,
    hop=Hop.TERMINAL,
    kinds=(Kind.TERMINAL,),
    seconds=120.0,
)
def terminal_diagnosis(scene: Scene) -> Iterator[Yield]:
    yield from try_external(scene, "diagnosis")
