"""Can this PC reach the payment hosts that policy names? Reads facts only; none named means not checked."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, check, judge
from kiosk.model.finding import Finding, Hop, HopState, Severity
from kiosk.model.terminal import Kind


@check(id="bank_reachable", needs=("terminal_health",), hop=Hop.BANK, kinds=(Kind.TERMINAL,))
def bank_reachable(scene: Scene) -> Iterator[Yield]:
    facts = {fact.name: fact.value for fact in scene.facts.host}
    reached = {host: facts.get(f"reaches {host}"[:80]) for host in scene.facts.payment_hosts}
    if not any(value is not None for value in reached.values()):
        yield judge(Hop.BANK, HopState.NOT_CHECKED)
    for host, answer in reached.items():
        if answer is False:
            yield Finding("bank.unreachable", Severity.FAULT, {"host": host})
