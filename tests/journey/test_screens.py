"""Which screen is shown, and that every word on it exists in every language."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from kiosk import resources
from kiosk.journey.screens import screen
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.text import Text


def texts(value: Any) -> Iterator[Text]:
    """Every text on a screen, also inside other texts."""
    if isinstance(value, Text):
        yield value
        for arg in value.args.values():
            yield from texts(arg)
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from texts(getattr(value, field))
    elif isinstance(value, tuple):
        for member in value:
            yield from texts(member)


def seen(walker: Any) -> Iterator[s.Screen]:
    """The screens of the main job, one after the other."""
    yield walker.screen
    walker.did(a.CheckEverything())
    yield walker.screen
    walker.did(a.Answer("nobody"))
    yield walker.screen
    walker.finish({"2.1": "protocol.no_answer", "3.1": "printer.no_paper"})
    yield walker.screen
    walker.did(a.OpenTill("1"))
    yield walker.screen
    walker.did(a.GoHome())
    walker.did(a.FixIt("3"))
    yield walker.screen
    walker.did(a.GoHome())
    walker.did(a.FixIt("2"))
    yield walker.screen
    walker.did(a.Answer("lit"))
    yield walker.screen
    walker.did(a.GetExpert())
    yield walker.screen
    walker.did(a.SendCase())
    yield walker.screen
    walker.did(a.GoHome())
    walker.did(a.SomethingWrong())
    yield walker.screen
    walker.did(a.OpenTill("1"))
    yield walker.screen
    walker.did(a.GoHome())
    walker.check_all({"1.1": "terminal.tamper"})
    yield walker.screen


@pytest.mark.parametrize("language", resources.languages())
def test_every_word_of_the_main_job_exists(walker: Any, language: str) -> None:
    catalogue = resources.catalogue(language)
    missing = {
        words.id
        for shown in seen(walker)
        for words in texts(shown)
        if words.id != "literal" and not catalogue.has(words.id)
    }
    assert not missing, f"write these ids into resources/text/{language}: {sorted(missing)}"


def test_the_main_job_shows_its_pages_in_order(walker: Any) -> None:
    pages = [type(shown).__name__ for shown in seen(walker)]
    assert pages == [
        "Home", "Ask", "Checking", "Home", "Verdict", "Do", "Ask", "Do", "Preview", "Chat", "Choose", "Choose", "Stop",
    ]  # fmt: skip


def test_before_guidance_is_loaded_there_is_home(walker: Any) -> None:
    assert isinstance(screen(walker.journey, None), s.Home)
