"""How far a guided job has come: a bar and "step 2 of about 4"; must not know what the steps are."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar

from kiosk.ui.widgets.label import Label


class Progress(QHBoxLayout):
    def __init__(self) -> None:
        super().__init__()
        self.setSpacing(16)
        self._bar, self._words = QProgressBar(), Label("small", wrap=False)
        self._bar.setTextVisible(False)
        self._bar.setMaximumWidth(280)
        self.addWidget(self._bar, 1)
        self.addWidget(self._words)
        self.addStretch(1)

    def draw(self, step: int, of: int, words: str) -> None:
        """`words` say the same for who hears the page."""
        self._bar.setRange(0, max(1, of))
        self._bar.setValue(min(step, of))
        self._bar.setAccessibleName(words)
        self._words.setText(words)
