"""Enter and the button send; unsent words are told, and a redraw never takes what is being typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from kiosk.model.act import Act, Draft, Say
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.composer import Composer


@pytest.fixture
def composer(stage: Stage, place: Callable[..., None]) -> Composer:
    made = Composer(stage)
    place(made, 800, 80)
    made.draw("")
    return made


def test_enter_sends_once_and_clears(composer: Composer, acts: list[Act]) -> None:
    QTest.keyClicks(composer.field, "  It is lit ")
    QTest.keyClick(composer.field, Qt.Key.Key_Return)
    QTest.keyClick(composer.field, Qt.Key.Key_Return)
    assert acts == [Say("It is lit")]
    assert composer.field.text() == ""


def test_the_button_sends(composer: Composer, acts: list[Act]) -> None:
    QTest.keyClicks(composer.field, "Yes")
    send = composer.findChild(QPushButton)
    assert send.accessibleName() == "Send"
    QTest.mouseClick(send, Qt.MouseButton.LeftButton)
    assert acts == [Say("Yes")]


def test_unsent_words_are_told_when_typing_pauses(composer: Composer, acts: list[Act]) -> None:
    QTest.keyClicks(composer.field, "half a")
    assert acts == []
    composer.findChild(QTimer).timeout.emit()
    assert acts == [Draft("half a")]


def test_a_draft_comes_back_but_not_over_what_is_being_typed(composer: Composer) -> None:
    composer.draw("from before")
    assert composer.field.text() == "from before"
    QTest.keyClicks(composer.field, "!")
    composer.draw("something else")
    assert composer.field.text() == "from before!"
