"""The widget of a value stays the same thing over redraws, in the order of the values."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QBoxLayout, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kiosk.ui.widgets.grid import Flow, Rows
from kiosk.ui.widgets.keyed import Keyed


class Named(QLabel):
    def draw(self, words: str) -> None:
        self.setText(words)


def room(qtbot: QtBot, layout: Rows | QBoxLayout) -> tuple[QWidget, Keyed[str]]:
    host = QWidget()
    qtbot.addWidget(host)
    host.setLayout(layout)
    return host, Keyed[str](layout, Named, lambda words: words[0])


@pytest.mark.parametrize("kind", [QVBoxLayout, Flow])
def test_same_key_same_widget_new_words(qtbot: QtBot, kind: type) -> None:
    layout = kind()
    _host, keyed = room(qtbot, layout)
    keyed.draw(["a1", "b1"])
    a, b = keyed.widgets()
    keyed.draw(["c1", "b2", "a2"])
    assert keyed.widgets()[1:] == [b, a]
    assert [w.text() for w in keyed.widgets()] == ["c1", "b2", "a2"]
    assert [layout.itemAt(n).widget() for n in range(3)] == keyed.widgets()


def test_what_is_gone_is_hidden_at_once_and_deleted(qtbot: QtBot, qapp: QApplication) -> None:
    host, keyed = room(qtbot, QVBoxLayout())
    keyed.draw(["a", "b"])
    gone = keyed.widgets()[0]
    keyed.draw(["b"])
    assert gone.isHidden()
    qapp.sendPostedEvents(gone, 52)  # QEvent.Type.DeferredDelete
    assert [label.text() for label in host.findChildren(Named)] == ["b"]
