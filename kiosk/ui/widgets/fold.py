"""Lines that are there for those who ask: a button that opens them; must not hide what staff need to act."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from kiosk.ui.theme import Look
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.label import Label


class Fold(QWidget):
    """Closed at first; stays as it was left when the page is drawn again. `head` stands before the button, always."""

    def __init__(self, look: Look, role: str = "lines", head: QLayout | None = None) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._headed = head is not None
        line = QHBoxLayout()
        if head is not None:
            line.addLayout(head, 1)
        self._button = Button(look, "link", self._turn, icon="caret-right", small=True)
        line.addWidget(self._button)
        if head is None:
            line.addStretch(1)
        column.addLayout(line)
        self._lines = Label("payload" if role == "payload" else "smallink")
        self._lines.setContentsMargins(58, 0, 0, 8)
        self._lines.hide()
        column.addWidget(self._lines)

    def show_lines(self, title: str, lines: Sequence[str]) -> None:
        """Show the button, or nothing at all where there are no lines."""
        self.setVisible(self._headed or bool(lines))
        self._button.setVisible(bool(lines))
        self._button.show_words(title)
        self._lines.setText("\n".join(lines))
        self._lines.setAccessibleName(self._lines.text())

    def opened(self) -> bool:
        return not self._lines.isHidden()

    def _turn(self) -> None:
        self._lines.setVisible(not self.opened())
        self._button.show_words(self._button.shown(), icon="caret-down" if self.opened() else "caret-right")
