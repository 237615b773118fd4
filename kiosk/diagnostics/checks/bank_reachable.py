"""Can this PC reach the payment hosts that policy names? Reads facts only; none named means not checked."""

from collections.abc import Iterator, Mapping

from kiosk.diagnostics.check import Scene, Yield, check, judge
from kiosk.model.finding import Finding, Hop, HopState, Measurement, Severity
from kiosk.model.terminal import Kind

FAR = 86_400.0  # seconds


FAR = 86_400.0  # seconds


@check(id="bank_reachable", hop=Hop.BANK, kinds=(Kind.TERMINAL,))
def bank_reachable(scene: Scene) -> Iterator[Yield]:
    """Also behind a terminal that tells nothing of its health: the way out of the shop does not depend on that."""
    facts = {fact.name: fact.value for fact in scene.facts.host}
    reached = {host: facts.get(f"reaches {host}"[:80]) for host in scene.facts.payment_hosts}
    if not any(value is not None for value in reached.values()):
        yield judge(Hop.BANK, HopState.NOT_CHECKED)
    for host, answer in reached.items():
        if answer is False:
            yield Finding(_reason(host, facts), Severity.FAULT, {"host": host})
        elif answer:
            yield from _trusted(host, facts)
    if facts.get("proxy") is True and any(value is False for value in reached.values()):
        yield Finding("bank.proxy", Severity.INFO)
    resets = facts.get("connections_reset")
    if reached and isinstance(resets, int):
        yield Measurement("network.connections_reset", resets)


def _reason(host: str, facts: Mapping[str, object]) -> str:
    """The first thing on the way that is missing."""
    if facts.get("gateway") is False or facts.get("gateway_answers") is False:
        return "bank.no_gateway"
    return "bank.dns" if facts.get(f"resolves {host}"[:80]) is False else "bank.unreachable"


def _trusted(host: str, facts: Mapping[str, object]) -> Iterator[Yield]:
    trust, issuer = (facts.get(f"{about} {host}"[:80]) for about in ("trust", "issuer"))
    if trust == "local":
        yield Finding("bank.intercepted", Severity.WARNING, {"host": host, "issuer": str(issuer)})
    elif trust == "dated" and not _is_far_off(facts.get("clock_off")):
        yield Finding("bank.certificate", Severity.WARNING, {"host": host, "issuer": str(issuer)})


def _is_far_off(clock: object) -> bool:
    """To a PC that lives in another week every certificate is out of date; then `host.clock_off` says why."""
    return isinstance(clock, int | float) and abs(clock) > FAR
