"""Does this PC's clock agree with those that it talks to? Reads facts only; not told is not judged."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, check
from kiosk.model.finding import Finding, Hop, Measurement, Severity

LIMIT = 60.0  # seconds; what till programs and their hosts put up with. Judgement


@check(id="pc_clock", hop=Hop.PC)
def pc_clock(scene: Scene) -> Iterator[Yield]:
    """Information: a wrong clock makes connections of this PC fail, none of the terminal's own."""
    facts = {fact.name: fact.value for fact in scene.facts.host}
    off, within = facts.get("clock_off"), facts.get("clock_off_within")
    if not isinstance(off, int | float):
        return
    doubt = within if isinstance(within, int | float) else 0.0
    wrong = abs(off) - doubt > LIMIT
    yield Measurement("host.clock_off", off, "s", (-LIMIT, LIMIT), not wrong)
    if wrong:
        yield Finding("host.clock_off", Severity.INFO, {"n": max(round(abs(off) / 60), 1)})
