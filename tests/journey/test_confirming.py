"""A guess is shown as a plain question; the answer counts for the device, at once and later, and can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.journey.turns import Learn, StartRun, StoreKnown, Streamed
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.finding import Finding, Hop, HopState, Link, Severity
from kiosk.model.health import GlobalStatus, Health
from kiosk.model.learned import Learned
from kiosk.model.report import Report, RunDone, TerminalDone, TerminalReport
from kiosk.model.terminal import Kind, Level, Port, Store, Terminal, Till
from kiosk.model.text import literal, text

NEW = Terminal("new.1", Port("/dev/ttyACM0", "52885440"), Kind.TERMINAL, till="new", asks_first=True)
SHOP = Store("s", "Shop", tills=(Till("new", "New device", (NEW,)),))
ZVT = {"protocol": "ZVT", "id": "zvt", "kind": "terminal", "baud": 115200}
BEHIND = (Hop.ANSWER, Hop.TERMINAL, Hop.BANK)
PRINTER = {"protocol": "ESC/POS", "id": "escpos", "kind": "printer"}


def guessed(walker: Any, *guesses: dict[str, object]) -> None:
    """A check of the new device that ends with these guesses."""
    if isinstance(walker.screen, s.Ask):
        walker.did(a.Answer("nobody"))
    of = walker.journey.store.terminal("new.1")
    assert of is not None
    found = tuple(Finding("protocol.guessed", Severity.INFO, guess) for guess in guesses)
    links = tuple(Link(hop, HopState.NOT_CHECKED if guesses and hop in BEHIND else HopState.OK) for hop in Hop)
    health = Health() if guesses else Health(global_status=GlobalStatus.OK)
    report = TerminalReport(of, links, health, found, (), ("protocol_guessed",))
    run = walker.started().run
    walker.did(Streamed(run, TerminalDone(report)))
    walker.did(Streamed(run, RunDone(Report(walker.now, 1.0, Level.INTERNAL, (report,)))))


@pytest.fixture
def opened(walker: Any) -> Any:
    """A window over the shop with the new device, after a check that ends with some guesses."""

    def made(*guesses: dict[str, object]) -> Any:
        fresh = type(walker)(SHOP, walker.knowledge)
        fresh.did(a.CheckEverything())
        guessed(fresh, *guesses)
        return fresh

    return made


def lessons(walker: Any) -> list[Learn]:
    return [wish for wish in walker.wishes if isinstance(wish, Learn)]


def test_it_asks_in_plain_words_with_a_picture(opened: Any) -> None:
    asked = opened(ZVT).screen
    assert isinstance(asked, s.Ask)
    assert asked.title == text("guess.title", what=text("kind.terminal"))
    assert (asked.till, asked.picture) == ("New device", "terminal")
    assert [option.id for option in asked.options] == ["yes", "no", "unknown"]
    named = replace(SHOP, tills=(Till("new", "New", (replace(NEW, make="Ingenico", model="Desk/3500"),)),))
    walker = opened(PRINTER)
    assert walker.screen.picture == "printer"
    walker.did(StoreKnown(named))
    assert walker.screen.title.args["what"] == literal("Ingenico Desk/3500")


def test_yes_is_remembered_and_it_is_checked_as_that(opened: Any) -> None:
    walker = opened(ZVT)
    runs = sum(isinstance(wish, StartRun) for wish in walker.wishes)
    walker.later(minutes=10)
    walker.did(a.Answer("yes"))
    assert lessons(walker) == [Learn("52885440", Learned("zvt", "ZVT", Kind.TERMINAL, 115200))]
    assert isinstance(walker.screen, s.Ask), "is anyone paying?"
    walker.did(a.Answer("nobody"))
    assert sum(isinstance(wish, StartRun) for wish in walker.wishes) == runs + 1
    guessed(walker)
    shown = walker.screen
    assert isinstance(shown, s.Verdict)
    assert (shown.light, shown.told) == (
        s.Light.WORKING,
        text("guess.told", what=text("kind.terminal"), protocol="ZVT"),
    )
    walker.did(StoreKnown(SHOP))
    assert walker.journey.lessons["52885440"].protocol == "zvt"


def test_no_asks_for_the_next_guess_and_then_no_more(opened: Any) -> None:
    walker = opened(ZVT, PRINTER)
    walker.did(a.Answer("no"))
    assert walker.screen.picture == "printer"
    walker.did(a.Answer("no"))
    shown = walker.screen
    assert isinstance(shown, s.Verdict)
    assert shown.told == text("guess.told_not")
    assert lessons(walker)[-1] == Learn("52885440", Learned(denied=("zvt", "escpos")))
    walker.did(a.GoHome())
    walker.did(a.CheckEverything())
    guessed(walker, ZVT)
    assert isinstance(walker.screen, s.Verdict), "who said no is not asked again"


def test_who_does_not_know_is_left_alone_until_the_next_check(opened: Any) -> None:
    walker = opened(ZVT)
    walker.did(a.Answer("unknown"))
    assert isinstance(walker.screen, s.Verdict)
    assert walker.screen.told is None
    assert not lessons(walker)
    walker.did(a.GoHome())
    walker.did(a.CheckEverything())
    guessed(walker, ZVT)
    assert isinstance(walker.screen, s.Ask)


def test_what_was_said_can_be_taken_back(opened: Any) -> None:
    walker = opened(ZVT)
    walker.did(a.Answer("no"))
    walker.did(a.TakeBack())
    assert lessons(walker)[-1] == Learn("52885440", None)
    assert isinstance(walker.screen, s.Home)
    assert not walker.journey.lessons
    walker.did(a.CheckEverything())
    guessed(walker, ZVT)
    assert isinstance(walker.screen, s.Ask)
    walker.did(a.Back())
    assert isinstance(walker.screen, s.Home)
    assert walker.screen.cards[0].words == text("guess.card")
    walker.did(a.OpenTill("new"))
    assert isinstance(walker.screen, s.Ask)


def test_nothing_to_take_back_changes_nothing(opened: Any) -> None:
    walker = opened(ZVT)
    walker.did(a.TakeBack())
    assert isinstance(walker.screen, s.Ask)
    walker.did(a.Back())
    walker.did(a.TakeBack())
    assert not lessons(walker)
