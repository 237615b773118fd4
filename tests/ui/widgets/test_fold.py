"""A fold opens on a touch, stays open over a redraw, and is not there when it has nothing to say."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QVBoxLayout

from kiosk.ui.stage import Stage
from kiosk.ui.widgets.fold import Fold
from kiosk.ui.widgets.label import Label

Place = Callable[..., None]


def press(fold: Fold) -> None:
    QTest.mouseClick(fold.findChild(QPushButton), Qt.MouseButton.LeftButton)


def test_it_opens_and_closes_and_a_redraw_leaves_it(stage: Stage, place: Place) -> None:
    fold = Fold(stage.look)
    place(fold)
    fold.show_lines("Why?", ["One", "Two"])
    assert not fold.opened()
    press(fold)
    fold.show_lines("Why?", ["One", "Two", "Three"])
    assert fold.opened()
    assert any(label.text() == "One\nTwo\nThree" and label.isVisible() for label in fold.findChildren(Label))
    press(fold)
    assert not fold.opened()


def test_without_lines_it_is_gone_but_its_head_stays(stage: Stage, place: Place) -> None:
    bare, headed = Fold(stage.look), Fold(stage.look, head=QVBoxLayout())
    for fold in (bare, headed):
        place(fold)
        fold.show_lines("Why?", [])
    assert bare.isHidden()
    assert headed.isVisible()
    assert headed.findChild(QPushButton).isHidden()
