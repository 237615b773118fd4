"""One thing said in the chat, with its time and how far it got; must never read mark-up."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.model.screen import Bubble, Delivery
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.label import Label, restyle

_MARKS = {Delivery.WAITING: "clock", Delivery.DELIVERED: "check", Delivery.READ: "checks"}


class BubbleLine(QWidget):
    """The store's own words stand at the far side and filled, the expert's on a card, the system's bare."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._before, self._after = QWidget(), QWidget()
        self._field = QFrame()
        column = QVBoxLayout(self._field)
        column.setContentsMargins(20, 12, 20, 10)
        column.setSpacing(4)
        self._words, self._time = Label(), Label("small", wrap=False)
        self._mark = Icon(stage.look, size=24)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._time)
        foot.addWidget(self._mark)
        foot.addStretch(1)
        column.addWidget(self._words)
        column.addLayout(foot)
        row.addWidget(self._before, 1)
        row.addWidget(self._field, 4)
        row.addWidget(self._after, 1)

    def draw(self, bubble: Bubble) -> None:
        side = "system" if bubble.system else "mine" if bubble.mine else "theirs"
        restyle(self._field, "bubble", side)
        tone = "on_brand" if side == "mine" else "ink"
        self._words.set_tone("unknown" if side == "system" else tone)
        self._time.set_tone("on_brand" if side == "mine" else "unknown")
        self._words.setText(self._stage.say(bubble.words))
        self._before.setVisible(bubble.mine or bubble.system)
        self._after.setVisible(not bubble.mine or bubble.system)
        self._draw_foot(bubble)
        self.setAccessibleName(f"{self._words.text()} {self._time.text()}")

    def _draw_foot(self, bubble: Bubble) -> None:
        at = QDateTime.fromString(bubble.at, Qt.DateFormat.ISODateWithMs).toLocalTime().toString("HH:mm")
        how = self._stage.word(f"delivery.{bubble.delivery.value}") if bubble.delivery else ""
        self._time.show_words("" if bubble.system else " · ".join(part for part in (at, how) if part))
        self._mark.setVisible(bubble.delivery is not None)
        if bubble.delivery is not None:
            self._mark.show_icon(_MARKS[bubble.delivery], "on_brand")
