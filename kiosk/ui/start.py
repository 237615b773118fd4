"""The quick way to the first painted window; must import nothing that the first page does not show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from kiosk.model.act import Act
from kiosk.model.screen import Screen
from kiosk.model.text import Catalogue
from kiosk.ui.header import Languages
from kiosk.ui.theme import Look, apply
from kiosk.ui.window import Window

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


def first_window(
    root: Path,
    catalogues: Callable[[str], Catalogue],
    languages: Languages,
    language: str,
    screen: Screen,
    on_act: Callable[[Act], None],
    *,
    on_language: Callable[[str], None] | None = None,
    on_close: Callable[[], None] | None = None,
    on_first_paint: Callable[[], None] | None = None,
    dark: bool = False,
    fullscreen: bool = False,
) -> tuple[QApplication, Window]:
    """Show the first screen; `on_first_paint` is called once, right after its pixels went out.

    `root` is the folder `resources`. The caller runs `app.exec()`.
    """
    app = _application()
    look = Look(root, dark)
    apply(app, look)
    kind = Window if on_first_paint is None else _Marked
    window = kind(look, catalogues, languages, language, on_act, on_language, on_close)
    window.setWindowTitle(window.stage.word("title"))
    window.resize(1280, 800)
    window.draw(screen)
    if isinstance(window, _Marked):
        window.told = on_first_paint
    window.showFullScreen() if fullscreen else window.show()
    return app, window


def _application() -> QApplication:
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(["kiosk", "-style", "fusion"])
    app.setApplicationName("kiosk")
    app.setDesktopFileName("kiosk")
    return app


class _Marked(Window):
    """Tells of its first paint once it is over."""

    told: Callable[[], None] | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.told is not None:
            QTimer.singleShot(0, self.told)
            self.told = None
