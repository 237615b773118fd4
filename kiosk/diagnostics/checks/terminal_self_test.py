"""Has the terminal test itself, where a person said yes."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, check
from kiosk.diagnostics.external_talk import try_external
from kiosk.model.finding import Hop
from kiosk.model.terminal import Kind, Level


@check(
    id="terminal_self_test",
    needs=("terminal_configuration",),
    level=Level.EXTERNAL,
    hop=Hop.TERMINAL,
    kinds=(Kind.TERMINAL,),
    seconds=60.0,
)
def terminal_self_test(scene: Scene) -> Iterator[Yield]:
    yield from try_external(scene, "self_test")
