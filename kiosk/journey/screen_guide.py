"""Screens of guidance: one question or one action, with what the PC already knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.guidance import procedure as walk
from kiosk.journey.fixing import REASONS, advice, looks, procedure_of, trod
from kiosk.journey.screen_home import header, till_name
from kiosk.journey.state import Journey, Trouble, light_of
from kiosk.journey.together import names
from kiosk.model.finding import Hop, HopState, Link
from kiosk.model.screen import Ask, Do, Light, Option
from kiosk.model.terminal import Kind
from kiosk.model.text import Text, text

if TYPE_CHECKING:
    from kiosk.journey.knowledge import Knowledge


def guide(journey: Journey, k: Knowledge) -> Ask | Do:
    """The question or step that the trouble stands at."""
    trouble = journey.trouble
    if trouble is None:
        raise ValueError("there is no trouble to guide through")
    name = _tills(journey, trouble)
    if trouble.skipping:
        options = tuple(Option(reason, text(f"skip.{reason}")) for reason in REASONS)
        return Ask(header(journey), name, text("skip.title"), None, "", options)
    if trouble.question:
        return _question(journey, name, k)
    procedure = procedure_of(trouble, k)
    if procedure is None or trouble.progress is None:
        raise ValueError("no step is under way")
    return _step(journey, trouble, procedure, name, k)


def _tills(journey: Journey, trouble: Trouble) -> str:
    """The till in trouble first, then those that the same help is for."""
    tills = (journey.store.till_of(id) for id in (trouble.terminal, *trouble.shared))
    return " · ".join(dict.fromkeys(till_name(journey, till.id) for till in tills if till))


def _question(journey: Journey, till: str, k: Knowledge) -> Ask:
    told = advice(journey, k)
    question = told.question if told else None
    if told is None or question is None:
        raise ValueError("no question is open")
    hint = Text(f"question.{question.id}.hint") if question.hint else None
    return Ask(header(journey), till, question.title, hint, question.picture, told.options)


def _step(journey: Journey, trouble: Trouble, procedure: walk.Procedure, till: str, k: Knowledge) -> Ask | Do:
    """While a check runs, the action it follows stays on the screen."""
    if trouble.progress is None:
        raise ValueError("no step is under way")
    at, name = walk.step_of(procedure, trouble.progress), trouble.progress.at
    if isinstance(at, walk.Run) and trouble.progress.trail:
        name = trouble.progress.trail[-1].step
        at = procedure.steps[name]
    if isinstance(at, walk.Ask):
        options = tuple(Option(o, procedure.option(name, o)) for o in at.options)
        return Ask(header(journey), till, procedure.title(name), procedure.hint(name), at.picture, options)
    step, of = _place(journey, trouble, procedure, k)
    return Do(
        header=header(journey),
        till=till,
        title=procedure.title(name),
        hint=procedure.hint(name),
        machine=_machine(journey, trouble),
        picture=at.picture if isinstance(at, walk.Do) else "",
        step=step,
        of=of,
        minutes=max(1, round(k.guide.remedies[trouble.remedy].minutes)),
        by_machine=not _asks(trouble, procedure, at),
        checking=journey.running is not None,
        found=trouble.found,
        keep_selling=_keep_selling(journey, trouble),
    )


def _asks(trouble: Trouble, procedure: walk.Procedure, at: walk.Step) -> bool:
    """Whether staff are asked here if it works: no check can tell, and the way ends with this step."""
    if any(looks(trouble, step) for step in procedure.steps.values()):
        return False
    after = procedure.steps[at.then] if isinstance(at, walk.Do) else at
    return isinstance(after, walk.Run | walk.End)


def _place(journey: Journey, trouble: Trouble, procedure: walk.Procedure, k: Knowledge) -> tuple[int, int]:
    """Step and how many: steps taken over all remedies so far, and about how many it will be."""
    told = advice(journey, k)
    further = max(0, told.steps_about - 1) if told else 0
    running = 0 if journey.running is not None else 1
    step = max(1, trouble.stepped + trod(trouble, k) + running)
    return step, max(step, trouble.stepped + walk.staff_steps(procedure) + further)


def _machine(journey: Journey, trouble: Trouble) -> Text | None:
    """The machine's part is told: what staff need not look at any more."""
    seen = journey.seen.get(trouble.terminal)
    fine = seen is not None and Link(Hop.PORT, HopState.OK) in seen.report.chain
    return text("guide.machine.port") if fine else None


def _keep_selling(journey: Journey, trouble: Trouble) -> Text | None:
    own = journey.store.till_of(trouble.terminal)
    fine = [
        till.name
        for till in journey.store.tills
        if till != own
        and any(t.kind is not Kind.PRINTER and light_of(journey, t.id) is Light.WORKING for t in till.terminals)
    ]
    return text("guide.keep_selling", tills=names(tuple(fine))) if fine else None
