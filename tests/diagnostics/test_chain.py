"""The chain of six hops: which finding breaks which, and what the others are called then."""

import pytest

from kiosk.diagnostics import chain
from kiosk.model.finding import Finding, FindingKind, Hop, HopState, Severity
from kiosk.model.terminal import Kind


def named(judged):
    return [str(link.state) for link in chain.whole(judged)]


def test_hops_always_come_in_the_same_order():
    assert [link.hop for link in chain.whole({Hop.BANK: HopState.OK})] == list(Hop)


def test_silence_leaves_the_cable_not_checked_and_the_rest_not_reached():
    judged = {Hop.PC: HopState.OK, Hop.PORT: HopState.OK, Hop.ANSWER: HopState.BROKEN}
    assert named(judged) == ["ok", "ok", "not_checked", "broken", "not_reached", "not_reached"]


def test_a_printer_has_no_bank_even_behind_a_broken_hop():
    judged = {Hop.PORT: HopState.BROKEN, **chain.lacks(Kind.PRINTER)}
    assert named(judged)[-2:] == ["not_reached", "not_applicable"]
    assert chain.lacks(Kind.TERMINAL) == {}


def test_a_hop_that_was_fine_before_an_earlier_one_broke_is_not_reached():
    judged = {Hop.PC: HopState.OK, Hop.PORT: HopState.OK, Hop.ANSWER: HopState.OK, Hop.CABLE: HopState.BROKEN}
    assert named(judged) == ["ok", "ok", "broken", "not_reached", "not_reached", "not_reached"]


@pytest.mark.parametrize(
    ("id", "severity", "hop"),
    [
        ("port.busy", Severity.FAULT, Hop.PORT),
        ("link.refused", Severity.FAULT, Hop.CABLE),
        ("protocol.garbled", Severity.WARNING, Hop.ANSWER),
        ("printer.no_paper", Severity.FAULT, Hop.TERMINAL),
        ("terminal.restart_soon", Severity.INFO, None),
    ],
)
def test_an_id_that_is_on_no_list_breaks_the_hop_of_its_group_or_check(id, severity, hop):
    assert chain.breaks(Finding(id, severity), Hop.TERMINAL, {}) is hop


def test_the_list_has_the_last_word():
    kinds = {"printer.paper_low": FindingKind("printer.paper_low", Severity.WARNING, None)}
    assert chain.breaks(Finding("printer.paper_low", Severity.WARNING), Hop.TERMINAL, kinds) is None


def test_a_chain_is_stopped_by_what_is_broken_only():
    assert chain.stopped({Hop.PORT: HopState.BROKEN})
    assert not chain.stopped({Hop.PORT: HopState.NOT_CHECKED})
