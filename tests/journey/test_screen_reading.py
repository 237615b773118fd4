"""Screens of what can be read up draw every article there is."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from kiosk.journey.reading import ALL
from kiosk.journey.screen_reading import article, more
from kiosk.journey.state import Page


def test_every_article_makes_a_screen(walker: Any) -> None:
    for id, about in walker.knowledge.library.articles.items():
        shown = article(replace(walker.journey, article=id), walker.knowledge)
        assert shown.title == about.title
        assert shown.todo
        assert shown.picture
    journey = replace(walker.journey, page=Page.MORE, topic=ALL)
    assert len(more(journey, walker.knowledge).tiles) == len(walker.knowledge.library.articles)
