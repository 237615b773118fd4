"""From a verdict to a cure: glance first, machine checks, nothing offered twice, a person at the end."""

from typing import Any

import pytest

from kiosk.guidance.outcomes import Came, Outcome
from kiosk.journey import fixing
from kiosk.journey.turns import Count, Seal, StartRun
from kiosk.model import act as a
from kiosk.model import screen as s


def opened(walker: Any, finding: str, terminal: str = "2.1", till: str = "2") -> None:
    walker.check_all({terminal: finding})
    walker.did(a.FixIt(till))


def no_help(walker: Any, finding: str, terminal: str = "2.1") -> None:
    """Staff do the step that is shown; the machine sees no change."""
    for _ in range(8):
        shown = walker.screen
        if not isinstance(shown, s.Do):
            return
        wishes = walker.did(a.StepDone())
        if any(isinstance(w, StartRun) for w in wishes):
            walker.finish({terminal: finding})
            return


def test_silence_asks_the_one_glance_first(walker: Any) -> None:
    opened(walker, "protocol.no_answer")
    shown = walker.screen
    assert isinstance(shown, s.Ask)
    assert shown.title.id == "question.glance.screen"
    assert {"lit", "dark", "frozen", "cannot_see"} <= {o.id for o in shown.options}


def test_a_machine_fact_is_not_asked_again(walker: Any) -> None:
    opened(walker, "printer.no_paper", "3.1", "3")
    assert isinstance(walker.screen, s.Do)


def test_after_a_step_the_machine_looks_and_nobody_is_asked(walker: Any) -> None:
    opened(walker, "printer.no_paper", "3.1", "3")
    first = walker.screen
    assert isinstance(first, s.Do)
    assert first.by_machine
    while isinstance(walker.screen, s.Do) and not walker.screen.checking:
        walker.did(a.StepDone())
    assert walker.started().terminals == ("3.1",)
    walker.later(minutes=2)
    walker.finish({})
    done = walker.screen
    assert isinstance(done, s.Done)
    assert done.minutes == 2
    assert not done.rate, "no rating without an expert"


def test_what_failed_is_never_offered_again_and_then_a_person(walker: Any) -> None:
    opened(walker, "protocol.no_answer")
    walker.did(a.Answer("lit"))
    offered = []
    for _ in range(20):
        shown = walker.screen
        if isinstance(shown, s.Ask):
            walker.did(a.Answer(shown.options[0].id))
        elif isinstance(shown, s.Do):
            offered.append(walker.journey.trouble.remedy)
            no_help(walker, "protocol.no_answer")
        else:
            break
    assert isinstance(walker.screen, s.Preview), "when nothing is worth its minutes, an expert"
    assert len(offered) >= 2
    assert len(offered) == len(set(offered))


def test_i_cannot_do_this_goes_on_with_the_next_best(walker: Any) -> None:
    opened(walker, "protocol.no_answer")
    walker.did(a.Answer("lit"))
    first = walker.journey.trouble.remedy
    walker.did(a.CannotDo())
    asked = walker.screen
    assert isinstance(asked, s.Ask)
    assert [option.id for option in asked.options] == list(fixing.REASONS)
    walker.did(a.Answer("nonsense"))
    walker.did(a.Back())
    assert walker.journey.trouble.remedy == first, "back to the step"
    walker.did(a.CannotDo())
    walker.later(seconds=90)
    wishes = walker.did(a.Answer("refused"))
    trouble = walker.journey.trouble
    assert trouble.remedy != first
    assert first in trouble.barred
    assert first not in trouble.failed
    assert [w.outcome for w in wishes if isinstance(w, Count)] == [Outcome(trouble.symptom, first, Came.REFUSED, 1.5)]
    assert ("cannot", "refused") in [(step.state, step.answer) for step in trouble.walked]


