"""A label shows words as they are, wraps, and takes no room when it has none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.ui.stage import Stage
from kiosk.ui.theme import TYPE
from kiosk.ui.widgets.label import Label, restyle

Place = Callable[..., None]


@pytest.mark.parametrize("role", sorted(TYPE))
def test_every_role_has_its_size_and_none_is_small(stage: Stage, role: str) -> None:
    assert Label(role).font().pixelSize() == TYPE[role][0] >= 22


def test_one_line_asks_for_one_line_of_room(stage: Stage) -> None:
    label = Label("lead", "Some words that would look fine on one line")
    assert label.sizeHint().height() == label.fontMetrics().height()
    assert label.heightForWidth(120) > 2 * label.fontMetrics().height()


def test_no_words_no_room_and_no_mark_up(stage: Stage, place: Place) -> None:
    label = Label("lead")
    place(label)
    label.show_words("")
    assert label.isHidden()
    label.show_words("<i>a</i>")
    assert label.isVisible()
    assert label.textFormat().name == "PlainText"


def test_a_tone_changes_the_colour(stage: Stage, place: Place) -> None:
    label = Label("strong", "x")
    place(label)
    for tone in ("ok", "broken"):
        label.set_tone(tone)
        assert label.palette().windowText().color() == stage.look.colour(tone)
    restyle(label, "tone", "ok")
    assert label.property("tone") == "ok"
