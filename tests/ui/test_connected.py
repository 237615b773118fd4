"""The bar says who looks in, since when and with which words, and ends it; it never stays when they are gone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QDateTime, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from kiosk.model.act import Act, EndSession
from kiosk.model.screen import Connected
from kiosk.ui.connected import ConnectedBar
from kiosk.ui.stage import Stage

SINCE = "2026-03-02T10:00:00Z"
Place = Callable[..., None]


def words(bar: ConnectedBar) -> list[str]:
    return [label.text() for label in bar.findChildren(QLabel) if label.text() and label.isVisible()]


def bar_at(stage: Stage, place: Place, seconds: int) -> ConnectedBar:
    start = QDateTime.fromString(SINCE, Qt.DateFormat.ISODateWithMs)
    bar = ConnectedBar(stage, lambda: start.addSecs(seconds))
    place(bar, 1200, 100)
    bar.draw(Connected("Mira", "amber window", SINCE))
    return bar


def test_name_words_and_time(stage: Stage, place: Place) -> None:
    assert words(bar_at(stage, place, 65)) == ["Connected with Mira", "Your words: amber window", "1:05"]
    assert words(bar_at(stage, place, 3665))[-1] == "1:01:05"


def test_the_clock_goes_on_and_a_wrong_one_never_below_zero(stage: Stage, place: Place) -> None:
    passed = [-5]
    start = QDateTime.fromString(SINCE, Qt.DateFormat.ISODateWithMs)
    bar = ConnectedBar(stage, lambda: start.addSecs(passed[0]))
    place(bar, 1200, 100)
    bar.draw(Connected("Mira", "amber window", SINCE))
    assert words(bar)[-1] == "0:00"
    passed[0] = 5
    bar.findChild(QTimer).timeout.emit()
    assert words(bar)[-1] == "0:05"


def test_end_and_gone(stage: Stage, place: Place, acts: list[Act]) -> None:
    bar = bar_at(stage, place, 1)
    QTest.mouseClick(bar.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert acts == [EndSession()]
    bar.draw(None)
    assert bar.isHidden()
