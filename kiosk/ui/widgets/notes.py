"""A field for words at a point of an inspection; tells them as they are typed; must not lose them to a redraw."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit

_KEEP_MS = 300
_LONGEST = 300


class NoteField(QLineEdit):
    """`told` gets the words when typing pauses, and at once when the field loses the focus or Enter is pressed."""

    def __init__(self, told: Callable[[str], None]) -> None:
        super().__init__()
        self._told, self._known, self._place = told, "", ""
        self.setFixedHeight(72)
        self.setMaxLength(_LONGEST)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._tell)
        self.textEdited.connect(lambda _: self._pause.start(_KEEP_MS))
        self.editingFinished.connect(self._tell)

    def draw(self, place: str, asks: str, words: str) -> None:
        """`place` is the point: at another one its own words are taken over, else only if nobody types."""
        self.setPlaceholderText(asks)
        self.setAccessibleName(asks)
        other = place != self._place
        if other:
            self._pause.stop()
        if other or (words != self._known and not self._pause.isActive()):
            self._place, self._known = place, words
            self.setText(words)

    def _tell(self) -> None:
        self._pause.stop()
        words = self.text().strip()
        if words != self._known:
            self._known = words
            self._told(words)
