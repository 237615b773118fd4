"""The inspection on the screen: words, photos from a file, the name that ends it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from kiosk.model import act as a
from kiosk.ui.pages.inspect import InspectPage
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.window import Window

Show = Callable[..., Window]


def field(window: Window) -> QLineEdit:
    return next(f for f in window.findChildren(QLineEdit) if f.isVisible())


def test_words_go_before_the_answer(show: Show, acts: list[a.Act]) -> None:
    window = show("inspect")
    QTest.keyClicks(field(window), "a scratch")
    QTest.keyClick(field(window), Qt.Key.Key_Return)
    assert acts == [a.Note("a scratch")]


def test_a_name_signs_by_enter_and_an_empty_one_does_not(show: Show, acts: list[a.Act]) -> None:
    window = show("inspect_sign")
    QTest.keyClick(field(window), Qt.Key.Key_Return)
    assert acts == []
    QTest.keyClicks(field(window), "Ida")
    QTest.keyClick(field(window), Qt.Key.Key_Return)
    assert acts == [a.Sign("Ida")]


def test_a_photo_comes_from_a_file_and_what_is_none_is_said(show: Show, acts: list[a.Act], tmp_path: Path) -> None:
    page = show("inspect").findChild(InspectPage)
    (tmp_path / "none.jpg").write_bytes(b"none")
    page.take_photo(str(tmp_path / "none.jpg"))
    assert acts == []
    assert "This file is no picture." in [n.words() for n in page.findChildren(Notice) if n.isVisible()]
    assert QImage(20, 20, QImage.Format.Format_RGB32).save(str(tmp_path / "one.png"))
    page.take_photo(str(tmp_path / "one.png"))
    assert [type(act) for act in acts] == [a.AddPhoto]


def test_a_window_without_a_way_out_offers_no_files(show: Show) -> None:
    window = show("inspect")
    page = window.findChild(InspectPage)
    assert page._photo.isVisible()
    window.showFullScreen()
    page.draw(window.screen_shown)
    assert not page._photo.isVisible()
