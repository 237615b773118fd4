"""What all pages share: content that scrolls, a row of large buttons that stays; must not know any screen."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from kiosk.model.act import Act, Back
from kiosk.model.screen import Header
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.grid import Flow


class Page(QWidget):
    """A page fills `self.content` and `self.buttons` once, and has `draw(screen)` change them in place."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.setObjectName("page")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.area = scrolling()
        room = QWidget()
        room.setObjectName("content")
        self.content = QVBoxLayout(room)
        self.content.setContentsMargins(40, 28, 40, 20)
        self.content.setSpacing(24)
        self.area.setWidget(room)
        column.addWidget(self.area, 1)
        self.foot = QWidget()
        self.foot_room = QVBoxLayout(self.foot)
        self.foot_room.setContentsMargins(40, 16, 40, 36)
        self.buttons = Flow(24, fill=True)
        self.foot_room.addLayout(self.buttons)
        column.addWidget(self.foot)

    def draw(self, screen: Any) -> None:
        """Show a screen of this page's own type; called again and again, so it only changes what changed."""
        raise NotImplementedError

    def first(self) -> QWidget | None:
        """What has the focus when the page comes: its filled button."""
        return next((kid for kid in self.buttons.shown() if kid.isEnabled()), None)

    def escape(self, header: Header) -> Act | None:
        """What the Esc key means here."""
        return Back() if header.back else None

    def top(self) -> None:
        self.area.verticalScrollBar().setValue(0)


def scrolling() -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setProperty("horizontalScrollBarPolicy", 1)  # Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    area.setProperty("focusPolicy", 0)  # Qt.FocusPolicy.NoFocus
    return area
