"""What a serial line tells before a question: modem lines, error counters, bytes that nobody asked for."""

from collections.abc import Iterator

from kiosk.diagnostics import signal
from kiosk.diagnostics.channels.address import kind_of
from kiosk.diagnostics.check import Scene, Yield, check, judge
from kiosk.errors import DeviceError, Gone
from kiosk.model.finding import Finding, Hop, Measurement, Severity
from kiosk.model.terminal import Level


@check(id="link_signal", needs=("link_opens",), level=Level.INTERNAL, hop=Hop.PORT)
def link_signal(scene: Scene) -> Iterator[Yield]:
    """It belongs to the hop before the cable, for a quiet line proves none: that is judged by an answer."""
    if kind_of(scene.terminal.port.address) != "serial" or scene.protocol is None:
        return
    try:
        before, came, after = scene.talk(signal.listen())
    except Gone:
        yield Finding("link.unplugged", Severity.FAULT)
        return
    except DeviceError:
        return
    yield judge(Hop.PORT)
    yield Measurement("line.unasked", len(came), "B")
    counts = signal.measured(before, after)
    yield from counts
    if trouble := signal.counted(counts, scene.reads(came)) or signal.trouble(came, scene.reads):
        yield Finding(trouble, Severity.FAULT)
