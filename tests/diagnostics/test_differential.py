"""Which part a fault follows, over every outcome of every exchange."""

from itertools import product

import pytest

from kiosk.diagnostics.differential import Conclusion, Part, Trial, Why, compare, conclude, fault_of
from kiosk.model.finding import Finding, Hop, HopState, Link, Severity
from kiosk.model.report import TerminalReport
from kiosk.model.terminal import Port as Place
from kiosk.model.terminal import Terminal

PORT, CABLE, DEVICE = Part


def report(finding="", broken=None, severity=Severity.FAULT):
    states, state = [], HopState.OK
    for hop in Hop:
        if hop is broken:
            states.append(Link(hop, HopState.BROKEN))
            state = HopState.NOT_REACHED
        else:
            states.append(Link(hop, state))
    found = (Finding(finding, severity),) if finding else ()
    return TerminalReport(Terminal("1", Place("/dev/x")), tuple(states), findings=found)


SILENT, FINE = report("protocol.no_answer", Hop.ANSWER), report()
OTHER = report("port.missing", Hop.PORT)
SHOWN = {Trial.STAYED: SILENT, Trial.GONE: FINE, Trial.UNCLEAR: OTHER}


def test_a_fault_is_gone_only_where_its_hop_is_proven():
    assert compare(SILENT, SILENT) is Trial.STAYED
    assert compare(SILENT, FINE) is Trial.GONE
    assert compare(SILENT, OTHER) is Trial.UNCLEAR, "the port was not even there"
    unknown = TerminalReport(SILENT.terminal, tuple(Link(hop, HopState.NOT_CHECKED) for hop in Hop))
    assert compare(SILENT, unknown) is Trial.UNCLEAR
    warned = report("terminal.clock_wrong", severity=Severity.WARNING)
    assert compare(SILENT, warned) is Trial.GONE
    assert compare(FINE, FINE) is Trial.UNCLEAR
    assert fault_of(warned) is None


@pytest.mark.parametrize("shown", list(product(Trial, repeat=3)))
def test_every_outcome_of_three_exchanges(shown):
    """One cure names the part, two are chance, none with all kept is elsewhere; the unclear decides nothing."""
    told = conclude(SILENT, {part: SHOWN[trial] for part, trial in zip(Part, shown, strict=True)})
    gone, stayed = shown.count(Trial.GONE), shown.count(Trial.STAYED)
    if gone == 1:
        assert (told.part, told.why) == (list(Part)[shown.index(Trial.GONE)], Why.FOLLOWS)
    elif gone > 1:
        assert (told.part, told.why) == (None, Why.COMES_AND_GOES)
    elif stayed == 3:
        assert (told.part, told.why) == (None, Why.ELSEWHERE)
    elif stayed == 2:
        assert (told.part, told.why) == (list(Part)[shown.index(Trial.UNCLEAR)], Why.LEFT_OVER)
    else:
        assert (told.part, told.why) == (None, Why.NOT_YET)
    assert told.next is None
    assert not told.proven


def test_the_cheapest_exchange_comes_next_and_a_cure_ends_it():
    assert conclude(SILENT, {}) == Conclusion(None, Why.NOT_YET, next=PORT)
    assert conclude(SILENT, {PORT: SILENT}) == Conclusion(None, Why.NOT_YET, cleared=(PORT,), next=CABLE)
    assert conclude(SILENT, {PORT: FINE}) == Conclusion(PORT, Why.FOLLOWS)
    left = conclude(SILENT, {PORT: SILENT, CABLE: SILENT})
    assert left == Conclusion(DEVICE, Why.LEFT_OVER, False, (PORT, CABLE), DEVICE)


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        (SILENT, Conclusion(CABLE, Why.FOLLOWS, True, (PORT,))),
        (FINE, Conclusion(None, Why.DID_NOT_COME_BACK, False, (PORT,))),
        (OTHER, Conclusion(CABLE, Why.FOLLOWS, False, (PORT,))),
    ],
)
def test_what_comes_back_with_the_old_part_is_proven(back, expected):
    assert conclude(SILENT, {PORT: SILENT, CABLE: FINE}, back) == expected


def test_without_a_fault_there_is_nothing_to_follow():
    assert conclude(FINE, {PORT: SILENT}) == Conclusion(None, Why.HEALTHY)
