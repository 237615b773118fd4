"""Does a fault follow the cable, the port or the device? Compares checks between which one part was exchanged; pure.

One thing is exchanged at a time, everything else is put back. A part is at fault if the fault went away with it, and
cleared if the fault stayed without it. What cannot be told stays "not decided", with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from kiosk.model.finding import Finding, Hop, HopState, Severity
from kiosk.model.report import TerminalReport


class Part(StrEnum):
    """What is exchanged, cheapest first: another port for the same terminal, another cable, another terminal here."""

    PORT = "port"
    CABLE = "cable"
    DEVICE = "device"


class Why(StrEnum):
    FOLLOWS = "follows"  # the fault went with the part
    LEFT_OVER = "left_over"  # the other two are cleared
    HEALTHY = "healthy"  # there was no fault to follow
    NOT_YET = "not_yet"  # too few parts were exchanged
    COMES_AND_GOES = "comes_and_goes"  # more than one exchange cured it: a loose contact, or chance
    ELSEWHERE = "elsewhere"  # it stayed whatever was exchanged
    DID_NOT_COME_BACK = "did_not_come_back"  # with the old part back in it is still gone


class Conclusion(Struct, frozen=True):
    """The part at fault, or None for "not decided". `proven`: the fault came back with the old part.

    `cleared` are parts without which the fault stayed; `next` is the exchange to try, or None.
    """

    part: Part | None
    why: Why
    proven: bool = False
    cleared: tuple[Part, ...] = ()
    next: Part | None = None


class Trial(StrEnum):
    """What one exchange showed."""

    GONE = "gone"
    STAYED = "stayed"
    UNCLEAR = "unclear"  # another fault, or it was not judged so far


def fault_of(report: TerminalReport) -> Finding | None:
    """The fault that is followed: the loudest; what only warns is no matter of cables."""
    loud = [f for f in report.findings if f.severity.rank >= Severity.FAULT.rank]
    return max(loud, key=lambda f: f.severity.rank, default=None)


def compare(before: TerminalReport, after: TerminalReport) -> Trial:
    """Gone only if the hop that was broken is proven to be fine now: not looked at is not gone."""
    fault = fault_of(before)
    if fault is None:
        return Trial.UNCLEAR
    if any(f.id == fault.id for f in after.findings):
        return Trial.STAYED
    broken = next((link.hop for link in before.chain if link.state is HopState.BROKEN), None)
    if fault_of(after) is not None or (broken is not None and _state(after, broken) is not HopState.OK):
        return Trial.UNCLEAR
    return Trial.GONE


def _state(report: TerminalReport, hop: Hop) -> HopState | None:
    return next((link.state for link in report.chain if link.hop is hop), None)


def conclude(
    before: TerminalReport, after: Mapping[Part, TerminalReport], back: TerminalReport | None = None
) -> Conclusion:
    """`after`: a check with that one part exchanged. `back`: a check with the old part of the cure in again."""
    if fault_of(before) is None:
        return Conclusion(None, Why.HEALTHY)
    trials = {part: compare(before, report) for part, report in after.items()}
    gone = tuple(part for part in Part if trials.get(part) is Trial.GONE)
    cleared = tuple(part for part in Part if trials.get(part) is Trial.STAYED)
    if len(gone) > 1:
        return Conclusion(None, Why.COMES_AND_GOES, cleared=cleared)
    if gone:
        return _followed(before, gone[0], cleared, back)
    if len(cleared) == len(Part):
        return Conclusion(None, Why.ELSEWHERE, cleared=cleared)
    further = next((part for part in Part if part not in trials), None)
    if len(cleared) == len(Part) - 1:
        left = next(part for part in Part if part not in cleared)
        return Conclusion(left, Why.LEFT_OVER, False, cleared, further)
    return Conclusion(None, Why.NOT_YET, cleared=cleared, next=further)


def _followed(before: TerminalReport, part: Part, cleared: tuple[Part, ...], back: TerminalReport | None) -> Conclusion:
    """Only a fault that comes back with the old part is proven to be its own: plugging alone cures loose contacts."""
    if back is None:
        return Conclusion(part, Why.FOLLOWS, False, cleared)
    match compare(before, back):
        case Trial.STAYED:
            return Conclusion(part, Why.FOLLOWS, True, cleared)
        case Trial.GONE:
            return Conclusion(None, Why.DID_NOT_COME_BACK, False, cleared)
    return Conclusion(part, Why.FOLLOWS, False, cleared)
