"""Lines that are there for those who ask: a button that opens them; must not hide what staff need to act."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.ui.theme import Look
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.label import Label


class Fold(QWidget):
    """Closed at first; stays as it was left when the page is drawn again."""

    def __init__(self, look: Look, role: str = "lines") -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        line = QHBoxLayout()
        self._button = Button(look, "link", self._turn, icon="caret-right", small=True)
        line.addWidget(self._button)
        line.addStretch(1)
        column.addLayout(line)
        self._lines = Label("payload" if role == "payload" else "smallink")
        self._lines.setContentsMargins(58, 0, 0, 8)
        self._lines.hide()
        column.addWidget(self._lines)

    def show_lines(self, title: str, lines: Sequence[str]) -> None:
        """Show the button, or nothing at all where there are no lines."""
        self.setVisible(bool(lines))
        self._button.show_words(title)
        self._lines.setText("\n".join(lines))
        self._lines.setAccessibleName(self._lines.text())

    def opened(self) -> bool:
        return not self._lines.isHidden()

    def _turn(self) -> None:
        self._lines.setVisible(not self.opened())
        self._button.show_words(self._button.shown(), icon="caret-down" if self.opened() else "caret-right")
