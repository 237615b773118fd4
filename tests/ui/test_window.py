"""The window redraws in place, speaks another language live, and loses neither typing nor references."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import ModuleType

import msgspec
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.app import OWN_NAMES, named
from kiosk.model import act as a
from kiosk.model.text import Catalogue
from kiosk.resources import catalogue, root
from kiosk.ui.start import first_window
from kiosk.ui.theme import Look
from kiosk.ui.window import Window

Show = Callable[..., Window]


def words(window: Window) -> str:
    return "\n".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def test_the_language_switches_live(show: Show) -> None:
    window = show("home")
    assert "need help" in words(window)
    other = next(b for b in window.findChildren(QPushButton) if b.accessibleName() == "Deutsch")
    QTest.mouseClick(other, Qt.MouseButton.LeftButton)
    assert window.language == "de"
    assert "brauchen Hilfe" in words(window)


def test_typing_survives_a_redraw(show: Show, samples: ModuleType) -> None:
    window = show("chat")
    field = next(f for f in window.findChildren(QLineEdit) if f.isVisible())
    QTest.keyClicks(field, "half a sen")
    window.draw(msgspec.structs.replace(samples.CHAT, request=None))
    assert field.text() == "half a sen"


def test_a_redraw_keeps_the_same_widgets(show: Show, samples: ModuleType) -> None:
    window = show("home")
    before = window.findChildren(QPushButton)
    window.draw(msgspec.structs.replace(samples.SAMPLES["home"], title=samples.t("all_good")))
    assert window.findChildren(QPushButton) == before
    assert "Everything works." in words(window)


def test_escape_goes_back_only_where_there_is_a_back(show: Show, acts: list[a.Act]) -> None:
    QTest.keyClick(show("home"), Qt.Key.Key_Escape)
    assert acts == []
    window = show("verdict")
    window._escape()
    assert acts == [a.Back()]


def test_another_look_is_put_on_live(show: Show) -> None:
    window = show("home")
    window.dress(Look(window.stage.look.root, dark=True))
    assert "need help" in words(window)


def test_no_reference_is_lost_by_drawing(show: Show, qapp: QApplication, samples: ModuleType) -> None:
    """A broken Qt wheel lost one of None or True at every call, and aborted after some thousand."""
    window = show("home")
    gc.collect()
    before = [sys.getrefcount(thing) for thing in (None, True, False)]
    for n in range(100):
        title = samples.t("all_good" if n % 2 else "two_need")
        window.draw(msgspec.structs.replace(samples.SAMPLES["home"], title=title))
        qapp.processEvents()
    gc.collect()
    after = [sys.getrefcount(thing) for thing in (None, True, False)]
    assert all(now > then - 100 for now, then in zip(after, before, strict=True))


def test_a_chosen_language_is_reported(show: Show, qtbot: QtBot, samples: ModuleType) -> None:
    told: list[str] = []
    names = (("en", "English"), ("de", "Deutsch"))
    _, window = first_window(
        root(), lambda code: catalogue(code, "ui"), names, "en", samples.SAMPLES["home"], print, on_language=told.append
    )
    qtbot.addWidget(window)
    for name in ("Deutsch", "English"):
        button = next(b for b in window.findChildren(QPushButton) if b.accessibleName() == name)
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert told == ["de", "en"]


@pytest.mark.parametrize("name", ["chat", "checking"])
def test_a_window_that_goes_takes_its_clocks_with_it(
    qtbot: QtBot, qapp: QApplication, samples: ModuleType, name: str
) -> None:
    """A clock that outlives its widget calls a dead one, and the program dies."""
    told: list[a.Act] = []
    names = (("en", "English"),)
    _, window = first_window(
        root(), lambda code: catalogue(code, "ui"), names, "en", samples.SAMPLES[name], told.append
    )
    qapp.processEvents()
    for field in window.findChildren(QLineEdit):
        QTest.keyClicks(field, "half")
    gone: list[bool] = []
    window.destroyed.connect(lambda: gone.append(True))
    window.deleteLater()
    qtbot.waitUntil(lambda: bool(gone))
    later: list[bool] = []
    QTimer.singleShot(1300, lambda: later.append(True))  # beyond the slowest of them
    qtbot.waitUntil(lambda: bool(later))


@pytest.mark.parametrize("name", ["home", "choose", "verdict", "ask", "do_found", "stop", "preview", "chat", "done"])
def test_tab_reaches_everything_on_a_page_and_it_is_seen(show: Show, qtbot: QtBot, name: str) -> None:
    window = show(name)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)
    wanted = {w for kind in (QPushButton, QLineEdit) for w in window.findChildren(kind) if w.isVisible()}
    reached: list[QWidget] = []
    while len(reached) < 40 and (not reached or window.focusWidget() is not reached[0]):
        reached.append(window.focusWidget())
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert set(reached) == wanted
    assert all(w.property("ring") is True for w in [window.focusWidget()] if isinstance(w, QPushButton))


def test_the_focus_ring_is_painted(show: Show, qtbot: QtBot) -> None:
    window = show("verdict")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)
    first = window.focusWidget()
    before = first.grab().toImage()
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        QTest.keyClick(window.focusWidget(), key)
    assert window.focusWidget() is first
    ink = first.grab().toImage().pixelColor(first.width() // 2, 2).name()
    assert ink == window.stage.look.tokens["ink"].lower() != before.pixelColor(first.width() // 2, 2).name()


@pytest.mark.qt_log_ignore("This plugin does not support")  # nothing grabs a key where there is no screen
def test_six_languages_switch_live(qtbot: QtBot, samples: ModuleType) -> None:
    """Each says Home's buttons in its own words at once, and back."""
    told: list[str] = []
    codes = ("de", "en", "es", "fr", "pl", "pt")

    def words(code: str) -> Catalogue:
        own = catalogue("en", "ui").templates
        return Catalogue(code, {**own, **samples.WORDS["en"], "ui.home.check": f"check in {code}"})

    _, window = first_window(root(), words, named(codes), "en", samples.SAMPLES["home"], print, on_language=told.append)
    qtbot.addWidget(window)
    for code in codes:
        opener = next(b for b in window.findChildren(QPushButton) if b.accessibleName() == OWN_NAMES[window.language])
        QTest.keyClick(opener, Qt.Key.Key_Space)
        menu = window.findChildren(QMenu)[-1]
        next(action for action in menu.actions() if action.text() == OWN_NAMES[code]).trigger()
        menu.close()
        assert any(b.accessibleName() == f"check in {code}" for b in window.findChildren(QPushButton))
    assert told == list(codes)
