"""A device whose protocol is a guess: staff say whether it is what we think, and may take it back; sends nothing."""

from __future__ import annotations

from msgspec.structs import replace

from kiosk.journey import checking
from kiosk.journey.checking import Step
from kiosk.journey.state import Journey, Page, Purpose
from kiosk.journey.turns import Learn, Turn
from kiosk.model.finding import Finding
from kiosk.model.learned import Learned, confirmed, denied, guesses, identity_of, taught_store
from kiosk.model.terminal import Terminal

YES, NO, UNKNOWN = "yes", "no", "unknown"


def guess(journey: Journey, till: str) -> tuple[Terminal, Finding] | None:
    """The first guess at this till that nobody has judged yet."""
    for id in checking.of_till(journey, till):
        terminal, seen = journey.store.terminal(id), journey.seen.get(id)
        if terminal is None or seen is None or seen.stale or terminal.protocol is not None or id in journey.unsure:
            continue
        for finding in guesses(seen.report.findings, _known(journey, terminal)):
            return terminal, finding
    return None


def said(journey: Journey, till: str) -> tuple[Terminal, Learned] | None:
    """What staff said of a device at this till, as far as it still counts."""
    for id in checking.of_till(journey, till):
        terminal = journey.store.terminal(id)
        if terminal is not None and (known := _known(journey, terminal)) != Learned():
            return terminal, known
    return None


def answered(journey: Journey, turn: Turn, option: str) -> Step:
    """Yes: it is checked as that. No: the next guess, or none. Who does not know is asked after the next check."""
    asked = guess(journey, journey.till)
    if asked is None:
        return journey, ()
    terminal, finding = asked
    identity, known = identity_of(terminal), _known(journey, terminal)
    if option == YES:
        known = confirmed(finding, known)
        journey, wishes = checking.check(
            _with(journey, identity, known), turn, checking.of_till(journey, journey.till), Purpose.LOOK
        )
        return journey, (Learn(identity, known), *wishes)
    if option == NO:
        known = denied(finding, known)
        return _with(journey, identity, known), (Learn(identity, known),)
    return replace(journey, unsure=(*journey.unsure, terminal.id)), ()


def forget(journey: Journey, *_more: object) -> Step:
    """What was said of the device at this till counts no more; what was seen of it neither."""
    found = said(journey, journey.till)
    if found is None or journey.page is not Page.VERDICT:
        return journey, ()
    terminal, _ = found
    lessons = {id: known for id, known in journey.lessons.items() if id != identity_of(terminal)}
    seen = {id: seen for id, seen in journey.seen.items() if id != terminal.id}
    journey = replace(journey, lessons=lessons, seen=seen, page=Page.HOME, till="")
    return journey, (Learn(identity_of(terminal), None),)


def _known(journey: Journey, terminal: Terminal) -> Learned:
    return journey.lessons.get(identity_of(terminal), Learned())


def _with(journey: Journey, identity: str, known: Learned) -> Journey:
    lessons = journey.lessons | {identity: known}
    return replace(journey, lessons=lessons, store=taught_store(journey.store, lessons))
