"""A field for staff's own words; tells them when typing pauses; must not lose what is being typed to a redraw."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit

from kiosk.model.act import Search
from kiosk.ui.stage import Stage

_PAUSE_MS = 300
_LONGEST = 80  # characters: a sentence, and what a screen holds


class SearchField(QLineEdit):
    """`Search` is emitted when typing pauses or Enter is pressed, and only for other words than before."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self._told = ""
        self.setFixedHeight(80)
        self.setMaxLength(_LONGEST)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._tell)
        self.textEdited.connect(lambda _: self._pause.start(_PAUSE_MS))
        self.returnPressed.connect(self._tell)

    def draw(self, shown: bool, words: str) -> None:
        """Take over other words only if nobody types."""
        self.setVisible(shown)
        self.setPlaceholderText(self._stage.word("choose.search"))
        self.setAccessibleName(self._stage.word("choose.search"))
        if words != self._told and not self._pause.isActive():
            self._told = words
            self.setText(words)

    def _tell(self) -> None:
        self._pause.stop()
        words = self.text().strip()
        if words != self._told:
            self._told = words
            self._stage.emit(Search(words))
