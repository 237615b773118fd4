"""The card test of a reader: offered, allowed by a person each time, and told in plain words; reads no card itself."""

from __future__ import annotations

from datetime import timedelta

from kiosk.journey import checking
from kiosk.journey.checking import Step
from kiosk.journey.state import Journey, Page, Purpose
from kiosk.journey.turns import Turn
from kiosk.model.finding import Hop, HopState, Link
from kiosk.model.report import TerminalReport
from kiosk.model.terminal import Kind
from kiosk.model.text import Text, text

PATIENCE = timedelta(seconds=20)
"""How long the test waits for a card."""
CHECK = "card_test"
TAKE_OUT = ("reader.card_answered", "reader.card_mute", "reader.card_unreadable")


def reader(journey: Journey, till: str) -> str:
    """The card reader of this till that answers and so can be tested; "" where there is none."""
    for id in checking.of_till(journey, till):
        terminal, seen = journey.store.terminal(id), journey.seen.get(id)
        fits = terminal is not None and terminal.kind is Kind.SMART_CARD_READER and seen is not None and not seen.stale
        if fits and seen is not None and Link(Hop.ANSWER, HopState.OK) in seen.report.chain:
            return id
    return ""


def begin(journey: Journey, turn: Turn, *_more: object) -> Step:
    """First it is asked whether anyone is paying, whatever was said before."""
    id = reader(journey, journey.till)
    if journey.page is not Page.VERDICT or not id:
        return journey, ()
    return checking.check(journey, turn, (id,), Purpose.CARD)


def title(journey: Journey) -> Text:
    """What to do now, while checks run."""
    running = journey.running
    if running is None or running.purpose is not Purpose.CARD:
        return text("checking.title")
    if running.waits_since is None:
        return text("card.soon")
    left = running.waits_since + PATIENCE - journey.now
    return text("card.insert", left=max(0, round(left.total_seconds())))


def outcome(report: TerminalReport) -> Text | None:
    """What the test found, and to take the card out where one is in; None where none was made."""
    if CHECK not in report.ran:
        return None
    found = {f.id for f in report.findings}  # the slot was empty before, too
    if said := next((id for id in TAKE_OUT if id in found), ""):
        return text("card.done", says=Text(f"{said}.says"))
    return text("card.none") if "reader.no_card" in found else None
