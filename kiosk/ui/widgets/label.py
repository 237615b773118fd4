"""Plain words in one of the few sizes of the kiosk; must never read mark-up."""

from __future__ import annotations

from PySide6 import QtCore
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from kiosk.ui.theme import TYPE, font

_PLAIN = 0  # Qt.TextFormat.PlainText


class Label(QLabel):
    """`role` picks size, weight and colour (title, heading, lead, strong, small ...); wraps when it must."""

    def __init__(self, role: str = "", words: str = "", *, wrap: bool = True) -> None:
        super().__init__()
        self.setProperty("textFormat", _PLAIN)
        self.setWordWrap(wrap)
        if role:
            self.setProperty("role", role)
            self.setFont(font(*TYPE[role]))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        self.setText(words)

    def sizeHint(self) -> QSize:
        """As wide as the words on one line: Qt's own hint would wrap short words to look like a square."""
        hint = super().sizeHint()
        if not self.wordWrap() or not self.text():
            return hint
        metrics = self.fontMetrics()
        longest = max(metrics.horizontalAdvance(line) for line in self.text().split("\n"))
        return QSize(longest + 2, min(hint.height(), metrics.height() * (self.text().count("\n") + 1)))

    def show_words(self, words: str) -> None:
        """Show, or take no room when there is nothing to say."""
        self.setText(words)
        self.setVisible(bool(words))

    def set_tone(self, tone: str) -> None:
        restyle(self, "tone", tone)


def restyle(widget: QWidget, name: str, value: str | bool) -> None:
    """Set a property that the style sheet asks for; the first time is before it is made visible: Qt asks by itself."""
    before = widget.property(name)
    if before == value:
        return
    widget.setProperty(name, value)
    if before is not None or "Qt" in vars(QtCore):  # before the first paint Qt asks by itself, and its enums wait
        widget.style().polish(widget)
        widget.update()
