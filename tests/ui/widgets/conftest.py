"""A stage with plain words, and a window to put one widget into."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kiosk.model.screen import Act
from kiosk.resources import catalogue, root
from kiosk.ui.stage import Stage
from kiosk.ui.theme import Look, apply


@pytest.fixture
def acts() -> list[Act]:
    return []


@pytest.fixture
def stage(qapp: QApplication, acts: list[Act]) -> Stage:
    look = Look(root())
    apply(qapp, look)
    return Stage(look, catalogue("en", "ui"), acts.append)


@pytest.fixture
def place(qtbot: QtBot, qapp: QApplication) -> Callable[..., None]:
    """`place(widget, 800, 600)` shows it at that size; do so before anything that makes it visible."""
    hosts: list[QWidget] = []

    def placed(widget: QWidget, width: int = 800, height: int = 600) -> None:
        host = QWidget()
        hosts.append(host)
        qtbot.addWidget(host)
        host.resize(width, height)
        host.show()
        widget.setParent(host)
        widget.setGeometry(0, 0, width, height)
        widget.show()
        qapp.processEvents()

    return placed
