"""Stop: what to do, whom to call, what never to do; must not offer any way to go on but an expert or a code."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.model.act import GetExpert, ReleaseStop
from kiosk.model.screen import Light, Stop
from kiosk.ui.pages.page import Page
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.label import Label
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.pill import Pill
from kiosk.ui.widgets.rules import Rules

_WIDE = 1150
"""Below this width (pixels) whom to call stands above the rules."""


class StopPage(Page):
    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.content.setContentsMargins(40, 10, 40, 6)
        self.content.setSpacing(8)
        self.foot_room.setContentsMargins(40, 10, 40, 16)
        line = QHBoxLayout()
        self._till = Pill(stage.look)
        line.addWidget(self._till)
        line.addStretch(1)
        self.content.addLayout(line)
        self._title = Label("title")
        self.content.addWidget(self._title)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(14)
        self.content.addLayout(self._sides)
        rules = QVBoxLayout()
        rules.setSpacing(10)
        self._todo, self._never = Rules(stage, "check", "ok"), Rules(stage, "x", "broken")
        rules.addWidget(self._todo)
        rules.addWidget(self._never)
        rules.addStretch(1)
        self._sides.addLayout(rules, 13)
        self._call = CallCard(stage)
        self._sides.addWidget(self._call, 10)
        self.content.addStretch(1)
        self._write = Button(stage.look, "main", lambda: stage.emit(GetExpert()), icon="headset")
        self.buttons.add(self._write)

    def draw(self, screen: Stop) -> None:
        say, word = self.stage.say, self.stage.word
        self._till.show_light(Light.STOP, screen.till)
        self._title.setText(say(screen.title))
        self._todo.draw_rules(word("stop.todo"), [say(rule) for rule in screen.todo])
        self._never.draw_rules(word("stop.never"), [say(rule) for rule in screen.never])
        self._call.draw(screen)
        self._write.show_words(word("stop.write"))
        self.foot.setVisible(screen.header.connected is None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= _WIDE
        self._sides.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.BottomToTop)


class CallCard(QFrame):
    """Whom to call, for a PC cannot dial, and below it what they are told and tell: one card, one call."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self.setProperty("card", "true")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 12, 24, 14)
        column.setSpacing(6)
        line = QHBoxLayout()
        line.setSpacing(14)
        self._call, self._number = Label("strong"), Label("phone", wrap=False)
        self._icon = Icon(stage.look, "phone", "broken", 36)
        line.addWidget(self._icon)
        line.addWidget(self._number, 1)
        self._release = Release(stage)
        column.addWidget(self._call)
        column.addLayout(line)
        column.addWidget(self._release)
        column.addStretch(1)

    def draw(self, screen: Stop) -> None:
        number = screen.phone
        self._icon.setVisible(bool(number))
        told = self._stage.say(screen.call) or self._stage.word("stop.call")
        self._call.show_words(told if number else "")
        self._number.show_words(number)
        self._release.draw(screen)
        self.setVisible(bool(number) or not self._release.isHidden())


class Release(QWidget):
    """A code of the security line, for the challenge shown, clears the stop."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._told, self._challenge = Label("smallink"), Label("code")
        self._wrong = Notice(stage.look, framed=False)
        self._field = QLineEdit()
        self._field.setFixedHeight(72)
        self._field.setMaxLength(20)
        self._field.returnPressed.connect(self._send)
        self._clear = Button(stage.look, "plain", self._send, icon="lock-key", small=True)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self._field, 1)
        line.addWidget(self._clear)
        for widget in (self._told, self._challenge):
            column.addWidget(widget)
        column.addLayout(line)
        column.addWidget(self._wrong)

    def draw(self, screen: Stop) -> None:
        word = self._stage.word
        self.setVisible(screen.clearable and bool(screen.challenge))
        self._told.setText(word("stop.challenge"))
        self._challenge.setText(screen.challenge)
        self._field.setPlaceholderText(word("stop.code"))
        self._field.setAccessibleName(word("stop.code"))
        self._clear.show_words(word("stop.clear"))
        self._wrong.show_notice(word("stop.wrong") if screen.wrong_code else "", "x-circle", "broken")

    def _send(self) -> None:
        code = self._field.text().strip()
        if code:
            self._stage.emit(ReleaseStop(code))
