"""The top of every page: store, back, language, a way to a person; must not pick pages."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from kiosk.model.act import Back, GetExpert
from kiosk.model.screen import Header
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.label import Label
from kiosk.ui.widgets.pill import Pill

Languages = tuple[tuple[str, str], ...]


class HeaderBar(QFrame):
    """96 px high; `on_language` is called with the code that was chosen, `on_aloud` to read aloud or stop that."""

    def __init__(
        self,
        stage: Stage,
        languages: Languages,
        on_language: Callable[[str], None],
        on_aloud: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self.setObjectName("header")
        self._stage, self._languages, self._on_language = stage, languages, on_language
        self._wide: int | None = None  # until the window gave the bar its place
        self.setFixedHeight(96)
        look = stage.look
        row = QHBoxLayout(self)
        row.setContentsMargins(40, 0, 40, 0)
        row.setSpacing(20)
        self._back = Button(look, "plain", lambda: stage.emit(Back()), small=True)
        self._back.setFixedSize(72, 72)
        self._store = Label("store")
        self._demo = Pill(look)
        self._demo.setFixedHeight(48)
        self._aloud = _switch(stage, on_aloud)
        self._language = Button(look, "plain", self._choose, icon="globe", small=True)
        self._expert = Button(look, "plain", lambda: stage.emit(GetExpert()), icon="headset", small=True)
        self._shop = Icon(look, "storefront", "ink", 40)
        for widget in (self._back, self._shop):
            row.addWidget(widget)
        row.addWidget(self._store, 1)
        for right in (self._demo, self._aloud, self._language, self._expert):
            row.addWidget(right)

    def draw(self, header: Header) -> None:
        word = self._stage.word
        self._back.setVisible(header.back)
        if header.back:  # its icon is drawn when it is first needed, not for Home
            self._back.name_it(word("back"), "arrow-left")
        self._store.setText(header.store)
        self._demo.show_words(word("demo") if header.demo else "", "flask", "attention")
        self._demo.setAccessibleName(word("demo.told") if header.demo else "")
        self._language.setVisible(len(self._languages) > 1)
        self._expert.setVisible(header.expert and header.connected is None)
        self._fit()

    def draw_aloud(self, offered: bool, on: bool) -> None:
        """The switch for reading aloud, where this system has a voice."""
        self._aloud.setVisible(offered)
        if offered:
            self._aloud.name_it(self._stage.word("aloud.stop" if on else "aloud.start"), "x" if on else "speaker")
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._wide = event.size().width()
        self._fit()

    def _fit(self) -> None:
        """Where the bar is too narrow for all words, the language shows its icon alone, then the expert too."""
        named = ((self._language, self._offered()), (self._expert, self._stage.word("expert")))
        for button, words in named:
            button.show_words(words)
        for button, words in named:
            if self._wide is None or self._needed() <= self._wide:
                return
            button.setText("")
            button.name_it(words)

    def _needed(self) -> int:
        """Pixels of everything on the bar; the store's name may wrap down to its longest word."""
        kids = [
            kid
            for kid in (self._back, self._shop, self._demo, self._aloud, self._language, self._expert)
            if not kid.isHidden()
        ]
        longest = max(map(self._store.fontMetrics().horizontalAdvance, self._store.text().split()), default=0)
        return 80 + sum(kid.sizeHint().width() + 20 for kid in kids) + max(longest, 120)

    def _offered(self) -> str:
        """With two languages the button names the other one: it says what it does, in words its reader knows."""
        names = dict(self._languages)
        if len(names) == 2:
            return next(name for code, name in self._languages if code != self._stage.catalogue.language)
        return names.get(self._stage.catalogue.language, "")

    def _choose(self) -> None:
        if len(self._languages) == 2:
            self._on_language(next(code for code, _ in self._languages if code != self._stage.catalogue.language))
            return
        from PySide6.QtCore import QPoint
        from PySide6.QtWidgets import QMenu

        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for code, name in self._languages:
            menu.addAction(name).triggered.connect(lambda _=False, code=code: self._on_language(code))
        menu.popup(self._language.mapToGlobal(QPoint(0, self._language.height() + 4)))


def _switch(stage: Stage, pressed: Callable[[], None]) -> Button:
    """A square button of an icon alone, not shown before it is known that it is of use."""
    made = Button(stage.look, "plain", pressed, small=True)
    made.setFixedSize(72, 72)
    made.hide()
    return made
