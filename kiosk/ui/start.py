"""The quick way to the first painted window; must import nothing that the first page does not show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from kiosk.model.screen import Act, Screen
from kiosk.model.text import Catalogue
from kiosk.ui.header import Languages
from kiosk.ui.theme import Look, apply
from kiosk.ui.window import Window


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
    window = Window(look, catalogues, languages, language, on_act, on_language, on_close)
    window.setWindowTitle(window.stage.word("title"))
    window.resize(1280, 800)
    window.draw(screen)
    if on_first_paint is not None:
        window.installEventFilter(_FirstPaint(window, on_first_paint))
    window.showFullScreen() if fullscreen else window.show()
    return app, window


def _application() -> QApplication:
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(["kiosk"])
    app.setApplicationName("kiosk")
    app.setDesktopFileName("kiosk")
    return app


class _FirstPaint(QObject):
    """Tells of the first paint once it is over, then goes."""

    def __init__(self, window: Window, told: Callable[[], None]) -> None:
        super().__init__(window)
        self._told = told

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._told)
        return False
