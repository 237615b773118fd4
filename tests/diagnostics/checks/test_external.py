"""Checks of level external over the real driver on a simulated ZVT terminal: with a person's yes, and without."""

import pytest

from kiosk.diagnostics.checks import terminal_configuration, terminal_diagnosis, terminal_self_test
from kiosk.model.finding import Hop, HopState
from kiosk.model.terminal import Level
from tests.diagnostics.test_allow_list import check

EXTERNAL = [
    module.check.id
    for module in (
        terminal_configuration.terminal_configuration,
        terminal_self_test.terminal_self_test,
        terminal_diagnosis.terminal_diagnosis,
    )
]


def states(report):
    return {link.hop: link.state for link in report.chain}


@pytest.mark.parametrize("framing", ["serial", "tcp"])
def test_at_level_external_all_three_run_and_the_chain_is_whole(framing):
    outcome, channel = check("zvt", framing, None, level=Level.EXTERNAL)
    (report,) = outcome.report.terminals
    assert set(EXTERNAL) <= set(report.ran)
    told = {m.name: m.value for m in report.measurements}
    assert (told["zvt.configuration"], told["zvt.self_test"], told["zvt.diagnosis"]) == ("done", "done", "done")
    assert report.health.serial, "what external tests tell never takes the place of the terminal's health"
    assert states(report)[Hop.TERMINAL] is HopState.OK
    counts = channel.device.counts()
    assert [counts[n] for n in ("configurations", "self_tests", "diagnoses", "unacknowledged")] == [1, 1, 1, 0]


def test_at_level_internal_none_of_them_runs():
    outcome, channel = check("zvt", "tcp", None)
    assert not set(EXTERNAL) & set(outcome.report.terminals[0].ran)
    counts = channel.device.counts()
    assert [counts[n] for n in ("configurations", "self_tests", "diagnoses")] == [0, 0, 0]


@pytest.mark.parametrize(
    ("fault", "finding", "hop"),
    [
        ("self_test_fails", "terminal.pin_device_broken", Hop.TERMINAL),
        ("no_host", "bank.unreachable", Hop.BANK),
    ],
)
def test_what_a_test_finds_breaks_its_hop(fault, finding, hop):
    report = check("zvt", "serial", fault, level=Level.EXTERNAL)[0].report.terminals[0]
    assert finding in [f.id for f in report.findings]
    assert states(report)[hop] is HopState.BROKEN


def test_a_terminal_that_knows_no_tests_stays_healthy():
    report = check("zvt", "serial", "no_tests", level=Level.EXTERNAL)[0].report.terminals[0]
    assert report.findings == ()
    assert {m.value for m in report.measurements if m.name in ("zvt.self_test", "zvt.diagnosis")} == {"not_possible"}


def test_a_test_that_never_ends_is_released_and_said():
    """The terminal still leads the dialogue: it is released by an abort, once for each dialogue that hung."""
    outcome, channel = check("zvt", "serial", "drops_end", level=Level.EXTERNAL)
    assert channel.device.counts()["aborts"] >= 1
    assert outcome.broken == ()
