"""The things a finger touches: large, named, reachable by keyboard; must not decide what a touch means."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from kiosk.ui.theme import Look, font

_BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
_INK = {"main": "on_brand", "brand": "brand", "link": "brand", "danger": "broken"}


class Pressable(QPushButton):
    """A push button that shows a ring only to those who came by keyboard, and takes a double tap as one."""

    def __init__(self, role: str, pressed: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("role", role)
        self.setAutoDefault(True)  # Enter presses it, as everywhere
        self.clicked.connect(pressed)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring(event.reason() in _BY_KEYS)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring(False)
        super().focusOutEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A hurried second tap must not press what the next page has at the same place."""
        event.accept()

    def _ring(self, on: bool) -> None:
        if bool(self.property("ring")) != on:
            self.setProperty("ring", on)
            self.style().polish(self)
            self.update()


class Button(Pressable):
    """Icon, words that wrap, and a softer second part ("about 1 minute"); 96 px high, never under 72."""

    def __init__(
        self, look: Look, role: str, pressed: Callable[[], None], *, icon: str = "", small: bool = False
    ) -> None:
        super().__init__(role, pressed)
        self._look, self._role, self._icon, self._more = look, role, icon, ""
        self._high = 72 if small else 96
        self._font = font(22 if small else 26, 700)
        self._glyph = 28 if small else 36
        self._side = 22 if small else 36
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_words(self, words: str, more: str = "", icon: str | None = None) -> None:
        """Words, a softer addition, and another icon if given; also the accessible name."""
        if icon is not None:
            self._icon = icon
        if (words, more) != (self.text(), self._more):
            self._more = more
            self.setText(words)
            self.updateGeometry()
        self.setAccessibleName(f"{words}, {more}" if more else words)
        self.update()

    def shown(self) -> str:
        return f"{self.text()} {self._more}".strip()

    def sizeHint(self) -> QSize:
        words = self._widths()
        gap = self._gap() if self.text() or self._more else 0
        width = sum(words) + (self._glyph + gap if self._icon else 0) + 2 * self._side
        return QSize(max(width, self._high), self._high)

    def minimumSizeHint(self) -> QSize:
        """Half of the words' width: then they stand on two lines."""
        words = self._widths()
        longest = max((self._metrics().horizontalAdvance(w) for w in self.text().split()), default=0)
        beside = self._glyph + self._gap() if self._icon and self.text() else (self._glyph if self._icon else 0)
        return QSize(max(longest, (words[0] * 6) // 10) + words[1] + beside + self._side, self._high)

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QPainter(self)
        self.style().drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
        self._paint_label(painter)

    def _paint_label(self, painter: QPainter) -> None:
        ink = _INK.get(self._role, "ink") if self.isEnabled() else "unknown"
        painter.setPen(self._look.colour(ink))
        left, words_wide, high = self._placed()
        if self._icon:
            spot = self._mirrored(QRect(left, (self.height() - self._glyph) // 2, self._glyph, self._glyph))
            self._look.glyph(self._icon, ink).render(painter, spot.toRectF())
            left += self._glyph + self._gap()
        painter.setFont(self._font)
        spot = self._mirrored(QRect(left, (self.height() - high) // 2, words_wide, high))
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter
        flags |= Qt.AlignmentFlag.AlignLeft if self._icon or self._more else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(spot, int(flags), self.text())
        if self._more:
            painter.setFont(self._soft_font())
            spot = self._mirrored(QRect(left + words_wide + 16, 0, self._widths()[1], self.height()))
            painter.drawText(spot, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self._more)

    def _placed(self) -> tuple[int, int, int]:
        """Left edge of the group, width and height of the words, centred and wrapped to the room there is."""
        first, more = self._widths()
        beside = more + (self._glyph + (self._gap() if self.text() else 0) if self._icon else 0)
        room = max(10, self.width() - beside - self._side)
        wide = min(first, room)
        box = self._metrics().boundingRect(0, 0, wide, 1000, int(Qt.TextFlag.TextWordWrap), self.text())
        if wide < first:
            wide = min(wide, box.width() + 2)
        return (self.width() - wide - beside) // 2, wide, box.height()

    def _widths(self) -> tuple[int, int]:
        """Width of the words on one line, and of the addition with its gap."""
        more = QFontMetrics(self._soft_font()).horizontalAdvance(self._more) + 16 if self._more else 0
        return self._metrics().horizontalAdvance(self.text()) + (2 if self.text() else 0), more

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(self._font)

    def _soft_font(self) -> QFont:
        return font(self._font.pixelSize())

    def _gap(self) -> int:
        return 12 if self._high == 72 else 18

    def _mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)


class CardButton(Pressable):
    """A card that is one button: its widgets are only looked at, its size is that of its layout."""

    def __init__(self, pressed: Callable[[], None]) -> None:
        super().__init__("card", pressed)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_edge(self, edge: str) -> None:
        if self.property("edge") != edge:
            self.setProperty("edge", edge)
            self.style().polish(self)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint().expandedTo(QSize(72, 88)) if layout else QSize(72, 88)

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return layout.minimumSize().expandedTo(QSize(72, 88)) if layout else QSize(72, 88)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        high = layout.heightForWidth(width) if layout and layout.hasHeightForWidth() else self.sizeHint().height()
        return max(88, high)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return bool(super().event(event))


def look_only(widget: QWidget) -> None:
    """Let touches on a widget of a card reach the card."""
    widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
