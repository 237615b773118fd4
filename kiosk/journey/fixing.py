"""From a verdict to a cure: asks guidance for the next best step, walks its procedure, watches by machine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk.guidance import procedure as walk
from kiosk.guidance.advise import Advice, Situation, Way, advise, passed, symptom_for
from kiosk.guidance.outcomes import outcome_of
from kiosk.journey import together
from kiosk.journey.casework import look_at_what_goes, put
from kiosk.journey.checking import Step, check, halt, worst_terminal
from kiosk.journey.state import Cured, Journey, Page, Purpose, Trouble, worst
from kiosk.journey.turns import Count, Turn
from kiosk.model.bundle import Walked
from kiosk.model.case import Likely, StepState
from kiosk.model.case import Step as StepTaken
from kiosk.model.finding import Finding, FindingKind, Hop, HopState, Severity
from kiosk.model.report import TerminalReport
from kiosk.model.terminal import Kind
from kiosk.model.text import Text, text

if TYPE_CHECKING:
    from kiosk.journey.knowledge import Knowledge


def begin(journey: Journey, turn: Turn, terminal: str, k: Knowledge, symptom: str = "") -> Step:
    """Start curing one terminal and all that share its cause, or go on where that was left."""
    trouble = journey.trouble
    finding = opening(journey, terminal)
    helped = trouble is not None and terminal in (trouble.terminal, *trouble.shared)
    same = helped and trouble is not None and trouble.finding == finding
    if not same or (symptom and trouble is not None and trouble.symptom != symptom):
        symptom = symptom or symptom_of(journey, terminal, k)
        if not symptom:
            return look_at_what_goes(journey, turn)
        told = can_tell(journey, terminal, symptom, k)
        shared = together.others(journey, terminal)
        journey = replace(journey, trouble=Trouble(terminal, finding, symptom, turn.at, told=told, shared=shared))
    journey = replace(journey, page=Page.GUIDE)
    if journey.trouble is not None and (journey.trouble.progress is not None or journey.trouble.question):
        return journey, ()
    return advance(journey, turn, k)


def can_tell(journey: Journey, terminal: str, symptom: str, k: Knowledge) -> bool:
    """Whether a check can tell that it is cured: what tells of it was seen, or nobody has looked yet."""
    about, seen = k.guide.symptoms.get(symptom), journey.seen.get(terminal)
    told_by = frozenset(about.told_by) if about else frozenset()
    return bool(told_by) and (seen is None or any(f.id in told_by for f in seen.report.findings))


def looks(trouble: Trouble, step: walk.Step) -> bool:
    """Whether this is a check that can tell; at any other, staff say whether it works."""
    return isinstance(step, walk.Run) and (trouble.told or bool(step.gone))


def opening(journey: Journey, terminal: str) -> str:
    seen = journey.seen.get(terminal)
    finding = worst(seen.report) if seen else None
    return finding.id if finding else ""


def symptom_of(journey: Journey, terminal: str, k: Knowledge) -> str:
    seen = journey.seen.get(terminal)
    if seen is None:
        return ""
    report = seen.report
    return symptom_for(k.guide, report.findings, report.chain, report.terminal.kind) or ""


def situation(journey: Journey, trouble: Trouble, k: Knowledge) -> Situation:
    """What is known now of the terminal in trouble."""
    seen = journey.seen.get(trouble.terminal)
    terminal = journey.store.terminal(trouble.terminal)
    return Situation(
        symptom=trouble.symptom,
        kind=terminal.kind if terminal else Kind.TERMINAL,
        present=tuple(f.id for f in seen.report.findings) if seen else (),
        absent=absent(seen.report, k.kinds) if seen else (),
        answers=trouble.answers,
        failed=trouble.failed,
        barred=trouble.barred,
    )


def absent(report: TerminalReport, kinds: Mapping[str, FindingKind]) -> tuple[str, ...]:
    """Findings known not to be there: their hop was judged to the end. What was not looked at is not absent."""
    present = {f.id for f in report.findings}
    judged = {link.hop for link in report.chain if link.state is HopState.OK}
    if any(check.endswith("_health") for check in report.ran):
        judged.add(Hop.TERMINAL)
    prints = report.terminal.kind is Kind.PRINTER or report.health.printer is not None
    return tuple(
        kind.id
        for kind in kinds.values()
        if kind.hop in judged and kind.id not in present and (prints or not kind.id.startswith("printer."))
    )


def advice(journey: Journey, k: Knowledge) -> Advice | None:
    """What guidance says to the trouble, or to what was found at the till looked at."""
    trouble = journey.trouble
    if trouble is None:
        return None
    return advise(k.guide, situation(journey, trouble, k), k.kinds)


def likely(journey: Journey, k: Knowledge) -> tuple[Likely, ...]:
    told = advice(journey, k)
    return told.likely if told else ()


def advance(journey: Journey, turn: Turn, k: Knowledge) -> Step:
    """The next best step: a question, a remedy, or a person."""
    trouble = journey.trouble
    told = advice(journey, k)
    if trouble is None or told is None:
        return journey, ()
    if told.kind is Way.HALT:
        return stop_for(journey, turn, told.id)
    if told.kind is Way.QUESTION:
        return replace(journey, trouble=replace(trouble, question=told.id, remedy="", progress=None)), ()
    if told.kind is Way.ESCALATE:
        return look_at_what_goes(journey, turn)
    trouble = replace(
        trouble,
        question="",
        remedy=told.id,
        progress=walk.start(k.guide.procedure_of(told.id)),
        remedy_began=turn.at,
    )
    return _noted(replace(journey, trouble=trouble), turn, told.id, StepState.OFFERED)


def _noted(journey: Journey, turn: Turn, id: str, state: StepState, answer: str = "", seconds: float = 0.0) -> Step:
    """Write a step down, for the bundle; and into the case if one is open."""
    trouble = journey.trouble
    if trouble is None:
        return journey, ()
    walked = Walked(id, state.value, answer, turn.at.isoformat(timespec="seconds"))
    journey = replace(journey, trouble=replace(trouble, walked=(*trouble.walked, walked)[-100:]))
    return put(journey, turn, StepTaken(id, state, answer, seconds), 30)


def answered(journey: Journey, turn: Turn, option: str, k: Knowledge) -> Step:
    """A button of a question: one of guidance, or one inside a procedure."""
    trouble = journey.trouble
    if trouble is None:
        return journey, ()
    if trouble.skipping:
        return _skipped(journey, turn, option, k)
    if trouble.question:
        question = trouble.question
        trouble = replace(trouble, answers=trouble.answers | {question: option}, question="")
        journey, said = _noted(replace(journey, trouble=trouble), turn, question, StepState.ANSWERED, option)
        journey, more = advance(journey, turn, k)
        return journey, (*said, *more)
    return _walked(journey, turn, walk.Answered(option), k)


def step_done(journey: Journey, turn: Turn, k: Knowledge) -> Step:
    return _walked(journey, turn, walk.Done(), k)


def did_not_help(journey: Journey, turn: Turn, k: Knowledge) -> Step:
    return _walked(journey, turn, walk.DidNotHelp(), k)


def cannot_do(journey: Journey, turn: Turn, k: Knowledge) -> Step:
    """Asked why, first: what cannot be reached is another thing than what nobody dares."""
    trouble = journey.trouble
    if trouble is None or trouble.progress is None or journey.running is not None:
        return journey, ()
    return replace(journey, trouble=replace(trouble, skipping=True)), ()


REASONS = ("cannot_reach", "refused", "no_time")


def _skipped(journey: Journey, turn: Turn, reason: str, k: Knowledge) -> Step:
    trouble = journey.trouble
    if trouble is None or reason not in REASONS:
        return journey, ()
    journey = replace(journey, trouble=replace(trouble, skipping=False, reason=reason))
    return _walked(journey, turn, walk.CannotDo(), k)


def procedure_of(trouble: Trouble, k: Knowledge) -> walk.Procedure | None:
    return k.guide.procedure_of(trouble.remedy) if trouble.remedy in k.guide.remedies else None


def trod(trouble: Trouble, k: Knowledge) -> int:
    """Steps that staff took in the remedy under way, the one now shown not counted."""
    procedure = procedure_of(trouble, k)
    if procedure is None or trouble.progress is None:
        return 0
    taken = (procedure.steps.get(t.step) for t in trouble.progress.trail)
    return sum(isinstance(step, walk.Ask | walk.Do) for step in taken)


def _walked(journey: Journey, turn: Turn, event: walk.Event, k: Knowledge) -> Step:
    """One event into the procedure, then whatever its next step or its end wants."""
    trouble = journey.trouble
    procedure = procedure_of(trouble, k) if trouble else None
    if trouble is None or procedure is None or trouble.progress is None or journey.running is not None:
        return journey, ()
    progress = walk.advance(procedure, trouble.progress, event)
    if progress == trouble.progress:
        return journey, ()
    journey = replace(journey, trouble=replace(trouble, progress=progress, skipping=False))
    at = walk.step_of(procedure, progress)
    if progress.outcome is not None:
        return _ended(journey, turn, progress.outcome, at.finding if isinstance(at, walk.End) else "", k)
    if looks(trouble, at):
        return check(journey, turn, (trouble.terminal, *trouble.shared), Purpose.STEP)
    if isinstance(at, walk.Run):  # who pressed "It works" has told
        return _walked(journey, turn, walk.CheckFinished(True), k)
    return journey, ()


def _ended(journey: Journey, turn: Turn, outcome: walk.Outcome, finding: str, k: Knowledge) -> Step:
    """A procedure came to its end: cured, in vain, not possible, a hard stop, or a person is needed."""
    match outcome:
        case walk.Outcome.CURED:
            return _cured(journey, turn)
        case walk.Outcome.NEXT:
            return _given_up(journey, turn, StepState.NO_CHANGE, k)
        case walk.Outcome.CANNOT:
            return _given_up(journey, turn, StepState.CANNOT, k)
        case walk.Outcome.STOP:
            return stop_for(journey, turn, finding)
    return look_at_what_goes(journey, turn)


def stop_for(journey: Journey, turn: Turn, finding: str) -> Step:
    """What staff saw is a hard stop: all help ends at this terminal until the security line clears it."""
    trouble = journey.trouble
    if trouble is None:
        return journey, ()
    journey = halt(journey, turn, trouble.terminal, Finding(finding, Severity.HALT))
    till = journey.store.till_of(trouble.terminal)
    return replace(journey, page=Page.STOP, till=till.id if till else "", trouble=None), ()


def watched(journey: Journey, turn: Turn, terminal: str, k: Knowledge) -> Step:
    """The machine check after a step is done: gone, still the same, or something else came up."""
    trouble = journey.trouble
    seen = journey.seen.get(terminal)
    if any(h.terminal == terminal for h in journey.halts):
        till = journey.store.till_of(terminal)
        return replace(journey, page=Page.STOP, till=till.id if till else ""), ()
    if trouble is None or seen is None or trouble.terminal != terminal:
        return journey, ()
    finding = worst(seen.report)
    journey = replace(journey, trouble=replace(trouble, found=_found(finding.id, trouble) if finding else None))
    healed = _passed(journey, trouble, seen.report, k)
    journey, wishes = _walked(journey, turn, walk.CheckFinished(healed), k)
    if healed and finding is not None and finding.severity.rank >= Severity.FAULT.rank:
        return replace(journey, page=Page.VERDICT, trouble=None, cured=None), wishes
    return journey, wishes


def _passed(journey: Journey, trouble: Trouble, report: TerminalReport, k: Knowledge) -> bool:
    procedure = procedure_of(trouble, k)
    at = walk.step_of(procedure, trouble.progress) if procedure and trouble.progress else None
    run = at if isinstance(at, walk.Run) else walk.Run("", "")
    return passed(k.guide, trouble.symptom, run, (f.id for f in report.findings), absent(report, k.kinds))


def _found(finding: str, trouble: Trouble) -> Text:
    same = finding == trouble.finding
    return text("guide.found.same") if same else text("guide.found.other", says=text(f"{finding}.says"))


def _cured(journey: Journey, turn: Turn) -> Step:
    trouble = journey.trouble
    if trouble is None:
        return journey, ()
    minutes = _minutes(trouble.began, turn.at)
    journey, said = _came(journey, turn, trouble.remedy, StepState.CURED)
    cured = Cured(trouble.terminal, minutes, remedy=trouble.remedy)
    return replace(journey, cured=cured, trouble=None, page=Page.DONE), said


def _minutes(began: datetime, now: datetime) -> int:
    return max(1, round((now - began).total_seconds() / 60))


def _given_up(journey: Journey, turn: Turn, state: StepState, k: Knowledge) -> Step:
    """Tried in vain teaches about the causes; *I can't do this* teaches nothing. Neither is offered again."""
    trouble = journey.trouble
    if trouble is None:
        return journey, ()
    remedy = trouble.remedy
    failed = (*trouble.failed, remedy) if state is StepState.NO_CHANGE else trouble.failed
    barred = (*trouble.barred, remedy) if state is StepState.CANNOT else trouble.barred
    stepped = trouble.stepped + trod(trouble, k)
    trouble = replace(trouble, failed=failed, barred=barred, remedy="", progress=None, stepped=stepped)
    reason = trouble.reason if state is StepState.CANNOT else ""
    journey, said = _came(replace(journey, trouble=replace(trouble, reason="")), turn, remedy, state, reason)
    journey, more = advance(journey, turn, k)
    return journey, (*said, *more)


