"""Words at a point: told when typing pauses or ends, never lost to a redraw, another point has its own."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.ui.widgets.notes import NoteField


def test_words_are_told_once_typing_pauses(place: Callable[..., None], qtbot: QtBot) -> None:
    told: list[str] = []
    field = NoteField(told.append)
    place(field, 400, 80)
    field.draw("a", "What do you see?", "")
    assert field.accessibleName() == "What do you see?"
    QTest.keyClicks(field, "a gap")
    field.draw("a", "What do you see?", "old")
    assert field.text() == "a gap", "a redraw does not take what is being typed"
    qtbot.waitUntil(lambda: told == ["a gap"])
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert told == ["a gap"]
    field.draw("b", "Your name", "")
    assert field.text() == ""
