"""Read up: opened from where staff are, found by words, closed to where they came from."""

from __future__ import annotations

from typing import Any

from kiosk.journey.state import Page
from kiosk.model import act as a
from kiosk.model import screen as s

Walker = Any


def test_more_help_shows_what_can_be_read_and_back_leads_home(walker: Walker) -> None:
    walker.did(a.MoreHelp())
    shown = walker.screen
    assert isinstance(shown, s.Choose)
    assert [tile.procedure for tile in shown.tiles if tile.procedure]
    walker.did(a.ChooseTopic(shown.tiles[-1].topic))
    shown = walker.screen
    assert "tamper" in [tile.article for tile in shown.tiles]
    walker.did(a.ReadArticle("tamper"))
    article = walker.screen
    assert isinstance(article, s.Article)
    assert article.title.id == "article.tamper"
    assert article.never
    walker.did(a.Back())
    assert walker.journey.page is Page.MORE
    walker.did(a.Back())
    assert walker.journey.page is Page.MORE
    walker.did(a.Back())
    assert isinstance(walker.screen, s.Home)


def test_own_words_find_an_article_beside_symptoms(walker: Walker) -> None:
    walker.did(a.SomethingWrong())
    walker.did(a.OpenTill("1"))
    walker.did(a.Search("paper roll"))
    tiles = walker.screen.tiles
    assert tiles[0].symptom.startswith("print.")
    assert "paper_rolls" in [tile.article for tile in tiles]
    walker.did(a.ReadArticle("paper_rolls"))
    walker.did(a.Back())
    assert walker.journey.page is Page.CHOOSE
    assert walker.journey.words == "paper roll"


def test_words_on_more_help_find_or_say_so(walker: Walker) -> None:
    walker.did(a.MoreHelp())
    walker.did(a.Search("cleaning"))
    assert walker.screen.tiles[0].article == "cleaning"
    assert walker.screen.found.id == "more.found"
    walker.did(a.Search("qqqq"))
    assert walker.screen.found.id == "more.not_found"
    assert len(walker.screen.tiles) >= 20
    walker.did(a.Back())
    assert walker.journey.page is Page.MORE
    assert not walker.journey.words


def test_what_is_not_there_is_not_opened(walker: Walker) -> None:
    walker.did(a.ReadArticle("no such"))
    assert isinstance(walker.screen, s.Home)


def test_an_article_opened_from_home_leads_back_there(walker: Walker) -> None:
    walker.did(a.ReadArticle("lights"))
    assert isinstance(walker.screen, s.Article)
    walker.did(a.Back())
    assert isinstance(walker.screen, s.Home)