def _came(journey: Journey, turn: Turn, remedy: str, state: StepState, reason: str = "") -> Step:
    """What came of a remedy: into the case, and into the counts of this PC."""
    trouble = journey.trouble
    if trouble is None:
        return journey, ()
    began = trouble.remedy_began or turn.at
    seconds = max(0.0, (turn.at - began).total_seconds())
    outcome = outcome_of(trouble.symptom, StepTaken(remedy, state, reason, seconds))
    journey, said = _noted(journey, turn, remedy, state, reason, seconds)
    return journey, (*said, Count(outcome)) if outcome is not None else said


def back(journey: Journey, turn: Turn, k: Knowledge) -> Step:
    """One step back inside the procedure; from its first step to the verdict. The trouble is kept."""
    trouble = journey.trouble
    procedure = procedure_of(trouble, k) if trouble else None
    if journey.running is not None or trouble is None:
        return journey, ()
    if trouble.skipping:
        return replace(journey, trouble=replace(trouble, skipping=False)), ()
    if procedure is not None and trouble.progress is not None and trouble.progress.trail:
        return _walked(journey, turn, walk.Back(), k)
    return replace(journey, page=Page.VERDICT if trouble.finding else Page.HOME), ()


def outlook(journey: Journey, k: Knowledge) -> tuple[int | None, str]:
    """For the verdict: minutes of the first remedy (None: nothing for staff to do) and the likeliest cause."""
    terminal = worst_terminal(journey, journey.till)
    trouble = journey.trouble
    if trouble is None or trouble.terminal != terminal:
        symptom = symptom_of(journey, terminal, k)
        if not symptom:
            return None, ""
        trouble = Trouble(terminal, opening(journey, terminal), symptom, journey.now)
    told = advise(k.guide, situation(journey, trouble, k), k.kinds)
    cause = max(told.likely, key=lambda c: c.probability, default=None)
    minutes = max(1, round(told.minutes)) if told.kind in (Way.REMEDY, Way.QUESTION) else None
    return minutes, cause.cause if cause else ""
