"""Checking: every terminal's chain fills hop by hop; must not start or stop a check itself."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout

from kiosk.model.act import Act, Cancel
from kiosk.model.screen import Checking, Header, Row
from kiosk.ui.pages.page import Page
from kiosk.ui.stage import Stage
from kiosk.ui.theme import TONES
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.chain import Chain
from kiosk.ui.widgets.keyed import Keyed
from kiosk.ui.widgets.label import Label
from kiosk.ui.widgets.notice import Notice

_WIDE = 1000


class CheckingPage(Page):
    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._title, self._promise = Label("title"), Label("lead")
        self.content.setContentsMargins(40, 18, 40, 8)
        self.content.setSpacing(14)
        self.foot_room.setContentsMargins(40, 12, 40, 24)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._promise)
        self.content.addLayout(words)
        self._together = Notice(stage.look)
        self.content.addWidget(self._together)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(12)
        self.content.addLayout(self._rows)
        self.content.addStretch(1)
        self._drawn = Keyed[Row](self._rows, lambda: ChainRow(stage), lambda row: row.terminal)
        self._cancel = Button(stage.look, "plain", lambda: stage.emit(Cancel()), icon="x")
        self.buttons.add(self._cancel)

    def draw(self, screen: Checking) -> None:
        self._title.setText(self.stage.say(screen.title))
        self._promise.setText(self.stage.word("checking.promise"))
        self._together.show_notice(self.stage.say(screen.together), "info", "attention")
        self._drawn.draw(screen.rows)
        self._turn(self.width())
        self._cancel.show_words(self.stage.word("cancel"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn(event.size().width())

    def _turn(self, width: int) -> None:
        for row in self.findChildren(ChainRow):
            row.turn(wide=width >= _WIDE)

    def escape(self, header: Header) -> Act | None:
        return Cancel()


class ChainRow(QFrame):
    """A terminal with what is being looked at, beside its chain; above it where the window is narrow."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self.setProperty("card", "true")
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(24, 10, 12, 8)
        self._line.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._till, self._title, self._looking = Label("strong"), Label("small"), Label("small")
        words.addStretch(1)
        for label in (self._till, self._title, self._looking):
            words.addWidget(label)
        words.addStretch(1)
        self._chain = Chain(stage)
        self._line.addLayout(words, 1)
        self._line.addWidget(self._chain, 3)

    def turn(self, *, wide: bool) -> None:
        self._line.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def draw(self, row: Row) -> None:
        title = self._stage.say(row.title)
        self._till.setText(row.till or title)
        self._title.show_words(title if row.till else "")
        self._looking.setText(self._stage.say(row.looking))
        self._looking.set_tone("busy" if row.busy else TONES[row.light])
        self._chain.show_chain(row.chain, busy=row.busy)