def test_every_end_of_a_remedy_is_counted(walker: Any) -> None:
    opened(walker, "protocol.no_answer")
    walker.did(a.Answer("lit"))
    no_help(walker, "protocol.no_answer")
    while isinstance(walker.screen, s.Ask):
        walker.did(a.Answer(walker.screen.options[0].id))
    while isinstance(walker.screen, s.Do) and not walker.screen.checking:
        walker.did(a.StepDone())
    walker.finish({})
    came = [w.outcome.came for w in walker.wishes if isinstance(w, Count)]
    assert came == [Came.IN_VAIN, Came.CURED]


def test_a_second_fault_shows_when_the_first_is_cured(walker: Any) -> None:
    opened(walker, "printer.no_paper", "3.1", "3")
    while isinstance(walker.screen, s.Do) and not walker.screen.checking:
        walker.did(a.StepDone())
    walker.finish({"3.1": "printer.cover_open"})
    shown = walker.screen
    assert isinstance(shown, s.Verdict)
    assert shown.title.args["says"].id == "printer.cover_open.says"


def test_silence_after_a_step_is_no_cure(walker: Any) -> None:
    opened(walker, "printer.no_paper", "3.1", "3")
    while isinstance(walker.screen, s.Do) and not walker.screen.checking:
        walker.did(a.StepDone())
    walker.finish({"3.1": "protocol.no_answer"})
    assert not isinstance(walker.screen, s.Done)


def test_back_goes_to_the_step_before_and_then_to_the_verdict(walker: Any) -> None:
    opened(walker, "printer.no_paper", "3.1", "3")
    first = walker.screen.title
    walker.did(a.StepDone())
    if isinstance(walker.screen, s.Do) and not walker.screen.checking:
        walker.did(a.Back())
    assert walker.screen.title == first
    walker.did(a.Back())
    assert isinstance(walker.screen, s.Verdict)
    walker.did(a.FixIt(""))
    assert walker.screen.title == first, "the trouble goes on where it was left"


def test_an_expert_can_be_had_from_any_step(walker: Any) -> None:
    opened(walker, "protocol.no_answer")
    wishes = walker.did(a.GetExpert())
    assert isinstance(walker.screen, s.Preview)
    assert any(isinstance(w, Seal) for w in wishes)
    walker.did(a.Back())
    assert isinstance(walker.screen, s.Ask)


@pytest.mark.parametrize("seen", ["staff.liquid", "staff.battery_swollen", "staff.tamper_seen"])
def test_what_staff_see_can_be_a_hard_stop(walker: Any, seen: str, knowledge: Any) -> None:
    symptom = next((x for x in knowledge.guide.symptoms.values() if x.reports == seen or seen in x.opened_by), None)
    if symptom is None:
        pytest.skip(f"no symptom of the guide reports {seen}")
    walker.did(a.SomethingWrong())
    walker.did(a.OpenTill("1"))
    assert isinstance(walker.screen, s.Choose)
    walker.did(a.ChooseSymptom(symptom.id))
    assert isinstance(walker.screen, s.Stop)
    walker.did(a.FixIt("1"))
    assert isinstance(walker.screen, s.Stop), "no way around it"


def test_what_no_check_can_tell_is_asked_of_staff(walker: Any) -> None:
    """The machine is content and taps fail: the last step asks whether it works, and no check is run for it."""
    walker.check_all({})
    walker.did(a.OpenTill("2"))
    walker.did(a.ChooseSymptom("card.tap"))
    for _ in range(6):
        if isinstance(walker.screen, s.Ask):
            walker.did(a.Answer(walker.screen.options[0].id))
    shown = walker.screen
    assert isinstance(shown, s.Do)
    assert shown.by_machine, "the first of two steps is only done"
    walker.did(a.StepDone())
    assert not walker.screen.by_machine
    assert not any(isinstance(w, StartRun) for w in walker.did(a.StepDone()))
    assert isinstance(walker.screen, s.Done)
