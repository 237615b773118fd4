"""A real window with the samples' texts, and the acts it told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.model.screen import Act
from kiosk.model.text import Catalogue
from kiosk.resources import catalogue, root
from kiosk.ui.start import first_window
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
        own = catalogue(language, "ui")
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
