"""The bar across the window while an expert looks in; must not be gone as long as they are connected."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QDateTime, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from kiosk.model.act import EndSession
from kiosk.model.screen import Connected
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.label import Label


class ConnectedBar(QFrame):
    """Who looks in, since when, the two words to compare by voice, and *End*; there as long as they are."""

    def __init__(self, stage: Stage, now: Callable[[], QDateTime] = QDateTime.currentDateTimeUtc) -> None:
        super().__init__()
        self.setObjectName("connected")
        self._stage, self._now = stage, now
        self._since = QDateTime()
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._show_time)
        row = QHBoxLayout(self)
        row.setContentsMargins(40, 10, 40, 10)
        row.setSpacing(20)
        self._who, self._words, self._time = Label("strong"), Label("smallink"), Label("strong", wrap=False)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(self._who)
        said.addWidget(self._words)
        row.addWidget(Icon(stage.look, "headset", "busy", 36))
        row.addLayout(said, 1)
        row.addWidget(self._time)
        self._end = Button(stage.look, "danger", lambda: stage.emit(EndSession()), icon="x", small=True)
        row.addWidget(self._end)

    def draw(self, connected: Connected | None) -> None:
        self.setVisible(connected is not None)
        if connected is None:
            self._clock.stop()
            return
        word = self._stage.word
        self._who.setText(word("connected.who", name=connected.name))
        self._words.show_words(word("connected.words", words=connected.words) if connected.words else "")
        self._since = QDateTime.fromString(connected.since, Qt.DateFormat.ISODateWithMs)
        self._end.show_words(word("connected.end"))
        self._show_time()
        self._clock.start(1000)

    def _show_time(self) -> None:
        if not self._since.isValid():
            self._time.setText("")
            return
        seconds = max(0, self._since.secsTo(self._now()))
        hours, minutes = seconds // 3600, seconds // 60 % 60
        shown = f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
        self._time.setText(shown)
