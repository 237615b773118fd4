"""Words come in the language now shown, whichever it is."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "March 2, 2026"),
        ("de", "2. März 2026"),
        ("fr", "2 mars 2026"),
        ("es", "2 de marzo de 2026"),
        ("pl", "2 marca 2026"),
        ("pt", "2 de março de 2026"),
    ],
)
def test_a_date_is_worded_as_its_reader_writes_it(stage: Stage, language: str, words: str) -> None:
    stage.catalogue = catalogue(language)
    assert f" {words}." in stage.say(text("done.due", date=day("2026-03-02")))
    assert stage.say(day("2026-03-02")) == words


def test_what_is_no_date_is_shown_as_it_is(stage: Stage) -> None:
    assert stage.say(day("soon")) == "soon"
