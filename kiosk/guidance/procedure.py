"""Procedures as small tables of steps, and the walk through one: (progress, event) -> progress; no clock, no I/O.

What would need an "if" is a check. An event that makes no sense at a step changes nothing: a double tap breaks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from kiosk.model.bounds import Id, Short, Words
from kiosk.model.text import Text


class Outcome(StrEnum):
    """How a procedure ended. `cannot`: staff could not do it, so nothing was learned about causes."""

    CURED = "cured"
    NEXT = "next"
    STOP = "stop"
    ESCALATE = "escalate"
    CANNOT = "cannot"


class Ask(Struct, frozen=True, tag="ask", tag_field="kind"):
    """A thing a person can see; `options` lead to steps."""

    options: dict[str, str]
    picture: Short = ""
    hint: bool = False


class Do(Struct, frozen=True, tag="do", tag_field="kind"):
    """One action with one picture. `waits`: minutes to wait unattended, not counted against staff."""

    then: Id
    picture: Short = ""
    hint: bool = False
    waits: float = 0.0


class Run(Struct, frozen=True, tag="run", tag_field="kind"):
    """A check after which nobody is asked whether it worked.

    `check` is one of `CHECKS`. It passes when none of the findings `gone` is left and the checks behind them
    ran to their end; without `gone`, those that opened the symptom are meant.
    """

    passed: Id
    failed: Id
    check: Id = "terminal"
    gone: tuple[str, ...] = ()


class Act(Struct, frozen=True, tag="act", tag_field="kind"):
    """A named repair that the kiosk does itself, undoable and under policy."""

    repair: Id
    then: Id
    failed: Id


class End(Struct, frozen=True, tag="end", tag_field="kind"):
    """`finding` is what the outcome `stop` rests on."""

    outcome: Outcome
    finding: Short = ""


Step = Ask | Do | Run | Act | End
CHECKS = frozenset({"terminal"})
"""`terminal`: all checks of this terminal at level internal."""


class Procedure(Struct, frozen=True):
    """Steps by id; `first` is where it starts.

    `own`: staff start it themselves, it cures nothing and may be long; an expert is within reach at every step.
    """

    id: Id
    first: Id
    steps: dict[str, Step]
    own: bool = False
    source: Words = ""

    @property
    def name(self) -> Text:
        return Text(f"procedure.{self.id}")

    def title(self, step: str) -> Text:
        """The one sentence of a step."""
        return Text(f"step.{self.id}.{step}")

    def hint(self, step: str) -> Text | None:
        about = self.steps[step]
        return Text(f"step.{self.id}.{step}.hint") if isinstance(about, Ask | Do) and about.hint else None

    def option(self, step: str, option: str) -> Text:
        return Text(f"step.{self.id}.{step}.{option}")


class Trod(Struct, frozen=True):
    """A step that was taken, and what came of it."""

    step: Id
    note: Short


class Progress(Struct, frozen=True):
    """Where someone stands in a procedure; saved at every turn. `outcome` is None until it ended."""

    procedure: Id
    at: Id
    trail: Annotated[tuple[Trod, ...], Meta(max_length=200)] = ()
    outcome: Outcome | None = None


class Answered(Struct, frozen=True, tag="answered"):
    option: Id


class Done(Struct, frozen=True, tag="done"):
    """The action was done."""


class CannotDo(Struct, frozen=True, tag="cannot_do"):
    pass


class DidNotHelp(Struct, frozen=True, tag="did_not_help"):
    """Staff say that it is no better, so no check is needed."""


class Back(Struct, frozen=True, tag="back"):
    pass


class CheckFinished(Struct, frozen=True, tag="check_finished"):
    """A check, or a repair of our own, ended. One that passes cures from any step before it: the kiosk watches."""

    passed: bool


Event = Answered | Done | CannotDo | DidNotHelp | Back | CheckFinished


def start(procedure: Procedure) -> Progress:
    return Progress(procedure.id, procedure.first)


def step_of(procedure: Procedure, progress: Progress) -> Step:
    return procedure.steps[progress.at]


def advance(procedure: Procedure, progress: Progress, event: Event) -> Progress:
    """The progress after an event; the same one if it is over, or if the event makes no sense here."""
    if progress.outcome is not None:
        return progress
    step = step_of(procedure, progress)
    match step, event:
        case _, Back():
            return _back(procedure, progress)
        case _, CannotDo():
            return _end(progress, Outcome.ESCALATE if procedure.own else Outcome.CANNOT)
        case _, DidNotHelp():
            return _end(progress, Outcome.NEXT)
        case Ask(options=options), Answered(option) if option in options:
            return _go(procedure, progress, options[option], option)
        case Do(then=then), Done():
            return _go(procedure, progress, then, "done")
        case Run(passed=passed, failed=failed), CheckFinished(ok):
            return _go(procedure, progress, passed if ok else failed, "passed" if ok else "failed")
        case Act(then=then, failed=failed), CheckFinished(ok):
            return _go(procedure, progress, then if ok else failed, "passed" if ok else "failed")
        case Ask() | Do(), CheckFinished(True):
            return _cured_meanwhile(procedure, progress)
    return progress


def targets(step: Step) -> tuple[str, ...]:
    """Where a step may lead."""
    match step:
        case Ask(options=options):
            return tuple(options.values())
        case Do(then=then):
            return (then,)
        case Run(passed=passed, failed=failed):
            return (passed, failed)
        case Act(then=then, failed=failed):
            return (then, failed)
        case End():
            return ()


def faults(procedure: Procedure) -> Iterator[tuple[str, str]]:
    """(step, what is wrong with the shape); empty means it can be walked."""
    steps = procedure.steps
    missing = [(name, target) for name, step in steps.items() for target in targets(step) if target not in steps]
    yield from ((name, f"there is no step {target!r}") for name, target in missing)
    if procedure.first not in steps:
        yield procedure.first, f"there is no first step {procedure.first!r}"
        return
    reached = _reached(procedure)
    yield from ((name, "no step leads here") for name in steps if name not in reached)
    ending = {name for name, step in steps.items() if isinstance(step, End)}
    while grown := {n for n, s in steps.items() if n not in ending and ending & set(targets(s))}:
        ending |= grown
    yield from ((name, "it can never end") for name in steps if name not in ending)


def outcomes(procedure: Procedure) -> frozenset[Outcome]:
    """How it may end."""
    return frozenset(step.outcome for step in procedure.steps.values() if isinstance(step, End))


def staff_steps(procedure: Procedure) -> int:
    """The most steps for a person on any way to an end; a loop counts once."""
    return _longest(procedure, procedure.first, frozenset())


def from_step(procedure: Procedure, at: str) -> Procedure:
    """The same procedure as it looks from a step."""
    return replace(procedure, first=at)


def _longest(procedure: Procedure, at: str, seen: frozenset[str]) -> int:
    if at in seen or at not in procedure.steps:
        return 0
    step = procedure.steps[at]
    further = [_longest(procedure, target, seen | {at}) for target in targets(step)]
    return isinstance(step, Ask | Do) + max(further, default=0)


def _reached(procedure: Procedure) -> set[str]:
    seen: set[str] = set()
    todo = [procedure.first]
    while todo:
        at = todo.pop()
        if at not in seen and at in procedure.steps:
            seen.add(at)
            todo += targets(procedure.steps[at])
    return seen


def _go(procedure: Procedure, progress: Progress, target: str, note: str) -> Progress:
    step = procedure.steps[target]
    outcome = step.outcome if isinstance(step, End) else None
    return Progress(progress.procedure, target, (*progress.trail, Trod(progress.at, note)), outcome)


def _end(progress: Progress, outcome: Outcome) -> Progress:
    return replace(progress, trail=(*progress.trail, Trod(progress.at, outcome.value)), outcome=outcome)


def _back(procedure: Procedure, progress: Progress) -> Progress:
    """To the last step that a person took; at the first step nothing changes."""
    trail = list(progress.trail)
    while trail:
        last = trail.pop()
        if isinstance(procedure.steps.get(last.step), Ask | Do):
            return replace(progress, at=last.step, trail=tuple(trail))
    return progress


def _cured_meanwhile(procedure: Procedure, progress: Progress) -> Progress:
    """The next check on the way has passed already."""
    at = progress.at
    for _ in procedure.steps:
        step = procedure.steps[at]
        if isinstance(step, Run):
            return _go(procedure, replace(progress, at=at), step.passed, "passed")
        if not isinstance(step, Do):
            break
        at = step.then
    return progress
