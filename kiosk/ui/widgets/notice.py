"""A line of good or bad news across a page: icon and words in one tone; must not be pressed."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout

from kiosk.ui.theme import Look
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.label import Label, restyle


class Notice(QFrame):
    """`framed` puts it on a card; without, it is a line within text ("The PC side is plugged in. We checked.")."""

    def __init__(self, look: Look, *, framed: bool = True) -> None:
        super().__init__()
        self._framed = framed
        row = QHBoxLayout(self)
        row.setContentsMargins(*((24, 16, 24, 16) if framed else (0, 0, 0, 0)))
        row.setSpacing(16)
        self._icon, self._words = Icon(look, size=32), Label("" if framed else "strong")
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)

    def show_notice(self, words: str, icon: str = "info", tone: str = "unknown") -> None:
        """Show, or take no room when there is nothing to say."""
        if self._framed:
            restyle(self, "card", tone if tone in ("attention", "broken") else "true")
        else:
            self._words.set_tone(tone)
        self._icon.show_icon(icon, tone)
        self._words.setText(words)
        self.setVisible(bool(words))

    def words(self) -> str:
        return self._words.text()
