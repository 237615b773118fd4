"""Plain words in one of the few sizes of the kiosk; must never read mark-up."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from kiosk.ui.theme import TYPE, font


class Label(QLabel):
    """`role` picks size, weight and colour (title, heading, lead, strong, small ...); wraps."""

    def __init__(self, role: str = "", words: str = "", *, wrap: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if role:
            self.setProperty("role", role)
            self.setFont(font(*TYPE[role]))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setText(words)

    def show_words(self, words: str) -> None:
        """Show, or take no room when there is nothing to say."""
        self.setText(words)
        self.setVisible(bool(words))

    def set_tone(self, tone: str) -> None:
        """Change the colour role; cheap when it stays."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().polish(self)
