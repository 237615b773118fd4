"""Carries out one external conversation of a protocol for the checks that need it; must not know a protocol."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, judge
from kiosk.errors import Barred, DeviceError, Gone
from kiosk.model.finding import Finding, Hop, HopState, Measurement, Severity


def try_external(scene: Scene, name: str) -> Iterator[Yield]:
    """Measurements and findings of the conversation `name`; nothing where the protocol has none.

    It failed half-way: a measurement says so. That is no proof of a fault, for many terminals know no such command
    and say nothing; whether the terminal answers at all was asked before.
    """
    talk = scene.protocol.external.get(name) if scene.protocol else None
    if talk is None:
        return
    try:
        reading = scene.talk(talk(scene.framing))
    except Barred as e:
        yield Finding("guard.refused", Severity.INFO, {"why": e.message})
        yield judge(Hop.TERMINAL, HopState.NOT_CHECKED)
    except Gone:
        yield Finding("link.unplugged", Severity.FAULT)
    except DeviceError as e:
        yield Measurement(f"{name}.failed", e.message, ok=False)
    else:
        yield from reading.measurements
        yield from reading.findings
