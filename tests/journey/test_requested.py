"""An expert's guided procedure and shown step: only after a yes, only what guidance holds, never past a hard stop."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.guidance import procedure as walk
from kiosk.guidance.model import Guide
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.case import Consent, Read, Request, Result
from kiosk.resources import catalogue
from tests.journey.test_casework import from_desk, opened, stored


def led_remedy(guide: Guide) -> str:
    """One whose first step is shown to staff."""
    for id in guide.remedies:
        procedure = guide.procedure_of(id)
        if isinstance(procedure.steps[procedure.first], walk.Do):
            return id
    raise AssertionError("no remedy begins with an action")


def asked(walker: Any, wish: str, target: str, *, given: bool = True) -> list[Any]:
    opened(walker)
    stored(walker)
    before = len(walker.put())
    from_desk(walker, Request(wish, target), 40, "0190-request")
    assert isinstance(walker.screen, s.Chat)
    walker.did(a.GiveConsent("0190-request", given=given))
    said: list[Any] = [body for body in walker.put()[before:] if not isinstance(body, Read)]
    stored(walker)
    return said


def test_a_yes_opens_the_procedure_and_what_came_of_it_goes_into_the_case(walker: Any) -> None:
    guide = walker.knowledge.guide
    remedy = led_remedy(guide)
    assert asked(walker, "procedure", remedy) == [Consent("0190-request", given=True), Result("0190-request", ok=True)]
    shown = walker.screen
    procedure = guide.procedure_of(remedy)
    assert isinstance(shown, s.Do)
    assert shown.title == procedure.title(procedure.first)
    walker.did(a.GetExpert())
    assert isinstance(walker.screen, s.Chat), "the talk is one tap away"


def test_a_no_opens_nothing(walker: Any) -> None:
    said = asked(walker, "procedure", led_remedy(walker.knowledge.guide), given=False)
    assert said == [Consent("0190-request", given=False)]
    assert isinstance(walker.screen, s.Chat)


def test_a_shown_step_stands_in_the_chat_in_the_readers_words(walker: Any) -> None:
    procedure = walker.knowledge.guide.procedure_of(led_remedy(walker.knowledge.guide))
    said = asked(walker, "show", f"{procedure.id}/{procedure.first}")
    assert said[-1] == Result("0190-request", ok=True)
    title = procedure.title(procedure.first)
    assert title in [bubble.words for bubble in walker.screen.bubbles]
    assert catalogue("de")(title)


@pytest.mark.parametrize(
    ("wish", "target"), [("procedure", "rm -rf"), ("show", "no/such"), ("show", ""), ("show", "/")]
)
def test_what_guidance_does_not_hold_is_not_done(walker: Any, wish: str, target: str) -> None:
    answer = asked(walker, wish, target)[-1]
    assert isinstance(answer, Result)
    assert not answer.ok
    assert isinstance(walker.screen, s.Chat)


def test_after_a_hard_stop_no_procedure_begins(walker: Any) -> None:
    opened(walker)
    stored(walker)
    walker.did(a.CheckEverything())
    if isinstance(walker.screen, s.Ask):
        walker.did(a.Answer("nobody"))
    walker.finish({"2.1": "terminal.tamper"})
    assert [h.terminal for h in walker.journey.halts] == ["2.1"]
    remedy = led_remedy(walker.knowledge.guide)
    from_desk(walker, Request("procedure", remedy), 40, "0190-request")
    walker.did(a.GiveConsent("0190-request", given=True))
    answer = walker.put()[-1]
    assert isinstance(answer, Result)
    assert not answer.ok
