"""Does the terminal answer in its protocol? Silence is "no answer", never health, and says nothing of the cable."""

from collections.abc import Iterator

from kiosk.diagnostics import signal
from kiosk.diagnostics.channels.address import kind_of
from kiosk.diagnostics.check import Scene, Yield, check, judge
from kiosk.errors import Barred, Busy, DeviceError, Garbled, Gone, NoAnswer, Refused, TlsRefused, WrongKey
from kiosk.model.finding import Finding, Hop, HopState, Severity
from kiosk.model.terminal import Level


@check(
    id="protocol_answers", needs=("link_opens", "protocol_guessed"), level=Level.INTERNAL, hop=Hop.ANSWER, seconds=12.0
)
def protocol_answers(scene: Scene) -> Iterator[Yield]:
    if scene.protocol is None:
        yield judge(Hop.ANSWER, HopState.NOT_CHECKED)
        return
    try:
        scene.talk(scene.protocol.answers(scene.framing))
    except Barred as e:
        yield Finding("guard.refused", Severity.INFO, {"why": e.message})
        yield judge(Hop.ANSWER, HopState.NOT_CHECKED)
    except DeviceError as e:
        yield _misread(scene, e) or Finding(*_meaning(e), {"protocol": scene.protocol.title})
    else:
        yield judge(Hop.CABLE) if scene.protocol.asks else judge(Hop.ANSWER, HopState.NOT_CHECKED)


def _misread(scene: Scene, e: DeviceError) -> Finding | None:
    """Bytes instead of an answer may tell that the line is set to another speed."""
    came = scene.heard() if isinstance(e, Garbled | NoAnswer) else b""
    if kind_of(scene.terminal.port.address) != "serial" or signal.trouble(came, scene.reads) != "link.wrong_speed":
        return None
    return Finding("link.wrong_speed", Severity.FAULT)


def _meaning(e: DeviceError) -> tuple[str, Severity]:
    match e:
        case Garbled():
            return "protocol.garbled", Severity.FAULT
        case WrongKey():
            return "link.wrong_key", Severity.FAULT
        case TlsRefused():
            return "link.tls_refused", Severity.FAULT
        case Gone():
            return "link.unplugged", Severity.FAULT
        case Busy():
            return "terminal.busy", Severity.WARNING
        case Refused():
            return "protocol.refused", Severity.WARNING
        case _:
            return "protocol.no_answer", Severity.FAULT
