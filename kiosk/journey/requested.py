"""What an expert asks for and staff allowed that needs guidance: a guided procedure, or one step of it to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk.guidance import procedure as walk
from kiosk.guidance.advise import Way, advise
from kiosk.journey import casework
from kiosk.journey.checking import Step
from kiosk.journey.fixing import can_tell, opening, situation, symptom_of
from kiosk.journey.state import Journey, Page, Trouble
from kiosk.journey.turns import Turn
from kiosk.model.case import Consent, Request, Result

if TYPE_CHECKING:
    from kiosk.journey.knowledge import Knowledge


def consent(journey: Journey, turn: Turn, request: str, given: bool, k: Knowledge) -> Step:
    """Nothing happens before this. The target is a remedy (`procedure`), or `procedure/step` of guidance (`show`)."""
    wish = casework.request_of(journey, request)
    guided = wish is not None and wish.wish in ("procedure", "show")
    if wish is None or not guided or not given or casework.pending_request(journey, turn.at) is None:
        return casework.consent(journey, turn, request, given)
    journey, said = casework.put(journey, turn, Consent(request, given=True))
    journey, ok = _led(journey, turn, wish, k) if wish.wish == "procedure" else (journey, _known(wish, k))
    journey, more = casework.put(journey, turn, Result(request, ok=ok, words="" if ok else "not possible now"), 22)
    return journey, (*said, *more)


def _known(wish: Request, k: Knowledge) -> bool:
    name, _, step = wish.target.partition("/")
    procedure = k.guide.procedures.get(name)
    return procedure is not None and isinstance(procedure.steps.get(step), walk.Ask | walk.Do)


def _led(journey: Journey, turn: Turn, wish: Request, k: Knowledge) -> tuple[Journey, bool]:
    """The page of its first step. Not after a hard stop, beside a check."""
    trouble = _trouble(journey, turn, k)
    if trouble is None or wish.target not in k.guide.remedies or journey.running is not None:
        return journey, False
    stopped = any(h.terminal == trouble.terminal for h in journey.halts)
    if stopped or advise(k.guide, situation(journey, trouble, k), k.kinds).kind is Way.HALT:
        return journey, False
    progress = walk.start(k.guide.procedure_of(wish.target))
    trouble = replace(trouble, question="", skipping=False, remedy=wish.target, progress=progress, remedy_began=turn.at)
    return replace(journey, trouble=trouble, page=Page.GUIDE), True


def _trouble(journey: Journey, turn: Turn, k: Knowledge) -> Trouble | None:
    """What is being cured at the terminal of the case, or what its last check found."""
    terminal = journey.case.terminal if journey.case else ""
    if journey.trouble is not None and journey.trouble.terminal == terminal:
        return journey.trouble
    symptom = symptom_of(journey, terminal, k)
    if not symptom:
        return None
    told = can_tell(journey, terminal, symptom, k)
    return Trouble(terminal, opening(journey, terminal), symptom, turn.at, told=told)
