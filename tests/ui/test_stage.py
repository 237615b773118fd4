"""Words come in the language now shown, whichever it is."""

from __future__ import annotations

from kiosk.model.act import Act, GoHome
from kiosk.model.text import day, literal, text
from kiosk.resources import catalogue
from kiosk.ui.stage import Stage


def test_a_label_follows_the_language(stage: Stage) -> None:
    assert stage.word("minutes", n=1) == "about 1 minute"
    stage.catalogue = catalogue("de", "ui")
    assert stage.word("minutes", n=2) == "etwa 2 Minuten"


def test_nothing_to_say_is_nothing(stage: Stage) -> None:
    assert stage.say(None) == ""
    assert stage.say(literal("{n} < 3")) == "{n} < 3"
    assert stage.say(text("ui.home.fix", till="Till 2")) == "Fix Till 2"


def test_acts_go_out(stage: Stage, acts: list[Act]) -> None:
    stage.emit(GoHome())
    assert acts == [GoHome()]


def test_a_date_is_worded_as_its_reader_writes_it(stage: Stage) -> None:
    stage.catalogue = catalogue("fr")
    assert " 2 mars 2026." in stage.say(text("done.due", date=day("2026-03-02")))
    assert stage.say(day("2026-03-02")) == "2 mars 2026"


def test_what_is_no_date_is_shown_as_it_is(stage: Stage) -> None:
    assert stage.say(day("soon")) == "soon"
