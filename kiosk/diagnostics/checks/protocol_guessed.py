"""How does a terminal talk that no list names? Harmless questions only, and a person confirms what is found."""

from collections.abc import Iterator

from kiosk.diagnostics import guessing
from kiosk.diagnostics.channels.opening import kind_of
from kiosk.diagnostics.check import Scene, Yield, check, judge
from kiosk.diagnostics.guessing import Probe
from kiosk.errors import DeviceError, Gone
from kiosk.model.finding import Datum, Finding, Hop, HopState, Severity
from kiosk.model.terminal import Kind, Level
from kiosk.protocols.protocol import Protocol, protocols

GUESSED = {Kind.TERMINAL, Kind.CARD_READER}


@check(id="protocol_guessed", needs=("link_opens",), level=Level.INTERNAL, hop=Hop.ANSWER, seconds=20.0)
def protocol_guessed(scene: Scene) -> Iterator[Yield]:
    """Stops at the first answer. Nothing more is sent in this run, whatever was found."""
    if scene.protocol is not None or scene.terminal.kind not in GUESSED:
        return
    try:
        found = _found(scene)
    except Gone:
        yield Finding("link.unplugged", Severity.FAULT)
        return
    for protocol, baud in found:
        data: dict[str, Datum] = {"protocol": protocol.title, "id": protocol.id, "kind": protocol.kind.value}
        yield Finding("protocol.guessed", Severity.INFO, data | ({"baud": baud} if baud else {}))
    if found:
        yield judge(Hop.CABLE)
    yield judge(Hop.ANSWER, HopState.NOT_CHECKED)


def _found(scene: Scene) -> tuple[tuple[Protocol, int | None], ...]:
    """What was overheard, else the first protocol that answers, and at which speed."""
    port, kind = kind_of(scene.terminal.port.address), scene.terminal.kind
    some = guessing.candidates(port, kind, protocols())
    if port != "usb":  # what a USB reader says unasked may be a card
        overheard = guessing.speaks(scene.overhear(), ((p, p.default_framing[port]) for p in some))
        if overheard:
            return tuple((protocol, None) for protocol in overheard)
    for probe in guessing.probes(port, kind, protocols()):
        if _answers(scene, probe, on_network=port == "tcp"):
            return ((probe.protocol, probe.baud),)
    return ()


def _answers(scene: Scene, probe: Probe, *, on_network: bool) -> bool:
    """A server on the network may hang up on what it does not know; a cable that is gone stays gone."""
    try:
        scene.probe(probe)
    except Gone:
        if on_network:
            return False
        raise
    except DeviceError:
        return False
    return True
