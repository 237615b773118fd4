"""Screens of what can be read up: values only, words as text ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.journey.reading import ALL, all_tiles, found_tiles
from kiosk.journey.screen_duty import own_tiles
from kiosk.journey.screen_home import header
from kiosk.journey.state import Journey
from kiosk.model.screen import Article, Choose, Tile
from kiosk.model.text import text

if TYPE_CHECKING:
    from kiosk.journey.knowledge import Knowledge


def article(journey: Journey, k: Knowledge) -> Article:
    """Raises `KeyError` if there is no such article."""
    about = k.library.articles[journey.article]
    return Article(
        header(journey),
        about.title,
        about.what,
        about.why,
        about.todo_texts,
        about.never_texts,
        about.picture,
        about.procedure if about.procedure in k.guide.procedures else "",
    )


def more(journey: Journey, k: Knowledge) -> Choose:
    """What staff may want when nothing is broken; or all that can be read up, or what of it fits own words."""
    found = found_tiles(journey, k)
    note = text("more.found" if found else "more.not_found") if journey.words else None
    if journey.topic == ALL or journey.words:
        tiles = found or all_tiles(k)
        return Choose(header(journey), text("more.read"), (), tiles, search=True, words=journey.words, found=note)
    read = Tile("", text("more.read"), "note_pad", topic=ALL)
    return Choose(header(journey), text("more.title"), (), (*own_tiles(k.guide), read), search=True)
