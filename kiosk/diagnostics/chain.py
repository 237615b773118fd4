"""The chain of six hops, judged from what checks yielded; pure."""

from collections.abc import Mapping

from kiosk.model.finding import Chain, Finding, FindingKind, Hop, HopState, Link, Severity
from kiosk.model.terminal import Kind

HOPS = tuple(Hop)
_NO_BANK = {Kind.PRINTER, Kind.SMART_CARD_READER, Kind.CARD_READER, Kind.SERIAL_ADAPTER, Kind.HUB, Kind.OTHER}


_GROUPS = {"port": Hop.PORT, "link": Hop.CABLE, "protocol": Hop.ANSWER, "bank": Hop.BANK}


def breaks(finding: Finding, own: Hop, kinds: Mapping[str, FindingKind]) -> Hop | None:
    """The hop that a finding breaks, or None: the one that `findings.toml` names.

    An id that is not listed breaks the hop of its group, such as `link`, else the one of the check that found it.
    Only a finding of severity `warning` or more breaks anything.
    """
    if finding.severity.rank < Severity.WARNING.rank:
        return None
    listed = kinds.get(finding.id)
    return _GROUPS.get(finding.id.partition(".")[0], own) if listed is None else listed.hop


def lacks(kind: Kind) -> dict[Hop, HopState]:
    """Hops that this kind of device does not have: only a payment terminal has a bank."""
    return {Hop.BANK: HopState.NOT_APPLICABLE} if kind in _NO_BANK else {}


def whole(judged: Mapping[Hop, HopState]) -> Chain:
    """All six hops: what was not judged is not reached behind a broken hop, and not checked elsewhere."""
    chain: list[Link] = []
    broken = False
    for hop in HOPS:
        state = judged.get(hop, HopState.NOT_REACHED if broken else HopState.NOT_CHECKED)
        if broken and state is not HopState.NOT_APPLICABLE:
            state = HopState.NOT_REACHED
        broken = broken or state is HopState.BROKEN
        chain.append(Link(hop, state))
    return tuple(chain)


def stopped(judged: Mapping[Hop, HopState]) -> bool:
    return HopState.BROKEN in judged.values()
