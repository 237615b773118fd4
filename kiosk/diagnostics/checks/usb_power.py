"""Has the device behind the port enough power, and may the system put it to sleep? Reads facts only."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, check
from kiosk.model.finding import Finding, Hop, Measurement, Severity
from kiosk.model.report import Plugged


@check(id="usb_power", hop=Hop.PC)
def usb_power(scene: Scene) -> Iterator[Yield]:
    """What is not reported is not judged."""
    plugged = scene.seen.plugged if scene.seen else None
    if plugged is None:
        return
    if plugged.over_current is not None:
        yield Measurement("usb.over_current", plugged.over_current, "", (0, 0), plugged.over_current == 0)
    if plugged.over_current:
        yield Finding("host.over_current", Severity.WARNING, {"times": plugged.over_current})
    yield from _budget(plugged)
    if plugged.power_saving:
        yield Finding("host.power_saving", Severity.INFO)


def _budget(plugged: Plugged) -> Iterator[Yield]:
    if plugged.draws is not None:
        yield Measurement("usb.draws", plugged.draws, "mA")
    gives, asked = plugged.hub_gives, plugged.hub_draws
    if gives is None or asked is None:
        return
    yield Measurement("usb.hub_load", asked, "mA", (None, gives), asked <= gives)
    if asked > gives:
        yield Finding("host.hub_overloaded", Severity.WARNING, {"asked": asked, "gives": gives})
