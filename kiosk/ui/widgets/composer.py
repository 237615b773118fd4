"""Where staff write to the expert; must not lose or change what they are typing when the page is drawn again."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from kiosk.model.act import Draft, Say
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.button import Button

_KEEP_MS = 800
_LONGEST = 2000


class Composer(QWidget):
    """Enter sends; unsent words are told as `Draft` when typing pauses, so that they survive a restart."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self._known = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        self.field = QLineEdit()
        self.field.setFixedHeight(80)
        self.field.setMaxLength(_LONGEST)
        self.field.returnPressed.connect(self._send)
        self.field.textEdited.connect(self._typed)
        self._button = Button(stage.look, "main", self._send, icon="paper-plane-right")
        self._button.setFixedSize(110, 80)
        row.addWidget(self.field, 1)
        row.addWidget(self._button)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._keep)

    def draw(self, draft: str) -> None:
        """Take over a draft only if the journey changed it, and nobody types."""
        self.field.setPlaceholderText(self._stage.word("chat.write"))
        self.field.setAccessibleName(self._stage.word("chat.write"))
        self._button.name_it(self._stage.word("chat.send"))
        if draft != self._known and not self._pause.isActive():
            self._known = draft
            self.field.setText(draft)

    def _typed(self) -> None:
        self._pause.start(_KEEP_MS)

    def _keep(self) -> None:
        if self.field.text() != self._known:
            self._known = self.field.text()
            self._stage.emit(Draft(self._known))

    def _send(self) -> None:
        words = self.field.text().strip()
        self._pause.stop()
        if not words:
            return
        self._known = ""
        self.field.clear()
        self._stage.emit(Say(words))
