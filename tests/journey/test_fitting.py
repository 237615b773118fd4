"""A saved place under other guidance: it stands if it is still there, else staff begin again before the step."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from kiosk import resources
from kiosk.guidance import procedure as walk
from kiosk.guidance.model import Guide
from kiosk.journey.fitting import fitted
from kiosk.journey.journey import step
from kiosk.journey.knowledge import Knowledge
from kiosk.journey.screens import screen
from kiosk.journey.state import Journey, Page, Trouble, restored, saved
from kiosk.journey.turns import Turn
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.text import text
from tests.journey.conftest import START, STORE, Walker

EMPTY = Guide(findings=resources.findings())


def with_guide(k: Knowledge, **changes: object) -> Knowledge:
    return replace(k, guide=msgspec.structs.replace(k.guide, **changes))


def again(journey: Journey, k: Knowledge) -> Journey:
    """A restart."""
    return fitted(restored(saved(journey)), k)


@pytest.fixture
def at_step(walker: Walker) -> Walker:
    walker.check_all({"3.1": "printer.no_paper"})
    walker.did(a.OpenTill("3"))
    walker.did(a.FixIt())
    while isinstance(walker.screen, s.Ask):
        walker.did(a.Answer(walker.screen.options[0].id))
    assert isinstance(walker.screen, s.Do)
    return walker


def test_a_step_that_is_still_there_is_gone_on_with(at_step: Walker) -> None:
    assert again(at_step.journey, at_step.knowledge) == restored(saved(at_step.journey))


@pytest.mark.parametrize("gone", ["all", "symptom", "remedy", "step"])
def test_a_step_that_is_no_more_is_left_and_the_help_begins_again(at_step: Walker, gone: str) -> None:
    k, trouble = at_step.knowledge, at_step.journey.trouble
    assert trouble is not None
    own = k.guide.procedure_of(trouble.remedy)
    other = msgspec.structs.replace(own, first="end", steps={"end": walk.End(walk.Outcome.NEXT)})
    newer = {
        "all": replace(k, guide=EMPTY),
        "symptom": with_guide(k, symptoms={i: x for i, x in k.guide.symptoms.items() if i != trouble.symptom}),
        "remedy": with_guide(k, remedies={i: x for i, x in k.guide.remedies.items() if i != trouble.remedy}),
        "step": with_guide(k, procedures=k.guide.procedures | {own.id: other}),
    }[gone]
    journey = again(at_step.journey, newer)
    assert isinstance(screen(journey, newer), s.Verdict)
    assert (journey.trouble is None) == (gone in ("all", "symptom"))
    journey, _ = step(journey, Turn(START, bytes(16), a.FixIt()), newer)
    assert journey.page is not Page.HOME, "there is help, or an expert"
    screen(journey, newer)


def test_what_was_tried_in_vain_is_not_offered_again(at_step: Walker) -> None:
    trouble = at_step.journey.trouble
    assert trouble is not None
    tried = msgspec.structs.replace(trouble, failed=("made.up", trouble.remedy))
    k = at_step.knowledge
    left = msgspec.structs.replace(tried, remedy="made.up")
    journey = again(msgspec.structs.replace(at_step.journey, trouble=left), k)
    journey, _ = step(journey, Turn(START, bytes(16), a.FixIt()), k)
    assert journey.trouble is None or journey.trouble.remedy != trouble.remedy


def test_a_question_that_nobody_asks_any_more_is_left(walker: Walker) -> None:
    walker.check_all({"1.1": "protocol.no_answer"})
    walker.did(a.OpenTill("1"))
    walker.did(a.FixIt())
    assert isinstance(walker.screen, s.Ask)
    assert again(walker.journey, walker.knowledge).trouble == walker.journey.trouble
    other = msgspec.structs.replace(walker.journey.trouble, question="made_up")
    journey = again(msgspec.structs.replace(walker.journey, trouble=other), walker.knowledge)
    assert isinstance(screen(journey, walker.knowledge), s.Verdict)
    assert journey.trouble is not None
    assert journey.trouble.question == ""


def test_a_procedure_of_its_own_that_is_no_more_is_left(walker: Walker) -> None:
    walker.did(a.StartProcedure("terminal.new"))
    if walker.journey.duty is None:
        pytest.fail("it did not start")
    assert again(walker.journey, walker.knowledge).duty == walker.journey.duty
    k = replace(walker.knowledge, guide=EMPTY)
    journey = again(walker.journey, k)
    assert journey.duty is None
    assert isinstance(screen(journey, k), s.Home)


def test_without_guidance_checks_stops_and_experts_stay(walker: Walker) -> None:
    """All that is shown with nothing of guidance there: no page fails, and a hard stop is still one."""
    walker.knowledge = replace(walker.knowledge, guide=EMPTY, **vars_of_nothing())
    walker.check_all({"1.1": "terminal.tamper", "3.1": "printer.no_paper"})
    walker.did(a.OpenTill("1"))
    assert isinstance(walker.screen, s.Stop)
    assert walker.screen.phone == STORE.security_phone
    walker.did(a.Back())
    walker.did(a.OpenTill("3"))
    assert isinstance(walker.screen, s.Verdict)
    assert walker.screen.minutes is None, "nothing for staff to do"
    walker.did(a.FixIt())
    assert isinstance(walker.screen, s.Preview), "what would go to an expert"
    walker.did(a.Back())
    walker.did(a.GoHome())
    walker.did(a.SomethingWrong())
    walker.did(a.OpenTill("3"))
    chosen = walker.screen
    assert isinstance(chosen, s.Choose)
    assert (chosen.tiles, chosen.found) == ((), text("choose.none"))
    walker.did(a.Search("no paper"))
    assert isinstance(walker.screen, s.Choose)
    walker.did(a.MoreHelp())
    assert isinstance(walker.screen, s.Choose)


def vars_of_nothing() -> dict[str, object]:
    nothing = resources.no_guidance()
    return {"index": nothing.index, "library": nothing.library}


def test_a_trouble_without_a_step_stands(walker: Walker) -> None:
    trouble = Trouble("3.1", "printer.no_paper", next(iter(walker.knowledge.guide.symptoms)), START)
    journey = msgspec.structs.replace(walker.journey, trouble=trouble)
    assert fitted(journey, walker.knowledge) == journey
