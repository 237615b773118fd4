"""Which screen the journey shows: journey -> `Screen`, a value that any page can draw."""

from __future__ import annotations

from kiosk.journey import (
    confirming,
    fixing,
    screen_case,
    screen_duty,
    screen_guide,
    screen_home,
    screen_reading,
    stopping,
)
from kiosk.journey.knowledge import Knowledge
from kiosk.journey.state import Journey, Page
from kiosk.model.screen import Screen


def screen(journey: Journey, knowledge: Knowledge | None) -> Screen:
    """The screen now. Without knowledge (before guidance is loaded) there is Home alone."""
    if knowledge is None:
        return screen_home.home(journey)
    match journey.page:
        case Page.CHOOSE:
            return screen_home.choose(journey, knowledge)
        case Page.MORE:
            return screen_reading.more(journey, knowledge)
        case Page.ARTICLE if journey.article in knowledge.library.articles:
            return screen_reading.article(journey, knowledge)
        case Page.DUTY if journey.duty is not None and journey.duty.procedure in knowledge.guide.procedures:
            return screen_duty.duty(journey, knowledge)
        case Page.PAYING if journey.wanted is not None:
            return screen_home.paying(journey)
        case Page.CHECKING if journey.running is not None:
            return screen_home.checking(journey)
        case Page.VERDICT:
            return _judged(journey, knowledge)
        case Page.GUIDE if journey.trouble is not None:
            return screen_guide.guide(journey, knowledge)
        case Page.STOP if terminal := stopping.halted_at(journey, journey.till):
            return screen_home.stop(journey, terminal, knowledge.guide)
        case Page.PREVIEW if journey.case is not None:
            return screen_case.preview(journey)
        case Page.CHAT if journey.case is not None:
            return screen_case.chat(journey, knowledge.version)
        case Page.DONE if journey.cured is not None:
            return screen_case.done(journey)
    return screen_home.home(journey, screen_duty.dues(journey, knowledge))


def _judged(journey: Journey, knowledge: Knowledge) -> Screen:
    """The verdict; where it would rest on a guess, first the question whether the guess is right."""
    asked = confirming.guess(journey, journey.till)
    if asked is not None:
        return screen_home.confirm(journey, *asked)
    minutes, likely = fixing.outlook(journey, knowledge)
    return screen_home.verdict(journey, minutes, likely)
