"""A large line drawing on its ground, painted sharp at every size; must not carry meaning that no word tells."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFrame, QSizePolicy

from kiosk.ui.theme import Look

_MARGIN = 32


class Picture(QFrame):
    """Keeps the drawing's proportions and takes no room when there is none."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._drawing: QSvgRenderer | None = None
        self.setProperty("card", "picture")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_picture(self, name: str, told: str = "") -> None:
        """`told` is its accessible name; staff who do not see it lose nothing, for the words say the same."""
        self._drawing = self._look.picture(name)
        self.setAccessibleName(told)
        self.setVisible(self._drawing is not None)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(470, 400)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._drawing is None:
            return
        room = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        size = self._drawing.viewBoxF().size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        box = QRectF(0, 0, size.width(), size.height())
        box.moveCenter(room.center())
        self._drawing.render(QPainter(self), box)
