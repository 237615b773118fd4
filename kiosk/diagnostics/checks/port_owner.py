"""Who has the port open? A till program of the list is normal; anybody else stands in the way."""

from collections.abc import Iterator

from kiosk.diagnostics.check import Scene, Yield, check, judge
from kiosk.diagnostics.pos import is_pos
from kiosk.model.finding import Datum, Finding, Hop, HopState, Severity
from kiosk.model.terminal import Holder

BEHIND = (Hop.CABLE, Hop.ANSWER, Hop.TERMINAL, Hop.BANK)


@check(id="port_owner", needs=("port_present",), hop=Hop.PORT)
def port_owner(scene: Scene) -> Iterator[Yield]:
    if scene.seen is not None and scene.seen.stuck:
        yield Finding("port.held_by_us", Severity.INFO, {"port": scene.terminal.port.address})
        for hop in (Hop.PORT, *BEHIND):
            yield judge(hop, HopState.NOT_CHECKED)
        return
    holder = scene.seen.held_by if scene.seen else None
    if holder is None:
        return
    data = _data(scene.terminal.port.address, holder)
    if not is_pos(holder.name, scene.facts.pos_programs):
        yield Finding("port.busy", Severity.FAULT, data)
        return
    yield Finding("port.in_use_by_pos", Severity.INFO, data)
    yield judge(Hop.PORT)
    for hop in BEHIND:
        yield judge(hop, HopState.NOT_CHECKED)


def _data(port: str, holder: Holder) -> dict[str, Datum]:
    data: dict[str, Datum] = {"port": port, "pid": holder.pid, "name": holder.name}
    return {**data, "since": holder.since} if holder.since else data
