"""Chat: the talk with an expert, their requests, and what to do while nobody can be reached; must not lose a word."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from kiosk.model.act import QuickReply
from kiosk.model.screen import Asked, Bubble, Chat, Quick
from kiosk.ui.pages.page import Page, scrolling
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.bubble import BubbleLine
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.composer import Composer
from kiosk.ui.widgets.grid import Flow
from kiosk.ui.widgets.keyed import Keyed
from kiosk.ui.widgets.label import Label
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.offline import OfflineCard
from kiosk.ui.widgets.pill import Pill
from kiosk.ui.widgets.request import RequestCard
from kiosk.ui.widgets.rules import Rules

_WIDE = 1000


class ChatPage(Page):
    """The case at the left, what is said at the right; above each other where the window is narrow."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.area.hide()
        self.foot.hide()
        body = QWidget()
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, body)
        self._sides.setContentsMargins(40, 24, 40, 28)
        self._sides.setSpacing(28)
        column = self.layout()
        if column is not None:
            column.addWidget(body)
        self._case = CaseCard(stage)
        self._sides.addWidget(self._case, 1)
        self._drawn: Chat | None = None
        talk = QVBoxLayout()
        talk.setSpacing(14)
        self._sides.addLayout(talk, 2)
        self._said = _talk(talk)
        bar = self._said[0].verticalScrollBar()
        bar.rangeChanged.connect(lambda _, end: bar.setValue(end))  # what was said last is seen
        self._request: RequestCard | None = None
        self._bubbles = Keyed[Bubble](self._said[1], lambda: BubbleLine(stage), lambda bubble: bubble.id)
        self._quick = Keyed[Quick](self._said[3], lambda: QuickButton(stage), lambda quick: quick.phrase)
        self._refused = Notice(stage.look)
        self._composer = Composer(stage)
        self._said[4].addWidget(self._refused)
        talk.addWidget(self._composer)

    def draw(self, screen: Chat) -> None:
        bar = self._said[0].verticalScrollBar()
        self._case.draw(screen)
        self._bubbles.draw(screen.bubbles)
        self._draw_request(screen.request)
        self._quick.draw(screen.quick)
        self._refused.show_notice(self.stage.say(screen.refused), "warning", "attention")
        self._composer.draw(screen.draft)
        if screen != self._drawn:
            self._drawn = screen
            bar.setValue(bar.maximum())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= _WIDE
        self._sides.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self._sides.setContentsMargins(*((40, 24, 40, 28) if wide else (24, 10, 24, 12)))
        self._sides.setSpacing(28 if wide else 12)
        self._case.setMaximumHeight(16_777_215 if wide else max(96, event.size().height() // 4))

    def first(self) -> QWidget | None:
        return self._composer.field

    def _draw_request(self, request: Asked | None) -> None:
        if request is not None and self._request is None:
            self._request = RequestCard(self.stage)
            self._said[2].addWidget(self._request)
        if self._request is not None:
            self._request.draw(request)


def _talk(room: QVBoxLayout) -> tuple[QScrollArea, QVBoxLayout, QVBoxLayout, Flow, QVBoxLayout]:
    """Where bubbles stand, below them the expert's request, ready answers, and why words were not sent."""
    area, inside = scrolling(), QWidget()
    inside.setObjectName("content")
    column, bubbles, request, quick = QVBoxLayout(inside), QVBoxLayout(), QVBoxLayout(), Flow(12)
    column.setContentsMargins(0, 0, 12, 0)
    column.setSpacing(14)
    bubbles.setSpacing(14)
    column.addStretch(1)
    column.addLayout(bubbles)
    column.addLayout(request)
    column.addLayout(quick)
    area.setWidget(inside)
    room.addWidget(area, 1)
    return area, bubbles, request, quick, column


class QuickButton(Button):
    """A ready answer: one touch sends it."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.look, "brand", lambda: stage.emit(QuickReply(self._phrase)), small=True)
        self._stage, self._phrase = stage, ""

    def draw(self, quick: Quick) -> None:
        self._phrase = quick.phrase
        self.show_words(self._stage.say(quick.words))


class CaseCard(QFrame):
    """The case: number, till, who is there or how long it takes, what is attached; the way to go on when offline."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self.setProperty("card", "true")
        self.setMinimumWidth(380)
        self._column = _inside(self)
        self._number, self._status = Label("store"), Label("strong")
        self._till, self._attached = Pill(stage.look), Rules(stage, "check", "ok", framed=False)
        self._bar, self._sent = QProgressBar(), Label("small")
        self._bar.setTextVisible(False)
        self._offline: OfflineCard | None = None
        top = Flow(12)
        top.add(self._number, self._till)
        self._column.addLayout(top)
        for widget in (self._status, self._sent, self._bar, self._attached):
            self._column.addWidget(widget)
        self._column.addStretch(1)

    def draw(self, screen: Chat) -> None:
        say, word = self._stage.say, self._stage.word
        self._number.setText(word("case", number=screen.number))
        self._till.show_words(screen.till, "credit-card", "unknown")
        self._status.show_words(say(screen.status))
        self._attached.draw_rules(word("chat.attached"), [say(part) for part in screen.attached])
        going = screen.progress is not None and screen.progress < 100
        self._bar.setVisible(going)
        self._bar.setValue(screen.progress or 0)
        self._sent.show_words(word("chat.progress", percent=screen.progress or 0) if going else "")
        self._bar.setAccessibleName(self._sent.text())
        self._draw_offline(screen)

    def _draw_offline(self, screen: Chat) -> None:
        if screen.offline and self._offline is None:
            self._offline = OfflineCard(self._stage)
            self._column.insertWidget(1, self._offline)
        if self._offline is not None:
            self._offline.draw(screen)


def _inside(card: QFrame) -> QVBoxLayout:
    """A column within a card that scrolls where the card is too low for it."""
    around, area, inside = QVBoxLayout(card), scrolling(), QWidget()
    around.setContentsMargins(20, 14, 8, 14)  # the corners of the card stay round
    area.setObjectName("plain")
    inside.setObjectName("plain")
    column = QVBoxLayout(inside)
    column.setContentsMargins(2, 0, 10, 0)
    column.setSpacing(12)
    area.setWidget(inside)
    around.addWidget(area)
    return column
