"""Reads a terminal's health for the checks that need it; an answer that fails here is a finding, never health."""

from collections.abc import Generator

from kiosk.diagnostics.check import Scene, Yield, judge
from kiosk.errors import Barred, Busy, DeviceError, Garbled, Gone, NoAnswer
from kiosk.model.finding import Finding, Hop, HopState, Severity
from kiosk.model.health import Health, Reading
from kiosk.protocols.conversation import Conversation


def read_health(scene: Scene) -> Generator[Yield, None, Health | None]:
    """Yields the `Reading`; returns its health, or None where the terminal gave none."""
    if scene.protocol is None:
        return None
    return (yield from held(scene, scene.protocol.read(scene.framing)))


def held(scene: Scene, talk: Conversation[Reading]) -> Generator[Yield, None, Health | None]:
    """Carries out a talk and yields its `Reading`; returns its health, or None where it failed, which is a finding."""
    title = scene.protocol.title if scene.protocol else ""
    try:
        reading = scene.talk(talk)
    except Barred as e:
        yield Finding("guard.refused", Severity.INFO, {"why": e.message})
        yield judge(Hop.TERMINAL, HopState.NOT_CHECKED)
        return None
    except Busy:
        yield Finding("terminal.busy", Severity.WARNING, {"protocol": title})
        return None
    except DeviceError as e:
        yield Finding(_meaning(e), Severity.FAULT, {"protocol": title})
        return None
    yield reading
    if reading.health == Health() and not reading.findings:
        yield judge(Hop.TERMINAL, HopState.NOT_CHECKED)  # it talks, but its protocol has no word for health
    return reading.health


def _meaning(e: DeviceError) -> str:
    match e:
        case Gone():
            return "link.unplugged"
        case Garbled():
            return "protocol.garbled"
        case NoAnswer():
            return "protocol.no_answer"
        case _:
            return "terminal.out_of_order"
