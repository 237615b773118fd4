"""Hard stops are cleared by the security line and by nothing else."""

from typing import Any

from kiosk.journey.state import Halt
from kiosk.journey.turns import Arrived, CheckRelease, ReleaseChecked
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.case import Author, CaseEvent, Message, Release, Side
from kiosk.model.finding import Finding, Severity


def stopped(walker: Any) -> s.Stop:
    walker.check_all({"1.1": "terminal.tamper"})
    assert isinstance(walker.screen, s.Stop)
    return walker.screen


def test_no_tap_clears_it(walker: Any) -> None:
    stopped(walker)
    for act in (a.GoHome(), a.FixIt("1"), a.Back(), a.OpenTill("1"), a.StepDone(), a.Cancel(), a.Answer("nobody")):
        walker.did(act)
    assert [h.terminal for h in walker.journey.halts] == ["1.1"]
    walker.did(a.GoHome())
    home = walker.screen
    assert isinstance(home, s.Home)
    assert home.cards[0].light is s.Light.STOP


def test_a_wrong_code_is_said_and_the_right_one_clears(walker: Any) -> None:
    page = stopped(walker)
    assert walker.did(a.ReleaseStop("WRONG")) == (CheckRelease("1.1", page.challenge, "WRONG"),)
    walker.did(ReleaseChecked("1.1", right=False))
    assert isinstance(walker.screen, s.Stop)
    assert walker.screen.wrong_code
    walker.did(ReleaseChecked("1.1", right=True))
    home = walker.screen
    assert isinstance(home, s.Home)
    assert home.cards[0].light is s.Light.NOT_CHECKED, "cleared is not the same as healthy"


def test_the_line_may_send_the_code_but_not_the_store(walker: Any) -> None:
    page = stopped(walker)

    def event(side: Side) -> Arrived:
        body = Release(page.challenge, "CODE")
        return Arrived(CaseEvent("0190-event", "0190-case", Author(side, "x"), walker.now, body, 1))

    assert walker.did(event(Side.STORE)) == ()
    assert walker.did(event(Side.EXPERT)) == (CheckRelease("1.1", page.challenge, "CODE"),)


def test_a_message_releases_nothing(walker: Any) -> None:
    stopped(walker)
    author = Author(Side.EXPERT, "x")
    assert walker.did(Arrived(CaseEvent("0190-event", "0190-case", author, walker.now, Message("go on"), 1))) == ()


def test_no_symptom_and_no_way_back_leads_to_help_at_a_halted_terminal(walker: Any) -> None:
    stopped(walker)
    walker.did(a.GoHome())
    walker.did(a.SomethingWrong())
    walker.did(a.OpenTill("1"))
    walker.did(a.ChooseSymptom("screen.frozen"))
    assert isinstance(walker.screen, s.Stop)
    assert walker.journey.trouble is None


def test_a_stop_that_an_expert_s_check_finds_ends_the_help_under_way(walker: Any) -> None:
    walker.check_all({"1.1": "protocol.no_answer"})
    walker.did(a.FixIt("1"))
    assert walker.journey.trouble is not None
    walker.did(a.GetExpert())
    halted = walker.journey
    walker.journey = type(halted)(
        **{f: getattr(halted, f) for f in halted.__struct_fields__ if f != "halts"},
        halts=(Halt("1.1", Finding("terminal.tamper", Severity.HALT), "7TJAEQ", walker.now),),
    )
    walker.did(a.Back())
    assert isinstance(walker.screen, s.Stop)
