"""What can be read up: found by staff's own words, opened, closed to where they came from; changes no trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk.journey.state import Journey, Page
from kiosk.model.screen import Tile

if TYPE_CHECKING:
    from kiosk.journey.knowledge import Knowledge

ALL = "read"
"""The topic of `Page.MORE` that shows every article."""


def opened(journey: Journey, article: str, k: Knowledge) -> Journey:
    if article not in k.library.articles:
        return journey
    came_from = journey.came_from if journey.page is Page.ARTICLE else journey.page
    return replace(journey, page=Page.ARTICLE, article=article, came_from=came_from)


def closed(journey: Journey) -> Journey:
    back = journey.came_from if journey.came_from in (Page.CHOOSE, Page.MORE) else Page.HOME
    return replace(journey, page=back, article="")


def found_tiles(journey: Journey, k: Knowledge) -> tuple[Tile, ...]:
    """Articles that fit the words that were typed, the best first."""
    found = k.library.find(journey.words, k.language) if journey.words else ()
    return tuple(tile(f.id, k) for f in found)


def tile(id: str, k: Knowledge) -> Tile:
    about = k.library.articles[id]
    return Tile("", about.title, about.picture, article=id)


def all_tiles(k: Knowledge) -> tuple[Tile, ...]:
    return tuple(tile(id, k) for id in k.library.articles)
