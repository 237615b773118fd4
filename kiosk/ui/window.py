"""The window: picks the page for the current screen value and draws it in place; must not decide what comes next."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6 import QtCore
from PySide6.QtWidgets import QApplication, QFrame, QStackedWidget, QVBoxLayout

from kiosk.model.act import Act
from kiosk.model.screen import Screen
from kiosk.model.text import Catalogue
from kiosk.ui.header import HeaderBar, Languages
from kiosk.ui.pages.page import Page
from kiosk.ui.stage import Stage
from kiosk.ui.theme import Look, apply
from kiosk.ui.widgets.label import restyle

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from kiosk.ui.connected import ConnectedBar
    from kiosk.ui.speech import Speech

FROM_THE_RIGHT = ("ar", "fa", "he", "ur")

PAGES = {
    "Home": ("home", "HomePage"),
    "Choose": ("choose", "ChoosePage"),
    "Article": ("article", "ArticlePage"),
    "Checking": ("checking", "CheckingPage"),
    "Verdict": ("verdict", "VerdictPage"),
    "Ask": ("ask", "AskPage"),
    "Do": ("do", "DoPage"),
    "Inspect": ("inspect", "InspectPage"),
    "Stop": ("stop", "StopPage"),
    "Preview": ("preview", "PreviewPage"),
    "Chat": ("chat", "ChatPage"),
    "Done": ("done", "DonePage"),
}
"""Type of screen -> module and class of its page; a page's module loads when it is first needed."""


class Window(QFrame):
    """`draw(screen)` shows a screen; acts go to `on_act`, a chosen language to `on_language`, closing to `on_close`.

    `catalogues(code)` gives the texts of a language; choosing a language renders the same screen again.
    """

    def __init__(
        self,
        look: Look,
        catalogues: Callable[[str], Catalogue],
        languages: Languages,
        language: str,
        on_act: Callable[[Act], None],
        on_language: Callable[[str], None] | None = None,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.stage = Stage(look, catalogues(language), on_act)
        self._catalogues, self._languages = catalogues, languages
        self._on_language, self._on_close = on_language, on_close
        self._screen: Screen | None = None
        self._pages: dict[str, Page] = {}
        self._speech: Speech | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._build()
        self._turn_round(language)
        self.setMinimumSize(760, 480)

    @property
    def screen_shown(self) -> Screen | None:
        return self._screen

    @property
    def language(self) -> str:
        return self.stage.catalogue.language

    def draw(self, screen: Screen) -> None:
        """Show a screen; the same kind of screen is redrawn in place, keeping focus, scroll and typing."""
        name = type(screen).__name__
        page = self._pages.get(name) or self._load(name)
        other = self._stack.currentWidget() is not page
        self._screen = screen
        self._head.draw(screen.header)
        self._draw_connected(screen)
        page.draw(screen)
        self._frame(name == "Stop")
        if other:
            self._turn_to(page)
        if name != "Home":
            self._read_aloud(screen)
            settle()
        elif self._speech is not None:
            self._speech.quiet()
            self._head.draw_aloud(False, False)

    def _read_aloud(self, screen: Screen) -> None:
        """Every page but Home can be heard, where this system has a voice and staff switched it on."""
        from kiosk.ui.speech import Speech, words_of

        if self._speech is None:
            self._speech = Speech(self)
        self._head.draw_aloud(self._speech.offered(), self._speech.on)
        self._speech.say(words_of(screen, self.stage.say), self.language)

    def _switch_aloud(self) -> None:
        if self._speech is not None and self._screen is not None:
            self._speech.switch(not self._speech.on)
            self._read_aloud(self._screen)

    def dress(self, look: Look) -> None:
        """Another look, live: all is built anew in it and the same screen drawn."""
        running = QApplication.instance()
        if isinstance(running, QApplication):
            apply(running, look)
        self.stage.look = look
        for widget in (self._head, self._stack, *([self._bar] if self._bar else [])):
            self._column.removeWidget(widget)
            widget.deleteLater()
        self._pages.clear()
        self._build()
        if self._screen is not None:
            self.draw(self._screen)

    def speak(self, language: str) -> None:
        """Switch the language, live; nothing else changes."""
        self.stage.catalogue = self._catalogues(language)
        self._turn_round(language)
        if self._screen is not None:
            self.draw(self._screen)
        if self._on_language is not None:
            self._on_language(language)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._speech is not None:
            self._speech.quiet()
        if self._on_close is not None:
            self._on_close()
        super().closeEvent(event)

    def _build(self) -> None:
        self._head = HeaderBar(self.stage, self._languages, self.speak, self._switch_aloud)
        self._bar: ConnectedBar | None = None
        self._stack = QStackedWidget()
        self._stack.setObjectName("body")
        self._column.addWidget(self._head)
        self._column.addWidget(self._stack, 1)

    def _load(self, name: str) -> Page:
        module, page = PAGES[name]
        if name != "Home":
            self._no_hurry()
        made: Any = getattr(import_module(f"kiosk.ui.pages.{module}"), page)(self.stage)
        self._pages[name] = made
        self._stack.addWidget(made)
        return self._pages[name]

    def _no_hurry(self) -> None:
        """What Home does without, so that its first paint is soon: Qt's enumerations, and a key that leads back."""
        if "Qt" in vars(QtCore):
            return
        _ = QtCore.Qt  # from here on `restyle` may style at once
        from PySide6.QtGui import QKeySequence, QShortcut

        QShortcut(QKeySequence("Esc"), self).activated.connect(self._escape)

    def _draw_connected(self, screen: Screen) -> None:
        connected = screen.header.connected
        if connected is not None and self._bar is None:
            from kiosk.ui.connected import ConnectedBar

            self._bar = ConnectedBar(self.stage)
            self._column.insertWidget(1, self._bar)
        if self._bar is not None:
            self._bar.draw(connected)

    def _turn_to(self, page: Page) -> None:
        page.top()
        self._stack.setCurrentWidget(page)
        first = page.first()
        if first is not None:
            first.setFocus()

    def _frame(self, stop: bool) -> None:
        """A stop has a red frame around everything."""
        restyle(self, "stop", stop)
        edge = 12 if stop else 0
        self._column.setContentsMargins(edge, edge, edge, edge)

    def _turn_round(self, language: str) -> None:
        """Some languages are written from right to left; then everything is."""
        self.stage.look.mirrored = language.partition("-")[0] in FROM_THE_RIGHT
        self.setProperty("layoutDirection", int(self.stage.look.mirrored))

    def _escape(self) -> None:
        page, screen = self._stack.currentWidget(), self._screen
        if screen is None or not isinstance(page, Page):
            return
        act = page.escape(screen.header)
        if act is not None:
            self.stage.emit(act)


def settle() -> None:
    """Lay out now what a redraw changed, scroll areas too, so that no picture shows rows half made."""
    for _ in range(3):  # a scroll area asks anew once its content knows its height
        QApplication.sendPostedEvents(None, _LAYOUT_REQUEST)


_LAYOUT_REQUEST = 76  # QEvent.Type.LayoutRequest
