"""A real window with the samples' texts, a stage for one widget alone, and the acts that were told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kiosk.model.act import Act
from kiosk.model.text import Catalogue
from kiosk.resources import catalogue, root
from kiosk.ui.stage import Stage
from kiosk.ui.start import first_window
from kiosk.ui.theme import Look, apply
from kiosk.ui.window import Window

if "DISPLAY" not in os.environ:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def _load() -> ModuleType:
    spec = spec_from_file_location("ui_samples", Path(__file__).with_name("samples.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    return _load()


@pytest.fixture
def acts() -> list[Act]:
    return []


@pytest.fixture
def show(qtbot: QtBot, qapp: QApplication, samples: ModuleType, acts: list[Act]) -> Iterator[Callable[..., Window]]:
    """`show("home", "de")` opens a window with a sample, laid out and painted."""

    def words(language: str) -> Catalogue:
        own = catalogue(language, "ui", "journey", "guidance", "knowledge")
        return Catalogue(language, {**own.templates, **samples.WORDS[language]}, own.fallback)

    def opened(name: str, language: str = "en", size: tuple[int, int] = (1280, 800), dark: bool = False) -> Window:
        names = (("en", "English"), ("de", "Deutsch"))
        _, window = first_window(root(), words, names, language, samples.SAMPLES[name], acts.append, dark=dark)
        qtbot.addWidget(window)
        window.resize(*size)
        for _ in range(3):
            qapp.processEvents()
        return window

    yield opened


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
