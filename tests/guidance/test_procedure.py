"""Procedures: the walk, and every shipped one walked to each of its ends."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kiosk import resources
from kiosk.guidance.load import load
from kiosk.guidance.procedure import (
    Act,
    Answered,
    Ask,
    Back,
    CannotDo,
    CheckFinished,
    DidNotHelp,
    Do,
    Done,
    End,
    Event,
    Outcome,
    Procedure,
    Progress,
    Run,
    Step,
    Trod,
    advance,
    faults,
    staff_steps,
    start,
    step_of,
    targets,
)

GUIDE = load(Path(resources.root()) / "guidance", resources.findings())
STEPS: dict[str, Step] = {
    "ask": Ask({"yes": "do", "no": "stop"}, "p"),
    "do": Do("look", "p"),
    "look": Run("fix", "next"),
    "fix": Act("port.reset", "cured", "next"),
    "cured": End(Outcome.CURED),
    "next": End(Outcome.NEXT),
    "stop": End(Outcome.STOP, "staff.liquid"),
}
SMALL = Procedure("small", "ask", STEPS)


def walk(*events: Event, procedure: Procedure = SMALL) -> Progress:
    progress = start(procedure)
    for event in events:
        progress = advance(procedure, progress, event)
    return progress


def test_forward_to_the_end_with_its_trail() -> None:
    progress = walk(Answered("yes"), Done(), CheckFinished(True), CheckFinished(True))
    assert progress.outcome is Outcome.CURED
    assert progress.trail == (Trod("ask", "yes"), Trod("do", "done"), Trod("look", "passed"), Trod("fix", "passed"))


def test_a_check_or_a_repair_that_fails() -> None:
    assert walk(Answered("yes"), Done(), CheckFinished(False)).outcome is Outcome.NEXT
    assert walk(Answered("yes"), Done(), CheckFinished(True), CheckFinished(False)).outcome is Outcome.NEXT


def test_what_staff_cannot_do_or_what_did_not_help_ends_it() -> None:
    assert walk(Answered("yes"), CannotDo()).outcome is Outcome.CANNOT
    assert walk(Answered("yes"), DidNotHelp()).outcome is Outcome.NEXT


def test_back_goes_to_the_last_thing_a_person_did() -> None:
    assert walk(Answered("yes"), Back()) == start(SMALL)
    assert walk(Answered("yes"), Done(), Back()).at == "do"
    assert walk(Back()) == start(SMALL)


def test_the_machine_may_see_the_cure_before_staff_say_done() -> None:
    assert walk(Answered("yes"), CheckFinished(True)).at == "fix"
    assert walk(CheckFinished(True)) == start(SMALL)


@pytest.mark.parametrize("event", [Done(), CheckFinished(False), Answered("maybe")])
def test_an_event_that_makes_no_sense_changes_nothing(event: Event) -> None:
    assert walk(event) == start(SMALL)


@pytest.mark.parametrize("event", [Done(), Back(), CannotDo(), DidNotHelp(), CheckFinished(True)])
def test_after_the_end_nothing_happens(event: Event) -> None:
    over = walk(Answered("no"))
    assert advance(SMALL, over, event) == over


def test_progress_survives_a_restart() -> None:
    progress = walk(Answered("yes"), Done())
    assert msgspec.json.decode(msgspec.json.encode(progress), type=Progress) == progress


def test_faults_of_shape_are_named() -> None:
    loop = Procedure("p", "a", {"a": Do("b"), "b": Do("a"), "c": End(Outcome.CURED), "d": Do("gone")})
    assert {words for _, words in faults(loop)} == {
        "it can never end", "no step leads here", "there is no step 'gone'",
    }  # fmt: skip
    assert list(faults(Procedure("p", "x", {})))
    assert not list(faults(SMALL))
    assert staff_steps(SMALL) == 2


def events_of(step: Step) -> Iterator[Event]:
    match step:
        case Ask(options=options):
            yield from map(Answered, options)
        case Do():
            yield Done()
        case Run() | Act():
            yield from (CheckFinished(True), CheckFinished(False))


@pytest.mark.parametrize("procedure", GUIDE.procedures.values(), ids=lambda p: p.id)
def test_every_procedure_is_walked_to_each_of_its_ends(procedure: Procedure) -> None:
    todo, seen, ends = [start(procedure)], set[str](), set[str]()
    while todo:
        progress = todo.pop()
        seen.add(progress.at)
        if progress.outcome is not None:
            ends.add(progress.at)
            continue
        for event in events_of(step_of(procedure, progress)):
            further = advance(procedure, progress, event)
            assert further != progress, "an event that a screen offers must lead on"
            assert len(further.trail) <= len(procedure.steps)
            todo.append(further)
    assert seen == set(procedure.steps)
    assert ends == {name for name, step in procedure.steps.items() if isinstance(step, End)}
    assert all(target in procedure.steps for step in procedure.steps.values() for target in targets(step))


@pytest.mark.parametrize("procedure", GUIDE.procedures.values(), ids=lambda p: p.id)
def test_where_a_check_can_tell_nobody_is_asked_whether_it_worked(procedure: Procedure) -> None:
    looks = any(isinstance(step, Run) for step in procedure.steps.values())
    told = [step for step in procedure.steps.values() if isinstance(step, Ask) and "cured" in step.options.values()]
    assert not (looks and told), "either the machine looks or a person is asked about what it cannot see"
