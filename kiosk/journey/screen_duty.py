"""Screens of procedures of their own: the till, a question, a step, a point of an inspection; and what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.guidance import procedure as walk
from kiosk.journey import duties
from kiosk.journey.duties import INSPECTION, NUMBER, SIGN
from kiosk.journey.screen_home import card, header, till_name
from kiosk.journey.state import Duty, Journey
from kiosk.journey.together import names
from kiosk.model.finding import Hop, HopState, Link
from kiosk.model.screen import Ask, Choose, Do, Due, Inspect, Option, Tile
from kiosk.model.text import Text, day, text

if TYPE_CHECKING:
    from kiosk.guidance.model import Guide
    from kiosk.journey.knowledge import Knowledge

Told = tuple[Text | None, bool]
"""What the PC knows of a point, and whether that is not as it should be."""


def duty(journey: Journey, k: Knowledge) -> Choose | Ask | Do | Inspect:
    """Where the procedure stands. Raises `ValueError` if none is under way."""
    under_way = journey.duty
    if under_way is None:
        raise ValueError("no procedure is under way")
    procedure = k.guide.procedures[under_way.procedure]
    if duties.lacks_till(under_way):
        tills = tuple(card(journey, till) for till in duties.payers(journey))
        return Choose(header(journey), text("duty.till", what=procedure.name), tills)
    if under_way.procedure == INSPECTION:
        return _point(journey, under_way, procedure)
    return _step(journey, under_way, procedure)


def _step(journey: Journey, under_way: Duty, procedure: walk.Procedure) -> Ask | Do:
    at, name = walk.step_of(procedure, under_way.progress), under_way.progress.at
    till, title, hint = _about(journey, under_way), procedure.title(name), procedure.hint(name)
    if isinstance(at, walk.Ask):
        return Ask(header(journey), till, title, hint, at.picture, _options(procedure, name, at))
    picture = at.picture if isinstance(at, walk.Do) else ""
    step, of = place(procedure, under_way)
    return Do(header(journey), till, title, hint, None, picture, step, of, None, by_machine=False, led=True)


def _about(journey: Journey, under_way: Duty) -> str:
    return till_name(journey, duties.till_of(journey, under_way))


def _options(procedure: walk.Procedure, name: str, at: walk.Ask) -> tuple[Option, ...]:
    return tuple(Option(o, procedure.option(name, o)) for o in at.options)


def place(procedure: walk.Procedure, under_way: Duty) -> tuple[int, int]:
    """Step and of about how many: the longest way from here may turn out shorter."""
    trod = len(under_way.progress.trail)
    ahead = walk.staff_steps(walk.from_step(procedure, under_way.progress.at))
    return trod + 1, max(trod + 1, trod + ahead)


def _point(journey: Journey, under_way: Duty, procedure: walk.Procedure) -> Inspect:
    name = under_way.progress.at
    at, noted = walk.step_of(procedure, under_way.progress), duties.point_at(under_way)
    step, of = place(procedure, under_way)
    machine, warned = MACHINE.get(name, _nothing)(journey, under_way)
    signs = name == SIGN
    return Inspect(
        header=header(journey),
        till=_about(journey, under_way),
        title=procedure.title(name),
        hint=procedure.hint(name),
        machine=machine,
        warned=warned,
        picture=at.picture if isinstance(at, walk.Ask | walk.Do) else "",
        step=step,
        of=of,
        options=_options(procedure, name, at) if isinstance(at, walk.Ask) else (),
        asks=text("inspect.label" if name == NUMBER else "inspect.name" if signs else "inspect.words"),
        words=noted.answer if signs else noted.words,
        photos=len(noted.photos),
        signs=text("inspect.signs") if signs else None,
    )


def _nothing(journey: Journey, under_way: Duty) -> Told:
    return None, False


def _there(journey: Journey, under_way: Duty) -> Told:
    seen = journey.seen.get(under_way.terminal)
    port = next((link.state for link in seen.report.chain if link.hop is Hop.PORT), None) if seen else None
    if seen is None or port not in (HopState.OK, HopState.BROKEN):
        return None, False
    at = f"{seen.at.astimezone():%H:%M}"
    return (text("inspect.seen", time=at), False) if port is HopState.OK else (text("inspect.unseen", time=at), True)


def _number(journey: Journey, under_way: Duty) -> Told:
    """The number on the label, typed by staff, against what list, terminal and last inspection say."""
    terminal = journey.store.terminal(under_way.terminal)
    typed = under_way.points[NUMBER].words.strip() if NUMBER in under_way.points else ""
    known = duties.numbers(journey, terminal) if terminal else ()
    if not known:
        return text("inspect.number.unknown"), False
    if not typed:
        return text("inspect.number.type"), False
    if duties.is_other(journey, under_way):
        return text("inspect.number.again" if under_way.warned else "inspect.number.other"), True
    return text("inspect.number.same"), False


def _cables(journey: Journey, under_way: Duty) -> Told:
    strangers = [till.name for till in journey.store.tills if till.id.startswith("new.")]
    return (text("inspect.strangers"), True) if strangers else (text("inspect.no_strangers"), False)


def _warning(journey: Journey, under_way: Duty) -> Told:
    """What the terminal itself says, and whether its software is the one of the last inspection."""
    seen, last = journey.seen.get(under_way.terminal), journey.inspected.get(under_way.terminal)
    if seen is None or Link(Hop.TERMINAL, HopState.OK) not in seen.report.chain:
        return None, False
    now, before = seen.report.health.software or "", last.software if last else ""
    if now and before and now != before:
        return text("inspect.software", before=before, now=now), True
    return text("inspect.no_alarm"), False


def _visits(journey: Journey, under_way: Duty) -> Told:
    last = journey.inspected.get(under_way.terminal)
    return text("inspect.last", date=day(last.ended[:10])) if last else text("inspect.first"), False


MACHINE = {"there": _there, NUMBER: _number, "cables": _cables, "warning": _warning, "visits": _visits}


def dues(journey: Journey, k: Knowledge) -> tuple[Due, ...]:
    """What was left in the middle, then the inspections that are due, in one line."""
    lines: list[Due] = []
    left = journey.duty
    if left is not None and left.procedure in k.guide.procedures:
        what = k.guide.procedures[left.procedure].name
        lines.append(Due(left.procedure, duties.till_of(journey, left), text("due.left", what=what)))
    terminals = duties.due_terminals(journey, k.inspection_days)
    tills = [till for till in journey.store.tills if any(t.id in terminals for t in till.terminals)]
    if tills and INSPECTION in k.guide.procedures and (left is None or left.procedure != INSPECTION):
        lines.append(Due(INSPECTION, tills[0].id, text("due.inspection", tills=names(tuple(t.name for t in tills)))))
    return tuple(lines)


def own_tiles(guide: Guide) -> tuple[Tile, ...]:
    """What staff can start themselves, each with the picture of its first step."""
    return tuple(Tile("", p.name, _first_picture(p), procedure=p.id) for p in guide.procedures.values() if p.own)


def _first_picture(procedure: walk.Procedure) -> str:
    first = procedure.steps[procedure.first]
    return first.picture if isinstance(first, walk.Ask | walk.Do) else ""
