"""A call again and again, until its owner goes."""

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from kiosk.ui.clock import every


def test_it_calls_until_its_owner_goes(qtbot: QtBot) -> None:
    owner, called = QObject(), list[int]()
    timer = every(owner, 1, lambda: called.append(1))
    qtbot.waitUntil(lambda: len(called) >= 3, timeout=2000)
    timer.stop()
    assert not timer.isActive()
