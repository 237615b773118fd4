"""A short state as shape, word and colour in one rounded field; must not be pressed."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from kiosk.model.screen import Light
from kiosk.ui.theme import SHAPES, TONES, Look, font

_ICON, _SIDE, _GAP = 26, 14, 10


class Pill(QWidget):
    """Words wrap when they must; a stop is filled, so that it cannot be taken for a fault."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._icon, self._tone, self._words, self._filled = "", "unknown", "", False
        self._font = font(22, 600)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_light(self, light: Light, words: str) -> None:
        self.show_words(words, SHAPES[light], TONES[light], filled=light is Light.STOP)

    def show_words(self, words: str, icon: str, tone: str, *, filled: bool = False) -> None:
        self._words, self._icon, self._tone, self._filled = words, icon, tone, filled
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        return self._words

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(self._font).horizontalAdvance(self._words) + 2
        return QSize(wide + self._beside(), 44)

    def minimumSizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font)
        longest = max((metrics.horizontalAdvance(w) for w in self._words.split()), default=0)
        return QSize(longest + 2 + self._beside(), 44)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(44, self._box(width).height() + 14)

    def _beside(self) -> int:
        return (_ICON + _GAP if self._icon else 0) + 2 * _SIDE + 4

    def _box(self, width: int) -> QRect:
        room = max(10, width - self._beside())
        return QFontMetrics(self._font).boundingRect(0, 0, room, 1000, int(Qt.TextFlag.TextWordWrap), self._words)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour(self._tone if self._filled else f"{self._tone}_ground"))
        painter.drawRoundedRect(QRectF(self.rect()), 22, 22)
        ink = "on_broken" if self._filled else self._tone
        left = _SIDE
        if self._icon:
            spot = self._mirrored(QRect(left, (self.height() - _ICON) // 2, _ICON, _ICON))
            self._look.glyph(self._icon, ink).render(painter, spot.toRectF())
            left += _ICON + _GAP
        painter.setPen(self._look.colour(ink))
        painter.setFont(self._font)
        spot = self._mirrored(QRect(left, 0, self.width() - left - _SIDE + 4, self.height()))
        painter.drawText(spot, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap), self._words)

    def _mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)
