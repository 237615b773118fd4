"""Done: what was wrong, what cured it, and one tap to rate the help; must not press for it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.model.act import GoHome, Rate, SkipRating
from kiosk.model.screen import Done
from kiosk.ui.pages.page import Page
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.button import Button, CardButton
from kiosk.ui.widgets.grid import Grid
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.label import Label
from kiosk.ui.widgets.pill import Pill

_FACES = ("smiley-angry", "smiley-sad", "smiley-meh", "smiley", "smiley-wink")
_MIDDLE, _LEADING = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignLeading


class DonePage(Page):
    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._title, self._lead = Label("title"), Label("lead")
        self._till, self._minutes = Pill(stage.look), Pill(stage.look)
        self._rating = RatingCard(stage)
        self.content.setContentsMargins(40, 16, 40, 8)
        self.content.setSpacing(12)
        self.content.addStretch(1)
        self.content.addWidget(Icon(stage.look, "check-circle", "ok", 72), 0, _MIDDLE)
        for label in (self._title, self._lead):
            label.setAlignment(_MIDDLE)
            self.content.addWidget(label)
        pills = QHBoxLayout()
        pills.setSpacing(12)
        pills.addStretch(1)
        pills.addWidget(self._till)
        pills.addWidget(self._minutes)
        pills.addStretch(1)
        self.content.addLayout(pills)
        self.content.addWidget(self._rating)
        self.content.addStretch(1)
        self._home = Button(stage.look, "main", lambda: stage.emit(GoHome()), icon="house")
        self.buttons.add(self._home)

    def draw(self, screen: Done) -> None:
        say, word = self.stage.say, self.stage.word
        self._title.setText(say(screen.title))
        self._lead.show_words(say(screen.lead))
        self._till.show_words(screen.till, "check-circle", "ok")
        self._minutes.show_words(word("done.minutes", n=screen.minutes), "clock", "unknown")
        self._rating.draw(screen)
        self._home.show_words(word("home"))


class RatingCard(QFrame):
    """Five faces with their words (CSAT); skipping is one tap as well."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self.setProperty("card", "true")
        self._column = column = QVBoxLayout(self)
        column.setSpacing(2)
        line = QHBoxLayout()
        self._question = Label("strong")
        self._skip = Button(stage.look, "link", lambda: stage.emit(SkipRating()), small=True)
        line.addWidget(self._question, 1)
        line.addWidget(self._skip)
        column.addLayout(line)
        faces = Grid(150, most=5, widest=240, gap=16)
        self._faces = QWidget()
        inside = QVBoxLayout(self._faces)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(faces)
        self._buttons = [FaceButton(stage, mark) for mark in range(1, 6)]
        faces.add(*self._buttons)
        column.addWidget(self._faces)

    def draw(self, screen: Done) -> None:
        word = self._stage.word
        self.setVisible(screen.rate)
        self._question.setText(word("done.thanks") if screen.rated else word("done.question"))
        self._question.setAlignment(_MIDDLE if screen.rated else _LEADING)
        self._column.setContentsMargins(26, 18 if screen.rated else 6, 26, 18)
        self._faces.setVisible(not screen.rated)
        self._skip.show_words(word("done.skip"))
        self._skip.setVisible(not screen.rated)
        for button in self._buttons:
            button.show_word()


class FaceButton(CardButton):
    """One mark, 1 to 5, as a face and in words."""

    def __init__(self, stage: Stage, mark: int) -> None:
        super().__init__(lambda: stage.emit(Rate(csat=mark)))
        self._stage, self._mark = stage, mark
        self.set_edge("answer")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 14, 8, 14)
        self._word = Label("smallink")
        self._word.setAlignment(_MIDDLE)
        column.addWidget(Icon(stage.look, _FACES[mark - 1], "ink", 48), 0, _MIDDLE)
        column.addWidget(self._word)

    def show_word(self) -> None:
        self._word.setText(self._stage.word(f"done.mark.{self._mark}"))
        self.setAccessibleName(self._word.text())
