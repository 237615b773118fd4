"""Question: one thing a person can see, answered by one touch; must not answer it itself."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.model.act import Answer
from kiosk.model.screen import Ask, Option
from kiosk.ui.pages.split import SplitPage
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.button import CardButton
from kiosk.ui.widgets.grid import Grid
from kiosk.ui.widgets.icon import Thumb
from kiosk.ui.widgets.keyed import Keyed
from kiosk.ui.widgets.label import Label


class AskPage(SplitPage):
    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._title, self._hint = Label("title"), Label("lead")
        self.words.addWidget(self._title)
        self.words.addWidget(self._hint)
        options = Grid(300, most=3, widest=1200, gap=16)
        self.words.addLayout(options)
        self.end_words()
        self._options = Keyed[Option](options, lambda: OptionButton(stage), lambda option: option.id)
        self.foot.hide()

    def draw(self, screen: Ask) -> None:
        say = self.stage.say
        self.draw_side(screen.picture, say(screen.title))
        self.draw_pills(screen.till, None)
        self._title.setText(say(screen.title))
        self._hint.show_words(say(screen.hint))
        self._options.draw(screen.options)

    def first(self) -> QWidget | None:
        return next(iter(self._options.widgets()), None)


class OptionButton(CardButton):
    """An answer: its picture where it has one, and its words."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(lambda: stage.emit(Answer(self._option)))
        self._stage, self._option = stage, ""
        self.set_edge("answer")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 18, 20, 18)
        row.setSpacing(16)
        self._picture, self._words = Thumb(stage.look, 80, 80), Label("store")
        self._words.set_tone("brand")
        row.addWidget(self._picture)
        row.addWidget(self._words, 1)

    def draw(self, option: Option) -> None:
        self._option = option.id
        self._picture.show_picture(option.picture)
        self._picture.setVisible(self._stage.look.picture(option.picture) is not None)
        self._words.setText(self._stage.say(option.words))
        self.setAccessibleName(self._words.text())
