"""A short state as shape, word and colour in one rounded field; must not be pressed."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from kiosk.model.screen import Light
from kiosk.ui.theme import SHAPES, TONES, Look
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.label import Label, restyle


class Pill(QFrame):
    """Words wrap when they must; a stop is filled, so that it cannot be taken for a fault."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 18, 7)
        row.setSpacing(10)
        self._icon, self._words = Icon(look, size=26), Label("pill")
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_light(self, light: Light, words: str) -> None:
        self.show_words(words, SHAPES[light], TONES[light], filled=light is Light.STOP)

    def show_words(self, words: str, icon: str, tone: str, *, filled: bool = False) -> None:
        """Show, or take no room when there is nothing to say."""
        restyle(self, "pill", "stop" if filled else tone)
        self._words.set_tone(f"on_{tone}" if filled else tone)
        self._words.setText(words)
        self._icon.show_icon(icon, f"on_{tone}" if filled else tone)
        self.setVisible(bool(words))
        self.setAccessibleName(words)

    def words(self) -> str:
        return self._words.text()
