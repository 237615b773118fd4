"""Does a serial line bring back what it is given? A person puts a loopback plug where the terminal was."""

from collections.abc import Iterator, Sequence
from statistics import median

from kiosk.diagnostics import loopback
from kiosk.diagnostics.channels.address import kind_of
from kiosk.diagnostics.check import Scene, Yield, check, judge
from kiosk.errors import DeviceError, Gone
from kiosk.model.finding import Finding, Hop, HopState, Measurement, Severity
from kiosk.model.terminal import Kind, Level


@check(
    id="link_loopback",
    needs=("link_opens",),
    level=Level.INTERACTIVE,
    hop=Hop.CABLE,
    kinds=(Kind.SERIAL_ADAPTER,),
    seconds=45.0,
)
def link_loopback(scene: Scene) -> Iterator[Yield]:
    """Of a bare port alone: nobody takes a terminal off its line without being asked to."""
    if kind_of(scene.terminal.port.address) != "serial":
        return
    try:
        looped, waits = scene.loop(loopback.talk())
    except Gone:
        yield Finding("link.unplugged", Severity.FAULT)
        return
    except DeviceError:
        looped, waits = loopback.Looped(b""), ()
    if looped.is_plug:
        yield from _judged(looped, waits)
        return
    yield Finding("link.other_than_plug" if looped.echo else "link.no_plug", Severity.INFO)
    yield judge(Hop.CABLE, HopState.NOT_CHECKED)


def _judged(looped: loopback.Looped, waits: Sequence[float]) -> Iterator[Yield]:
    bad = looped.lost + looped.wrong
    yield Measurement("loop.sent", looped.sent, "B")
    yield Measurement("loop.lost", looped.lost, "B", (0, 0), looped.lost == 0)
    yield Measurement("loop.wrong", looped.wrong, "B", (0, 0), looped.wrong == 0)
    if waits:
        yield Measurement("loop.latency", round(median(waits), 6), "s")
        yield Measurement("loop.latency_most", round(max(waits), 6), "s")
    yield from looped.lines
    if bad:
        yield Finding("link.noise", Severity.FAULT, {"bad": bad, "sent": looped.sent})
    else:
        yield Finding("link.loop_good", Severity.INFO, {"sent": looped.sent})
