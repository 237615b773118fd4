"""Short lines with the same sign before each: what to do, never to do, not sent; must not be pressed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.ui.stage import Stage
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.keyed import Keyed
from kiosk.ui.widgets.label import Label


class Rules(QFrame):
    """A heading and short rules, each with a tick or a cross before it; on a card unless `framed` is false."""

    def __init__(self, stage: Stage, icon: str, tone: str, *, framed: bool = True) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(*((22, 10, 16, 10) if framed else (0, 0, 0, 0)))
        if framed:
            self.setProperty("card", "true")
        column.setSpacing(4)
        self._heading, self._rules = Label("strong"), QVBoxLayout()
        self._rules.setSpacing(2)
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
        row.setSpacing(12)
        self._words = Label("smallink")
        row.addWidget(Icon(stage.look, icon, tone, 26))
        row.addWidget(self._words, 1)

    def draw(self, words: str) -> None:
        self._words.setText(words)
