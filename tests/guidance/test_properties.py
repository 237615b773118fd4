"""What holds for all of our guidance, whatever the evidence, the answers and the failures are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk import resources
from kiosk.guidance import procedure as walk
from kiosk.guidance.advise import Advice, Situation, Way, advise
from kiosk.guidance.load import load
from kiosk.guidance.model import CANNOT_SEE
from kiosk.guidance.style import forbidden
from kiosk.model.terminal import Kind

KINDS = resources.findings()
GUIDE = load(Path(resources.root()) / "guidance", KINDS)
REMEDIES, QUESTIONS = sorted(GUIDE.remedies), sorted(GUIDE.questions)
ANSWERS = [(q.id, o) for q in GUIDE.questions.values() for o in (*q.options, CANNOT_SEE)]
HALTING = {f for f, kind in KINDS.items() if kind.halt}
MOST_STEPS, MOST_MINUTES = 6, 7.0

evidence = st.lists(st.sampled_from(sorted(set(KINDS) - HALTING)), unique=True, max_size=12)
situations = st.builds(
    Situation,
    symptom=st.sampled_from(sorted(GUIDE.symptoms)),
    kind=st.sampled_from(list(Kind)),
    present=evidence.map(tuple),
    absent=evidence.map(tuple),
    answers=st.lists(st.sampled_from(ANSWERS), max_size=4).map(dict),
    failed=st.lists(st.sampled_from(REMEDIES), max_size=8).map(tuple),
    barred=st.lists(st.sampled_from(REMEDIES + QUESTIONS), max_size=8).map(tuple),
)


def told(situation: Situation) -> Advice:
    return advise(GUIDE, situation, KINDS)


@given(situations)
def test_the_same_situation_gets_the_same_advice(situation: Situation) -> None:
    """Whatever the order is in which things came to be known; rounding may not decide."""
    turned = replace(
        situation,
        present=situation.present[::-1],
        absent=situation.absent[::-1],
        answers=dict(reversed(situation.answers.items())),
        failed=situation.failed[::-1],
        barred=situation.barred[::-1],
    )
    one, other = (replace(a, holds=tuple(sorted(a.holds))) for a in (told(situation), told(turned)))
    assert one.kind is other.kind
    assert one.kind is Way.HALT or one == other  # of two halts the first that was known is told
    assert told(situation) == told(situation)


@given(situations)
def test_what_failed_or_was_refused_is_never_offered_again(situation: Situation) -> None:
    advice = told(situation)
    assert advice.kind is not Way.REMEDY or advice.id not in {*situation.failed, *situation.barred}


@given(situations)
def test_nothing_is_asked_that_a_machine_fact_or_an_answer_tells(situation: Situation) -> None:
    advice = told(situation)
    if advice.kind is Way.QUESTION:
        asked = GUIDE.questions[advice.id]
        assert not set(asked.answered_by).intersection(situation.present)
        assert advice.id not in situation.answers
        assert situation.kind not in asked.not_for


@given(situations)
def test_nothing_is_offered_that_would_lose_unsent_payments(situation: Situation) -> None:
    """Nor with an unknown payment or an update under way."""
    for finding in sorted(f for f, kind in KINDS.items() if kind.hold):
        advice = told(replace(situation, present=(*situation.present, finding)))
        assert advice.kind is Way.HALT or finding in advice.holds
        assert advice.remedy is None or not advice.remedy.destructive


@given(situations)
def test_every_remedy_offered_can_help(situation: Situation) -> None:
    advice = told(situation)
    if advice.kind is Way.REMEDY:
        causes = GUIDE.symptoms[situation.symptom].priors_of(situation.kind)
        assert advice.remedy is not None
        assert set(advice.remedy.cures).intersection(causes)


@given(situations, st.data())
def test_every_way_through_guidance_ends_with_a_person_or_a_stop(situation: Situation, data: st.DataObject) -> None:
    """Nothing helps and answers are whatever they are: each remedy and question comes once at most."""
    come: list[str] = []
    while (advice := told(situation)).kind in (Way.QUESTION, Way.REMEDY):
        assert advice.id not in come
        come.append(advice.id)
        if advice.kind is Way.REMEDY:
            situation = replace(situation, failed=(*situation.failed, advice.id))
        else:
            option = data.draw(st.sampled_from([option.id for option in advice.options]))
            situation = replace(situation, answers={**situation.answers, advice.id: option})
    assert advice.kind is Way.ESCALATE or advice.stop is not None


REMEDYING = sorted(remedy.id for remedy in GUIDE.remedies.values())


@pytest.mark.parametrize("id", REMEDYING)
def test_no_remedy_asks_for_more_than_six_steps_or_seven_minutes(id: str) -> None:
    """Before an expert is offered; a way out is on every step, too."""
    procedure = GUIDE.procedure_of(id)
    assert walk.staff_steps(procedure) <= MOST_STEPS
    assert GUIDE.remedies[id].minutes <= MOST_MINUTES


@pytest.mark.parametrize("id", sorted(GUIDE.procedures))
def test_every_walk_of_it_ends(id: str) -> None:
    """Every step is reached with every event once; from wherever one stands the shortest way out is short."""
    procedure = GUIDE.procedures[id]
    todo, seen = [procedure.first], {procedure.first}
    while todo:
        at = todo.pop()
        for event in events(procedure.steps[at]):
            after = walk.advance(procedure, walk.Progress(id, at), event)
            assert after.outcome is not None or after.at != at, f"{at}: {event} leads nowhere"
            if after.outcome is None and after.at not in seen:
                seen.add(after.at)
                todo.append(after.at)
        if isinstance(procedure.steps[at], walk.Ask | walk.Do):
            out = walk.advance(procedure, walk.Progress(id, at), walk.CannotDo())
            assert out.outcome in (walk.Outcome.CANNOT, walk.Outcome.ESCALATE)
    assert not circle(procedure), "a walk could go round for ever"


def events(step: walk.Step) -> list[walk.Event]:
    match step:
        case walk.Ask(options=options):
            return [walk.Answered(option) for option in options]
        case walk.Do():
            return [walk.Done()]
        case walk.Run() | walk.Act():
            return [walk.CheckFinished(True), walk.CheckFinished(False)]
    return []


def circle(procedure: walk.Procedure) -> bool:
    """Whether a step leads back to itself: one that leads nowhere else but to an end may be taken away, and so on."""
    left = {name: set(walk.targets(step)) for name, step in procedure.steps.items()}
    while ends := [name for name, targets in left.items() if not targets]:
        left = {name: targets.difference(ends) for name, targets in left.items() if name not in ends}
    return bool(left)


@pytest.mark.parametrize("language", resources.languages())
def test_no_step_tells_staff_to_do_what_they_must_never_do(language: str) -> None:
    known = dict(resources.catalogue(language, "guidance").templates)
    wrong = [
        f"{procedure.title(name).id}: {said}"
        for procedure in GUIDE.procedures.values()
        for name, step in procedure.steps.items()
        if isinstance(step, walk.Do) and forbidden(said := str(known.get(procedure.title(name).id, "")), language)
    ]
    assert not wrong, wrong


def test_nothing_of_ours_is_a_repair_that_cannot_be_undone() -> None:
    """The kiosk itself does nothing to a terminal: what changes one is done by hand, and told."""
    assert not [p.id for p in GUIDE.procedures.values() if any(isinstance(s, walk.Act) for s in p.steps.values())]
