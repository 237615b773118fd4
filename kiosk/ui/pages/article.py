"""An article: what a thing is, why, what to do and never to do; must not offer steps."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout

from kiosk.model.act import GoHome, SomethingWrong, StartProcedure
from kiosk.model.screen import Article
from kiosk.ui.pages.page import Page
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.icon import Thumb
from kiosk.ui.widgets.label import Label
from kiosk.ui.widgets.rules import Rules

_WIDE = 1000
"""Below this width (pixels) what never to do stands under what to do."""


class ArticlePage(Page):
    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.content.setContentsMargins(40, 20, 40, 12)
        self.content.setSpacing(16)
        self.foot_room.setContentsMargins(40, 12, 40, 24)
        top = QHBoxLayout()
        top.setSpacing(32)
        self._picture = Thumb(stage.look, 200, 200)
        top.addWidget(self._picture)
        said = QVBoxLayout()
        said.setSpacing(10)
        self._title, self._what = Label("title"), Label("lead")
        self._why_title, self._why = Label("strong"), Label("smallink")
        said.addStretch(1)
        for label in (self._title, self._what, self._why_title, self._why):
            said.addWidget(label)
        said.addStretch(1)
        top.addLayout(said, 1)
        self.content.addLayout(top)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(14)
        self._todo, self._never = Rules(stage, "check", "ok"), Rules(stage, "x", "broken")
        self._sides.addWidget(self._todo, 1)
        self._sides.addWidget(self._never, 1)
        self.content.addLayout(self._sides)
        self.content.addStretch(1)
        self._add_buttons(stage)

    def _add_buttons(self, stage: Stage) -> None:
        self._procedure = ""
        self._start = Button(
            stage.look, "main", lambda: stage.emit(StartProcedure(self._procedure)), icon="arrow-right"
        )
        self._home = Button(stage.look, "main", lambda: stage.emit(GoHome()), icon="house")
        self._wrong = Button(stage.look, "brand", lambda: stage.emit(SomethingWrong()), icon="question")
        self.buttons.add(self._start, self._home, self._wrong)

    def draw(self, screen: Article) -> None:
        say, word = self.stage.say, self.stage.word
        self._picture.show_picture(screen.picture)
        self._picture.setVisible(self.stage.look.picture(screen.picture) is not None)
        self._title.setText(say(screen.title))
        self._what.setText(say(screen.what))
        self._why_title.setText(word("article.why"))
        self._why.setText(say(screen.why))
        self._todo.draw_rules(word("article.do"), [say(rule) for rule in screen.todo])
        self._never.draw_rules(word("article.never"), [say(rule) for rule in screen.never])
        self._procedure = screen.start
        self._start.setVisible(bool(screen.start))
        self._start.show_words(word("article.start"))
        self._home.setVisible(not screen.start)
        self._home.show_words(word("home"))
        self._wrong.show_words(word("home.wrong"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= _WIDE
        self._sides.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
