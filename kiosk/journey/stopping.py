"""Hard stops: shown until the security line clears them; no check, no restart and no other tap does."""

from __future__ import annotations

from msgspec.structs import replace

from kiosk.journey.checking import Step, of_till
from kiosk.journey.state import Journey, Page
from kiosk.journey.turns import CheckRelease, ReleaseChecked, Wish
from kiosk.model.case import CaseEvent, Release, Side


def halted_at(journey: Journey, till: str) -> str:
    """The halted terminal of a till, or ""."""
    stopped = {h.terminal for h in journey.halts}
    return next((t for t in of_till(journey, till) if t in stopped), "")


def above_all(journey: Journey) -> Journey:
    """Whatever led there: at a halted terminal there is no help, only the stop page."""
    helped = {Page.GUIDE: journey.trouble, Page.DUTY: journey.duty}.get(journey.page)
    if helped is None or not any(h.terminal == helped.terminal for h in journey.halts):
        return journey
    till = journey.store.till_of(helped.terminal)
    cleared = replace(journey, trouble=None) if journey.page is Page.GUIDE else replace(journey, duty=None)
    return replace(cleared, page=Page.STOP, till=till.id if till else "")


def try_code(journey: Journey, code: str) -> Step:
    """Staff typed what the security line told them."""
    terminal = halted_at(journey, journey.till)
    halt = next((h for h in journey.halts if h.terminal == terminal), None)
    return (journey, (CheckRelease(terminal, halt.challenge, code),)) if halt else (journey, ())


def by_the_line(journey: Journey, event: CaseEvent) -> tuple[Wish, ...]:
    """The desk may send the same code as an event; it is checked in the same way."""
    body = event.body
    if not isinstance(body, Release) or event.author.side is Side.STORE:
        return ()
    return tuple(
        CheckRelease(h.terminal, h.challenge, body.code) for h in journey.halts if h.challenge == body.challenge
    )


def code_checked(journey: Journey, what: ReleaseChecked) -> Step:
    """The right code clears the stop and what was seen before it: the terminal counts as not checked."""
    if not what.right:
        halts = tuple(replace(h, wrong=h.wrong or h.terminal == what.terminal) for h in journey.halts)
        return replace(journey, halts=halts), ()
    halts = tuple(h for h in journey.halts if h.terminal != what.terminal)
    seen = {id: seen for id, seen in journey.seen.items() if id != what.terminal}
    page = Page.HOME if journey.page is Page.STOP else journey.page
    return replace(journey, halts=halts, seen=seen, page=page), ()
