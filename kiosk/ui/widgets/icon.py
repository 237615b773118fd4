"""Icons and line drawings, painted sharp at every scale; must not carry meaning that no word tells."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from kiosk.ui.theme import Look


class Icon(QWidget):
    """A Phosphor icon in one colour role, `size` pixels square."""

    def __init__(self, look: Look, name: str = "", role: str = "ink", size: int = 32) -> None:
        super().__init__()
        self._look, self._name, self._role = look, name, role
        self.setFixedSize(size, size)

    def show_icon(self, name: str, role: str) -> None:
        if (name, role) != (self._name, self._role):
            self._name, self._role = name, role
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._name:
            self._look.glyph(self._name, self._role).render(QPainter(self), QRectF(self.rect()))


class Picture(QFrame):
    """A line drawing on its ground; keeps its proportions and takes no room when there is none."""

    def __init__(self, look: Look, *, framed: bool = True) -> None:
        super().__init__()
        self._look = look
        self._drawing: QSvgRenderer | None = None
        self._margin = 32 if framed else 0
        if framed:
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
        room = QRectF(self.rect()).adjusted(self._margin, self._margin, -self._margin, -self._margin)
        size = self._drawing.viewBoxF().size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        box = QRectF(0, 0, size.width(), size.height())
        box.moveCenter(room.center())
        self._drawing.render(QPainter(self), box)
