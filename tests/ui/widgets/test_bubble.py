"""A bubble says who spoke by its side, and how far the store's own words got."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLabel

from kiosk.model.screen import Bubble, Delivery
from kiosk.model.text import literal
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.bubble import BubbleLine

Place = Callable[..., None]
AT = "2026-03-02T10:43:00Z"


def line(stage: Stage, place: Place, bubble: Bubble) -> tuple[BubbleLine, QLabel]:
    made = BubbleLine(stage)
    place(made, 800, 120)
    made.draw(bubble)
    words = next(label for label in made.findChildren(QLabel) if label.text() == stage.say(bubble.words))
    return made, words


@pytest.mark.parametrize(
    ("delivery", "told"),
    [(Delivery.WAITING, "waiting to be sent"), (Delivery.DELIVERED, "delivered"), (Delivery.READ, "read")],
)
def test_own_words_tell_how_far_they_got(stage: Stage, place: Place, delivery: Delivery, told: str) -> None:
    made, _ = line(stage, place, Bubble("1", True, literal("It is lit"), AT, delivery))
    assert made.accessibleName().startswith("It is lit ")
    assert made.accessibleName().endswith(told)


def test_the_system_has_no_time(stage: Stage, place: Place) -> None:
    made, _ = line(stage, place, Bubble("1", False, literal("Mira is here"), AT, system=True))
    assert [label.text() for label in made.findChildren(QLabel) if label.isVisible() and label.text()] == [
        "Mira is here"
    ]


def test_mark_up_is_shown_as_it_was_written(stage: Stage, place: Place) -> None:
    _, words = line(stage, place, Bubble("1", False, literal("<b>big</b>"), AT))
    assert words.text() == "<b>big</b>"
    assert words.textFormat().name == "PlainText"
