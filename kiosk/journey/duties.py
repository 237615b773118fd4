"""Procedures of their own: inspection, visitor, new terminal; staff start them, leave them and go on with them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk.guidance import procedure as walk
from kiosk.journey.casework import look_at_what_goes
from kiosk.journey.checking import Step, halt
from kiosk.journey.state import Cured, Duty, Journey, Page
from kiosk.journey.turns import KeepInspection, KeepPhoto, Turn, Wish
from kiosk.model.finding import Finding, Severity
from kiosk.model.inspection import Inspection, Point
from kiosk.model.terminal import Kind, Terminal, Till

if TYPE_CHECKING:
    from kiosk.journey.knowledge import Knowledge

INSPECTION, NUMBER, SIGN = "inspection", "number", "sign"
PAYERS = (Kind.TERMINAL, Kind.CARD_READER, Kind.SMART_CARD_READER)
MOST_PHOTOS = 6  # at one point
DAY = timedelta(days=1)


def begin(journey: Journey, turn: Turn, procedure: str, till: str, k: Knowledge) -> Step:
    """Start one, or go on with the one that was left. An inspection is of one terminal, so a till is chosen first."""
    about = k.guide.procedures.get(procedure)
    if about is None or not about.own:
        return journey, ()
    duty = journey.duty
    other = till and duty is not None and till != till_of(journey, duty)
    if duty is None or duty.procedure != procedure or other:
        tills = payers(journey)
        till = till or (tills[0].id if len(tills) == 1 else "")
        duty = Duty(turn.uuid(50), procedure, terminal_of(journey, till), walk.start(about), turn.at)
    return replace(journey, duty=duty, page=Page.DUTY, topic="", words=""), ()


def payers(journey: Journey) -> tuple[Till, ...]:
    """Tills that take cards."""
    return tuple(till for till in journey.store.tills if any(t.kind in PAYERS for t in till.terminals))


def terminal_of(journey: Journey, till: str) -> str:
    """The terminal of a till that was longest not inspected; "" if the till is not known."""
    own = [t for each in journey.store.tills if each.id == till for t in each.terminals if t.kind in PAYERS]
    last = {t.id: journey.inspected[t.id].ended for t in own if t.id in journey.inspected}
    return min((t.id for t in own), key=lambda id: last.get(id, ""), default="")


def till_of(journey: Journey, duty: Duty) -> str:
    till = journey.store.till_of(duty.terminal)
    return till.id if till else ""


def lacks_till(duty: Duty) -> bool:
    """Whether a till must be chosen now: for an inspection at once, else only for a hard stop."""
    stopped = duty.progress.outcome is walk.Outcome.STOP
    return not duty.terminal and (duty.procedure == INSPECTION or stopped)


def till_chosen(journey: Journey, turn: Turn, till: str, k: Knowledge) -> Step:
    duty, terminal = journey.duty, terminal_of(journey, till)
    if duty is None or not terminal or not lacks_till(duty):
        return journey, ()
    journey = replace(journey, duty=replace(duty, terminal=terminal))
    return _came_to(journey, turn, k)


def walked(journey: Journey, turn: Turn, event: walk.Event, k: Knowledge) -> Step:
    """One event into the procedure; an answer at a point of an inspection is noted."""
    duty = journey.duty
    procedure = k.guide.procedures.get(duty.procedure) if duty else None
    if duty is None or procedure is None or lacks_till(duty):
        return journey, ()
    if isinstance(event, walk.Answered):
        if _is_other_number(journey, duty, event):
            return replace(journey, duty=replace(duty, warned=True)), ()
        duty = _with_point(duty, answer=event.option)
    progress = walk.advance(procedure, duty.progress, event)
    if progress == duty.progress:
        return journey, ()
    journey = replace(journey, duty=replace(duty, progress=progress, warned=False))
    return _came_to(journey, turn, k)


def step_done(journey: Journey, turn: Turn, k: Knowledge) -> Step:
    """An action was done; the last point of an inspection is signed instead."""
    duty = journey.duty
    signs = duty is not None and duty.procedure == INSPECTION and duty.progress.at == SIGN
    return (journey, ()) if signs else walked(journey, turn, walk.Done(), k)


def back(journey: Journey, turn: Turn, k: Knowledge) -> Step:
    """To the step before; from the first one Home, where it can be gone on with."""
    duty = journey.duty
    if duty is None or not duty.progress.trail or lacks_till(duty):
        return replace(journey, page=Page.HOME), ()
    return walked(journey, turn, walk.Back(), k)


def noted(journey: Journey, words: str) -> Step:
    if journey.duty is None or journey.page is not Page.DUTY:
        return journey, ()
    return replace(journey, duty=replace(_with_point(journey.duty, words=words), warned=False)), ()


def photographed(journey: Journey, jpeg: bytes) -> Step:
    duty = journey.duty
    if duty is None or journey.page is not Page.DUTY:
        return journey, ()
    photos = point_at(duty).photos
    if len(photos) >= MOST_PHOTOS:
        return journey, ()
    name = f"{duty.progress.at}_{len(photos) + 1}.jpg"
    return replace(journey, duty=_with_point(duty, photos=(*photos, name))), (KeepPhoto(duty.id, name, jpeg),)


def signed(journey: Journey, turn: Turn, by: str, k: Knowledge) -> Step:
    """The name ends the inspection; without one it is not signed."""
    duty, by = journey.duty, by.strip()
    if duty is None or not by or duty.progress.at != SIGN or duty.procedure != INSPECTION:
        return journey, ()
    return walked(replace(journey, duty=_with_point(duty, answer=by)), turn, walk.Done(), k)


def point_at(duty: Duty) -> Point:
    return duty.points.get(duty.progress.at, Point(duty.progress.at))


def _with_point(duty: Duty, **noted: object) -> Duty:
    point = replace(point_at(duty), **noted)
    return replace(duty, points=duty.points | {point.id: point})


def numbers(journey: Journey, terminal: Terminal) -> tuple[str, ...]:
    """The serial numbers that the list, the terminal itself and the last inspection know."""
    seen, last = journey.seen.get(terminal.id), journey.inspected.get(terminal.id)
    told = (terminal.serial, (seen.report.health.serial if seen else "") or "", last.serial if last else "")
    return tuple(number for each in told if (number := plain(each)))


def plain(number: str) -> str:
    """Letters and digits alone: people leave out what stands between."""
    return "".join(letter for letter in number.upper() if letter.isalnum())


def is_other(journey: Journey, duty: Duty) -> bool:
    """Whether the number that was typed is none that is known of this terminal."""
    terminal = journey.store.terminal(duty.terminal)
    typed = plain(duty.points[NUMBER].words) if NUMBER in duty.points else ""
    known = numbers(journey, terminal) if terminal else ()
    return bool(typed and known) and any(typed != number for number in known)


def _is_other_number(journey: Journey, duty: Duty, event: walk.Answered) -> bool:
    at_number = duty.procedure == INSPECTION and duty.progress.at == NUMBER
    return at_number and event.option == "fine" and is_other(journey, duty)


def _came_to(journey: Journey, turn: Turn, k: Knowledge) -> Step:
    """Whatever the step, or the end, wants."""
    duty = journey.duty
    outcome = duty.progress.outcome if duty else None
    if duty is None or outcome is None or lacks_till(duty):
        return journey, ()
    journey, kept = _recorded(journey, turn, outcome, k)
    match outcome:
        case walk.Outcome.STOP:
            journey = _stopped(journey, turn, duty, k)
            return journey, kept
        case walk.Outcome.CURED:
            cured = Cured(duty.terminal, _minutes(duty, turn.at), duty=duty.procedure)
            return replace(journey, duty=None, cured=cured, page=Page.DONE), kept
        case walk.Outcome.ESCALATE | walk.Outcome.CANNOT:
            journey = replace(journey, till=till_of(journey, duty) or journey.till)
            journey, wishes = look_at_what_goes(journey, turn)
            return replace(journey, duty=None, came_from=Page.HOME), (*kept, *wishes)
    return replace(journey, duty=None, page=Page.HOME), kept


def _stopped(journey: Journey, turn: Turn, duty: Duty, k: Knowledge) -> Journey:
    step = walk.step_of(k.guide.procedures[duty.procedure], duty.progress)
    finding = step.finding if isinstance(step, walk.End) else ""
    journey = halt(journey, turn, duty.terminal, Finding(finding, Severity.HALT))
    return replace(journey, duty=None, page=Page.STOP, till=till_of(journey, duty))


OUTCOMES = {walk.Outcome.CURED: "passed", walk.Outcome.STOP: "stopped"}


def _recorded(journey: Journey, turn: Turn, outcome: walk.Outcome, k: Knowledge) -> tuple[Journey, tuple[Wish, ...]]:
    """The record of an inspection, however it ended. Only one that passed moves the date when it is due again."""
    duty = journey.duty
    if duty is None or duty.procedure != INSPECTION:
        return journey, ()
    record = record_of(journey, duty, turn.at, OUTCOMES.get(outcome, "expert"), k.inspection_days)
    return replace(journey, inspected=journey.inspected | {duty.terminal: record}), (KeepInspection(record),)


def record_of(journey: Journey, duty: Duty, now: datetime, outcome: str, days: int) -> Inspection:
    seen = journey.seen.get(duty.terminal)
    terminal = journey.store.terminal(duty.terminal)
    typed = duty.points[NUMBER].words if NUMBER in duty.points else ""
    known = numbers(journey, terminal) if terminal else ()
    due = now + days * DAY if outcome == "passed" else now
    return Inspection(
        id=duty.id,
        terminal=duty.terminal,
        began=duty.began.isoformat(timespec="seconds"),
        ended=now.isoformat(timespec="seconds"),
        outcome=outcome,
        by=duty.points[SIGN].answer if SIGN in duty.points else "",
        serial=plain(typed) or next(iter(known), ""),
        software=(seen.report.health.software if seen else "") or "",
        points=tuple(point for step, point in duty.points.items() if step != SIGN),
        due=due.date().isoformat(),
    )


def _minutes(duty: Duty, now: datetime) -> int:
    return max(1, round((now - duty.began).total_seconds() / 60))


def due_terminals(journey: Journey, days: int) -> tuple[str, ...]:
    """Terminals whose inspection is due today or was before; never inspected is due. `days` 0: none are asked for."""
    if days <= 0:
        return ()
    today = journey.now.date().isoformat()
    listed = (t for till in payers(journey) for t in till.terminals if t.kind in PAYERS)
    last = journey.inspected
    return tuple(t.id for t in listed if t.id not in last or last[t.id].due <= today)
