"""Own words are told when typing pauses, once, and survive a redraw."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from kiosk.model.act import Act, Search
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.search import SearchField


@pytest.fixture
def field(stage: Stage, place: Callable[..., None]) -> SearchField:
    made = SearchField(stage)
    place(made, 600, 80)
    made.draw(True, "")
    return made


def pause(field: SearchField) -> None:
    field.findChild(QTimer).timeout.emit()


def test_words_are_told_when_typing_pauses_and_only_once(field: SearchField, acts: list[Act]) -> None:
    QTest.keyClicks(field, "no paper")
    assert acts == []
    pause(field)
    pause(field)
    assert acts == [Search("no paper")]


def test_enter_does_not_wait(field: SearchField, acts: list[Act]) -> None:
    QTest.keyClicks(field, " busy ")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert acts == [Search("busy")]


def test_a_redraw_does_not_take_what_is_being_typed(field: SearchField) -> None:
    QTest.keyClicks(field, "no pa")
    field.draw(True, "something else")
    assert field.text() == "no pa"


def test_words_of_before_a_restart_are_shown_and_can_be_cleared(field: SearchField, acts: list[Act]) -> None:
    field.draw(True, "no paper")
    assert field.text() == "no paper"
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    pause(field)
    assert acts == [Search("")]


def test_it_names_itself_and_takes_no_room_where_it_is_not_wanted(field: SearchField) -> None:
    assert field.accessibleName() == field.placeholderText() != ""
    field.draw(False, "")
    assert not field.isVisible()
