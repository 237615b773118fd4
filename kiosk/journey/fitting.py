"""A saved journey beside guidance that is not the one it was saved with: what is no more is left behind; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk.guidance import procedure as walk
from kiosk.guidance.advise import Way
from kiosk.journey.fixing import advice
from kiosk.journey.state import Journey, Page

if TYPE_CHECKING:
    from kiosk.journey.knowledge import Knowledge


def fitted(journey: Journey, k: Knowledge) -> Journey:
    """Where it stands if that is still there; else before the step, with all that was tried and answered."""
    return _fitted_duty(_fitted_trouble(journey, k), k)


def _fitted_trouble(journey: Journey, k: Knowledge) -> Journey:
    trouble = journey.trouble
    if trouble is None or _stands(journey, k):
        return journey
    page = journey.page
    if page is Page.GUIDE:
        page = Page.VERDICT if trouble.finding else Page.HOME
    kept = replace(trouble, remedy="", question="", progress=None, skipping=False)
    return replace(journey, page=page, trouble=kept if trouble.symptom in k.guide.symptoms else None)


def _stands(journey: Journey, k: Knowledge) -> bool:
    trouble = journey.trouble
    if trouble is None or trouble.symptom not in k.guide.symptoms:
        return False
    if trouble.question:
        told = advice(journey, k)
        return told is not None and told.kind is Way.QUESTION and told.id == trouble.question
    if trouble.remedy not in k.guide.remedies:
        return not trouble.remedy and trouble.progress is None
    return trouble.progress is not None and _is_in(k.guide.procedure_of(trouble.remedy), trouble.progress)


def _fitted_duty(journey: Journey, k: Knowledge) -> Journey:
    duty = journey.duty
    procedure = k.guide.procedures.get(duty.procedure) if duty is not None else None
    if duty is None or (procedure is not None and _is_in(procedure, duty.progress)):
        return journey
    page = Page.HOME if journey.page is Page.DUTY else journey.page
    return replace(journey, duty=None, page=page)


def _is_in(procedure: walk.Procedure, progress: walk.Progress) -> bool:
    """Whether the place, and each step on the way to it, is one of the procedure's."""
    places = {progress.at, *(trod.step for trod in progress.trail)}
    return progress.procedure == procedure.id and places <= procedure.steps.keys()
