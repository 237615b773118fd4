"""The first window paints once, tells so, and imports nothing that Home does not show."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.resources import catalogue, root
from kiosk.ui.stage import Stage
from kiosk.ui.start import first_window

ROOT = Path(__file__).parents[2]
LATER = ("chain", "composer", "fold", "offline", "picture", "bubble")

FRESH = """
import sys
sys.path[:0] = [{root!r}, {here!r}]
import gallery, samples
from kiosk.ui.start import first_window
app, window = first_window(gallery.ROOT / "resources", gallery.words, gallery.LANGUAGES, "en", samples.SAMPLES["home"],
                           print, on_first_paint=lambda: app.quit())
print("Qt touched:", "Qt" in vars(sys.modules["PySide6.QtCore"]))
app.exec()
loaded = sorted(name.split(".")[-1] for name in sys.modules if "kiosk.ui" in name)
print("ratio:", window.devicePixelRatio(), "loaded:", *loaded)
"""


def fresh(**env: str) -> str:
    code = FRESH.format(root=str(ROOT), here=str(Path(__file__).parent))
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True, env=os.environ | env
    )
    return ran.stdout


def test_home_loads_no_other_page_and_builds_no_enumerations() -> None:
    told = fresh()
    assert "Qt touched: False" in told
    loaded = told.partition("loaded:")[2].split()
    assert "home" in loaded
    assert not set(LATER) & set(loaded)
    assert not {"verdict", "chat", "stop", "ask"} & set(loaded)


def test_at_scale_one_and_a_half_it_opens_as_well() -> None:
    assert "ratio: 1.5" in fresh(QT_SCALE_FACTOR="1.5")


def test_the_first_paint_is_told_once(qtbot: QtBot, qapp: QApplication, samples: ModuleType) -> None:
    told: list[str] = []
    _, window = first_window(
        root(), lambda code: catalogue(code, "ui"), (("en", "English"),), "en", samples.SAMPLES["home"], told.append,
        on_first_paint=lambda: told.append("painted"),
    )  # fmt: skip
    qtbot.addWidget(window)
    for _ in range(5):
        qapp.processEvents()
        window.repaint()
    assert told == ["painted"]
    assert window.windowTitle() == "Support kiosk"


@pytest.mark.parametrize("dark", [False, True])
def test_closing_is_told(qtbot: QtBot, samples: ModuleType, stage: Stage, dark: bool) -> None:
    told: list[str] = []
    _, window = first_window(
        root(), lambda code: catalogue(code, "ui"), (("en", "English"),), "en", samples.SAMPLES["home"], print,
        on_close=lambda: told.append("closed"), dark=dark,
    )  # fmt: skip
    qtbot.addWidget(window)
    window.close()
    assert told == ["closed"]
