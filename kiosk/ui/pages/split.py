"""A page with a picture beside its words, or above them where the window is narrow; must not know any screen."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout

from kiosk.ui.pages.page import Page
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.grid import Flow
from kiosk.ui.widgets.picture import Picture
from kiosk.ui.widgets.pill import Pill

_WIDE = 1000
"""Below this width (pixels) the picture stands above the words, smaller."""


class SplitPage(Page):
    """`self.words` holds what is said; `draw_side` and `draw_pills` draw the picture, the till and the minutes."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(44)
        self._picture = Picture(stage.look)
        self._sides.addWidget(self._picture, 2)
        self.words = QVBoxLayout()
        self.words.setSpacing(18)
        self._sides.addLayout(self.words, 3)
        self.content.addLayout(self._sides, 1)
        self.words.addStretch(1)
        self._pills = Flow(12)
        self._till, self._minutes = Pill(stage.look), Pill(stage.look)
        self.words.addLayout(self._pills)
        self._pills.add(self._till, self._minutes)

    def end_words(self) -> None:
        self.words.addStretch(1)

    def draw_side(self, picture: str, told: str) -> None:
        self._picture.show_picture(picture, told)

    def draw_pills(self, till: str, minutes: int | None, tone: str = "unknown", icon: str = "credit-card") -> None:
        """The till, and how long it takes, on every page of a trouble."""
        self._till.show_words(till, icon, tone)
        about = self.stage.word("minutes", n=minutes) if minutes is not None else ""
        self._minutes.show_words(about, "clock", "unknown")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= _WIDE
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._sides.direction() != direction:
            self._sides.setDirection(direction)
        self._picture.setMinimumHeight(0 if wide else min(420, event.size().height() // 3))
        self._picture.setMaximumHeight(16_777_215 if wide else 420)
