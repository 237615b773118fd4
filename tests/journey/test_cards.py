"""The card test as staff see it: offered for a reader that answers, asked each time, told in plain words, cancelled."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.journey.turns import CancelRun, StartRun, Streamed, Tick
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.finding import Finding, Hop, HopState, Link, Severity
from kiosk.model.health import GlobalStatus, Health
from kiosk.model.report import Looking, Report, RunDone, TerminalDone, TerminalReport
from kiosk.model.terminal import Kind, Level, Port, Store, Terminal, Till
from kiosk.model.text import Text, text

READER = Terminal("5.1", Port("usb:1-2"), Kind.SMART_CARD_READER, protocol="ccid", till="5")
SHOP = Store("s", "Shop", tills=(Till("5", "Till 5", (READER,)),))


def ended(walker: Any, *findings: Finding, answers: bool = True, ran: tuple[str, ...] = ()) -> None:
    broken = HopState.OK if answers else HopState.BROKEN
    links = tuple(Link(hop, broken if hop is Hop.ANSWER else HopState.OK) for hop in Hop)
    report = TerminalReport(READER, links, Health(global_status=GlobalStatus.OK), findings, (), ran)
    run = walker.started().run
    walker.did(Streamed(run, TerminalDone(report)))
    walker.did(Streamed(run, RunDone(Report(walker.now, 1.0, Level.INTERNAL, (report,)))))


@pytest.fixture
def shown(walker: Any) -> Any:
    """The verdict of a reader that answers."""
    fresh = type(walker)(SHOP, walker.knowledge)
    fresh.did(a.CheckEverything())
    ended(fresh)
    assert isinstance(fresh.screen, s.Verdict)
    return fresh


def begun(walker: Any) -> None:
    walker.did(a.TestCard())
    walker.did(a.Answer("nobody"))
    walker.did(Streamed(walker.started().run, Looking("5.1", "card_test")))


def test_it_is_asked_each_time_whether_anyone_is_paying(shown: Any) -> None:
    assert shown.screen.card_test
    runs = sum(isinstance(wish, StartRun) for wish in shown.wishes)
    for _ in range(2):
        shown.did(a.TestCard())
        assert isinstance(shown.screen, s.Ask)
        assert shown.screen.title == text("paying.title", tills=text("literal", words="Till 5"))
        shown.did(a.Answer("somebody"))
        assert isinstance(shown.screen, s.Verdict)
    assert sum(isinstance(wish, StartRun) for wish in shown.wishes) == runs
    begun(shown)
    assert shown.started().level is Level.INTERACTIVE


def test_what_to_do_and_how_long_is_left(shown: Any) -> None:
    shown.did(a.TestCard())
    shown.did(a.Answer("nobody"))
    assert shown.screen.title == text("card.soon")
    shown.did(Streamed(shown.started().run, Looking("5.1", "card_test")))
    assert shown.screen.title == text("card.insert", left=20)
    shown.later(seconds=12)
    shown.did(Tick())
    assert shown.screen.title == text("card.insert", left=8)


@pytest.mark.parametrize(
    ("finding", "severity", "lead"),
    [
        ("reader.card_answered", Severity.INFO, text("card.done", says=Text("reader.card_answered.says"))),
        ("reader.card_mute", Severity.WARNING, text("card.done", says=Text("reader.card_mute.says"))),
        ("reader.no_card", Severity.INFO, text("card.none")),
    ],
)
def test_the_result_is_told_and_that_the_card_comes_out(
    shown: Any, finding: str, severity: Severity, lead: Text
) -> None:
    begun(shown)
    ended(shown, Finding(finding, severity), ran=("card_test",))
    assert isinstance(shown.screen, s.Verdict)
    assert shown.screen.lead == lead
    assert shown.screen.card_test, "it may be tested again"


def test_a_slot_that_was_empty_before_the_card_came_is_no_longer_told(shown: Any) -> None:
    begun(shown)
    found = (Finding(id, Severity.INFO) for id in ("reader.no_card", "reader.card_answered"))
    ended(shown, *found, ran=("card_test",))
    assert shown.screen.lead == text("card.done", says=Text("reader.card_answered.says"))


def test_it_can_be_cancelled(shown: Any) -> None:
    begun(shown)
    assert [type(wish) for wish in shown.did(a.Cancel())] == [CancelRun]
    assert isinstance(shown.screen, s.Home)


def test_a_reader_that_does_not_answer_is_not_tested(shown: Any) -> None:
    shown.did(a.GoHome())
    shown.did(a.CheckEverything())
    ended(shown, Finding("protocol.no_answer", Severity.FAULT), answers=False)
    assert not shown.screen.card_test
    assert shown.did(a.TestCard()) == ()
