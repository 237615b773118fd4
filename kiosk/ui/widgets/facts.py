"""What is known about a terminal, as a quiet list of two columns; must not judge any of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QGridLayout

from kiosk.ui.widgets.label import Label


class FactList(QFrame):
    """Names at one edge, values beside them; figures are equally wide, so that two of them compare."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(26, 16, 26, 16)
        self._grid.setHorizontalSpacing(32)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._lines: list[tuple[Label, Label]] = []

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these names and values, or take no room when there are none."""
        while len(self._lines) < len(facts):
            self._add_line()
        for index, (name, value) in enumerate(self._lines):
            told = facts[index] if index < len(facts) else ("", "")
            name.show_words(told[0])
            value.show_words(told[1])
            value.setAccessibleName(": ".join(told) if told[1] else "")
        self.setVisible(bool(facts))

    def _add_line(self) -> None:
        name, value = Label("small", wrap=False), Label("smallink")
        value.setFont(tabular(value.font()))
        row = len(self._lines)
        self._grid.addWidget(name, row, 0)
        self._grid.addWidget(value, row, 1)
        self._lines.append((name, value))


def tabular(font: QFont) -> QFont:
    """The same typeface with figures that are all of one width."""
    made = QFont(font)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made
