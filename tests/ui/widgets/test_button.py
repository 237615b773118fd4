"""Buttons are pressed by finger, Enter and Space, and a ring shows only who came by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout
from pytestqt.qtbot import QtBot

from kiosk.ui.stage import Stage
from kiosk.ui.widgets.button import Button, CardButton
from kiosk.ui.widgets.label import Label

Place = Callable[..., None]


def test_words_with_an_ampersand_and_an_addition(stage: Stage) -> None:
    button = Button(stage.look, "main", lambda: None, icon="wrench")
    button.show_words("Salt & pepper", "about 1 minute")
    assert button.shown() == "Salt & pepper · about 1 minute"
    assert button.text() == "Salt && pepper · about 1 minute"
    assert button.accessibleName() == "Salt & pepper, about 1 minute"


@pytest.mark.parametrize(("small", "high"), [(False, 96), (True, 72)])
def test_even_a_small_button_fits_a_finger(stage: Stage, small: bool, high: int) -> None:
    button = Button(stage.look, "plain", lambda: None, small=small)
    button.show_words("x")
    assert button.height() == high
    assert button.minimumWidth() >= 72


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_keys_press_it(stage: Stage, place: Place, key: Qt.Key) -> None:
    pressed: list[int] = []
    button = Button(stage.look, "main", lambda: pressed.append(1))
    place(button, 300, 96)
    QTest.keyClick(button, key)
    assert pressed == [1]


def test_the_ring_is_for_those_who_came_by_keyboard(stage: Stage, place: Place, qtbot: QtBot) -> None:
    button = Button(stage.look, "main", lambda: None)
    place(button, 300, 96)
    button.window().activateWindow()
    qtbot.waitUntil(button.isActiveWindow, timeout=5000)
    button.clearFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.property("ring") is True
    button.clearFocus()
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    assert button.property("ring") is False


def test_a_card_is_one_button_as_high_as_what_it_holds(stage: Stage, place: Place) -> None:
    pressed: list[int] = []
    card = CardButton(lambda: pressed.append(1))
    column = QVBoxLayout(card)
    label = Label("title", "Many words that need more than one line where the room is narrow")
    column.addWidget(label)
    assert card.heightForWidth(300) > card.heightForWidth(1200) >= 88
    place(card, 600, 300)
    QTest.mouseClick(card, Qt.MouseButton.LeftButton, pos=label.geometry().center())
    assert pressed == [1]
