"""Runs as staff see them: allowed by a person, watched hop by hop, judged, cancelled."""

from typing import Any

from kiosk.journey.state import Page
from kiosk.journey.turns import CancelRun, ReleaseChecked, Streamed
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.finding import Hop, HopState, Link
from kiosk.model.report import HopChanged, Looking
from kiosk.model.terminal import Level


def test_nothing_is_sent_before_a_person_says_that_nobody_pays(walker: Any) -> None:
    assert walker.did(a.CheckEverything()) == ()
    asked = walker.screen
    assert isinstance(asked, s.Ask)
    assert [o.id for o in asked.options] == ["nobody", "somebody"]
    walker.did(a.Answer("somebody"))
    assert walker.wishes == []
    assert isinstance(walker.screen, s.Home)


def test_with_the_yes_all_terminals_are_checked_at_once(walker: Any) -> None:
    walker.did(a.CheckEverything())
    walker.did(a.Answer("nobody"))
    run = walker.started()
    assert run.terminals == ("1.1", "2.1", "2.2", "3.1")
    assert run.level is Level.INTERNAL
    assert run.nobody_pays
    shown = walker.screen
    assert isinstance(shown, s.Checking)
    assert [r.busy for r in shown.rows] == [True] * 4


def test_a_printer_alone_needs_no_yes(walker: Any) -> None:
    walker.did(a.OpenTill("3"))
    assert walker.started().terminals == ("3.1",)


def test_the_yes_is_good_for_a_few_minutes_and_then_asked_again(walker: Any) -> None:
    walker.check_all({})
    walker.later(minutes=4)
    walker.did(a.CheckEverything())
    assert isinstance(walker.screen, s.Checking)
    walker.finish({})
    walker.later(minutes=6)
    walker.did(a.CheckEverything())
    assert isinstance(walker.screen, s.Ask)


def test_the_chain_fills_hop_by_hop(walker: Any) -> None:
    walker.did(a.CheckEverything())
    walker.did(a.Answer("nobody"))
    run = walker.started().run
    walker.did(Streamed(run, Looking("2.1", "port_present")))
    walker.did(Streamed(run, HopChanged("2.1", Hop.PC, HopState.OK)))
    walker.did(Streamed(run, HopChanged("2.1", Hop.PORT, HopState.BROKEN)))
    shown = walker.screen
    assert isinstance(shown, s.Checking)
    row = next(r for r in shown.rows if r.terminal == "2.1")
    assert row.chain[:3] == (
        Link(Hop.PC, HopState.OK),
        Link(Hop.PORT, HopState.BROKEN),
        Link(Hop.CABLE, HopState.NOT_CHECKED),
    )
    assert row.looking.id == "check.port_present"


def test_cancel_is_at_once_and_late_events_change_nothing(walker: Any) -> None:
    walker.did(a.CheckEverything())
    walker.did(a.Answer("nobody"))
    run = walker.started().run
    assert walker.did(a.Cancel()) == (CancelRun(run),)
    assert isinstance(walker.screen, s.Home)
    before = walker.journey
    walker.did(Streamed(run, HopChanged("2.1", Hop.PC, HopState.OK)))
    assert walker.journey == before


def test_one_till_leads_to_its_verdict_and_all_tills_to_home(walker: Any) -> None:
    walker.check_all({"2.1": "protocol.no_answer"})
    assert walker.journey.page is Page.HOME
    walker.did(a.OpenTill("2"))
    assert isinstance(walker.screen, s.Verdict)


def test_a_hard_stop_shows_the_stop_page_and_no_later_health_clears_it(walker: Any) -> None:
    walker.check_all({"1.1": "terminal.tamper"})
    assert isinstance(walker.screen, s.Stop)
    walker.did(a.GoHome())
    walker.check_all({})
    stop = walker.screen
    assert isinstance(stop, s.Stop), "a healthy answer after tampering is no all-clear"
    assert len(stop.challenge) == 6


def test_an_unknown_run_is_nobody_s(walker: Any) -> None:
    assert walker.did(Streamed("other", HopChanged("1.1", Hop.PC, HopState.OK))) == ()


def test_asked_again_while_it_runs_staff_see_the_run(walker: Any) -> None:
    walker.did(a.CheckEverything())
    walker.did(a.Answer("nobody"))
    walker.did(a.GoHome())
    assert walker.did(a.CheckEverything()) == ()
    assert isinstance(walker.screen, s.Checking)


def test_what_a_run_told_in_vain_is_checked_again_with_what_is_left_of_it(walker: Any) -> None:
    """The alarm of till 1 was cleared while till 2 still keeps silent: the old run knows nothing of till 1 any more."""
    walker.did(a.CheckEverything())
    walker.did(a.Answer("nobody"))
    first = walker.started()
    walker.told("1.1", "terminal.tamper")
    walker.did(ReleaseChecked("1.1", right=True))
    wishes = walker.did(a.OpenTill("1"))
    assert wishes[0] == CancelRun(first.run)
    again = walker.started()
    assert again.run != first.run
    assert again.terminals == ("1.1", "2.1", "2.2", "3.1")
    assert isinstance(walker.screen, s.Checking)
    walker.finish({})
    assert walker.journey.seen["1.1"].report.findings == ()
