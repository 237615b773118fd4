"""Does this PC's print service run, and does its queue move? Reads facts only."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, check
from kiosk.model.finding import Finding, Hop, Measurement, Severity
from kiosk.model.terminal import Kind

OLD = 10  # minutes: a receipt that waits so long will never be wanted


@check(id="print_queue", hop=Hop.PC, kinds=(Kind.PRINTER,))
def print_queue(scene: Scene) -> Iterator[Yield]:
    facts = {fact.name: fact.value for fact in scene.facts.host}
    if facts.get("service_print") is False:
        yield Finding("host.spooler_stopped", Severity.WARNING)
        return
    waiting, failed, oldest = (facts.get(name) for name in ("print_jobs", "print_jobs_failed", "print_oldest"))
    if not isinstance(waiting, int):
        return
    yield Measurement("print.jobs", waiting)
    if waiting and (failed or (isinstance(oldest, int) and oldest >= OLD)):
        yield Finding("host.spooler_stuck", Severity.WARNING, {"jobs": waiting})
