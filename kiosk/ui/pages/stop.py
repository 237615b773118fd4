"""Stop: what to do, whom to call, what never to do; must not offer any way to go on but an expert or a code."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.model.screen import GetExpert, Light, ReleaseStop, Stop
from kiosk.ui.pages.page import Page
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.grid import Grid
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.keyed import Keyed
from kiosk.ui.widgets.label import Label
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.pill import Pill


class StopPage(Page):
    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        look = stage.look
        self.content.setContentsMargins(40, 18, 40, 12)
        self.content.setSpacing(14)
        line = QHBoxLayout()
        self._till = Pill(look)
        line.addWidget(self._till)
        line.addStretch(1)
        self.content.addLayout(line)
        self._title = Label("title")
        self.content.addWidget(self._title)
        sides = Grid(460, most=2, gap=16)
        self.content.addLayout(sides)
        self._todo, self._never = Rules(stage, "check", "ok"), Rules(stage, "x", "broken")
        self._phone = PhoneCard(stage)
        self._release = ReleaseCard(stage)
        sides.add(self._phone, self._todo, self._never, self._release)  # whom to call is never below the edge
        self.content.addStretch(1)
        self._write = Button(look, "main", lambda: stage.emit(GetExpert()), icon="headset")
        self.buttons.add(self._write)

    def draw(self, screen: Stop) -> None:
        say, word = self.stage.say, self.stage.word
        self._till.show_light(Light.STOP, screen.till)
        self._title.setText(say(screen.title))
        self._todo.draw_rules(word("stop.todo"), [say(rule) for rule in screen.todo])
        self._never.draw_rules(word("stop.never"), [say(rule) for rule in screen.never])
        self._phone.draw(say(screen.call) or word("stop.call"), screen.phone)
        self._release.draw(screen)
        self._write.show_words(word("stop.write"))
        self.foot.setVisible(screen.header.connected is None)


class Rules(QFrame):
    """A heading and short rules, each with a tick or a cross before it."""

    def __init__(self, stage: Stage, icon: str, tone: str) -> None:
        super().__init__()
        self.setProperty("card", "true")
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 14, 26, 14)
        column.setSpacing(8)
        self._heading, self._rules = Label("strong"), QVBoxLayout()
        self._rules.setSpacing(6)
        column.addWidget(self._heading)
        column.addLayout(self._rules)
        column.addStretch(1)
        self._drawn = Keyed[str](self._rules, lambda: Rule(stage, icon, tone), lambda rule: rule)

    def draw_rules(self, heading: str, rules: Sequence[str]) -> None:
        self.setVisible(bool(rules))
        self._heading.setText(heading)
        self._drawn.draw(rules)


class Rule(QWidget):
    """One rule: ink words behind a coloured sign."""

    def __init__(self, stage: Stage, icon: str, tone: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        self._words = Label()
        row.addWidget(Icon(stage.look, icon, tone, 28))
        row.addWidget(self._words, 1)

    def draw(self, words: str) -> None:
        self._words.setText(words)


class PhoneCard(QFrame):
    """Whom to call: a PC cannot dial, so the number is large."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.setProperty("card", "true")
        row = QHBoxLayout(self)
        row.setContentsMargins(26, 14, 26, 10)
        row.setSpacing(22)
        self._call, self._number = Label("strong"), Label("phone")
        words = QVBoxLayout()
        words.addWidget(self._call)
        words.addWidget(self._number)
        words.addStretch(1)
        row.addWidget(Icon(stage.look, "phone", "broken", 48))
        row.addLayout(words, 1)

    def draw(self, call: str, number: str) -> None:
        self.setVisible(bool(number))
        self._call.setText(call)
        self._number.setText(number)


class ReleaseCard(QFrame):
    """A code of the security line, for the challenge shown, clears the stop."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self.setProperty("card", "true")
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 14, 26, 14)
        column.setSpacing(8)
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
