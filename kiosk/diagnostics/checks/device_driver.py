"""Has the system a driver that works for the device behind the port? Reads facts only."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, check
from kiosk.model.finding import Datum, Finding, Hop, Severity
from kiosk.model.report import Plugged

# Windows problem codes (cfg.h, CM_PROB_*) by what they mean for a shop. 45, not plugged in, is a missing port.
MEANINGS = {
    "port.driver_missing": (1, 18, 19, 28, 31, 32, 37, 39),
    "port.driver_blocked": (48, 52),
    "port.disabled": (22,),
    "port.device_failed": (10, 21, 24, 43, 47),
    "port.restart_needed": (14,),
}
_BY_CODE = {code: id for id, codes in MEANINGS.items() for code in codes}


@check(id="device_driver", hop=Hop.PORT)
def device_driver(scene: Scene) -> Iterator[Yield]:
    plugged = scene.seen.plugged if scene.seen else None
    if plugged is None:
        return
    data: dict[str, Datum] = {"port": scene.terminal.port.address}
    if id := _BY_CODE.get(plugged.problem or 0):
        yield Finding(id, Severity.FAULT, {**data, "problem": plugged.problem or 0})
    elif _is_unbound(scene, plugged):
        yield Finding("port.driver_missing", Severity.FAULT, data)


def _is_unbound(scene: Scene, plugged: Plugged) -> bool:
    """Without a driver a serial terminal has no port, nor has its till; what is talked to over USB needs none."""
    if plugged.driver_bound is not False or plugged.problem is not None or scene.protocol is None:
        return False
    if scene.terminal.port.address.startswith("usb:"):
        return "usb" not in scene.protocol.default_framing
    return scene.seen is None or not scene.seen.exists
