"""The saved place: what a restart needs, lights that never call silence health."""

from datetime import timedelta
from typing import Any

import pytest

from kiosk.journey.state import FRESH_FOR, Page, light_of, light_of_report, restored, saved
from kiosk.journey.turns import PortsChanged, Tick
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.finding import Finding, Hop, HopState, Link, Severity
from kiosk.model.report import TerminalReport
from kiosk.model.screen import Light


def test_a_restart_goes_on_in_the_middle_of_a_step(walker: Any) -> None:
    walker.check_all({"2.1": "protocol.no_answer"})
    walker.did(a.FixIt("2"))
    walker.did(a.Answer("lit"))
    shown = walker.screen
    walker.journey = restored(saved(walker.journey))
    assert walker.screen == shown


def test_a_run_is_over_when_the_program_is(walker: Any) -> None:
    walker.did(a.CheckEverything())
    walker.did(a.Answer("nobody"))
    back = restored(saved(walker.journey))
    assert back.running is None
    assert back.page is not Page.CHECKING


def test_a_hard_stop_survives_a_restart(walker: Any) -> None:
    walker.check_all({"1.1": "terminal.tamper"})
    assert restored(saved(walker.journey)).halts == walker.journey.halts


def test_unsent_words_survive_a_restart(walker: Any) -> None:
    walker.check_all({"2.1": "protocol.no_answer"})
    walker.did(a.GetExpert())
    walker.did(a.SendCase())
    walker.did(a.Draft("We moved the coun"))
    back = restored(saved(walker.journey))
    assert back.case is not None
    assert back.case.draft == "We moved the coun"


def test_green_turns_to_grey_with_age_and_at_once_when_the_port_changes(walker: Any) -> None:
    walker.check_all({})
    assert light_of(walker.journey, "1.1") is Light.WORKING
    walker.later(seconds=FRESH_FOR.total_seconds() + 1)
    walker.did(Tick())
    assert light_of(walker.journey, "1.1") is Light.NOT_CHECKED
    walker.check_all({})
    walker.did(PortsChanged(("1.1",)))
    assert light_of(walker.journey, "1.1") is Light.NOT_CHECKED
    assert light_of(walker.journey, "2.1") is Light.WORKING


@pytest.mark.parametrize(
    ("severity", "light"),
    [
        (Severity.HALT, Light.STOP),
        (Severity.FAULT, Light.BROKEN),
        (Severity.WARNING, Light.NEEDS_YOU),
    ],
)
def test_the_light_follows_the_gravest_finding(store: Any, severity: Severity, light: Light) -> None:
    findings = (Finding("terminal.restart_soon", Severity.INFO), Finding("terminal.busy", severity))
    terminal = store.tills[0].terminals[0]
    chain = tuple(Link(hop, HopState.OK) for hop in Hop)
    assert light_of_report(TerminalReport(terminal, chain, findings=findings)) is light


def test_no_answer_and_nothing_known_is_not_working(store: Any) -> None:
    terminal = store.tills[0].terminals[0]
    unknown = tuple(Link(hop, HopState.NOT_CHECKED) for hop in Hop)
    assert light_of_report(TerminalReport(terminal, unknown)) is Light.NOT_CHECKED
    taken = TerminalReport(terminal, unknown, findings=(Finding("port.in_use_by_pos", Severity.INFO),))
    assert light_of_report(taken) is Light.IN_USE


def test_age_is_told_in_minutes(walker: Any) -> None:
    walker.check_all({})
    walker.now += timedelta(minutes=4)
    walker.did(Tick())
    home = walker.screen
    assert isinstance(home, s.Home)
    assert (home.cards[0].detail.id, home.cards[0].detail.args["n"]) == ("seen.minutes", 4)
