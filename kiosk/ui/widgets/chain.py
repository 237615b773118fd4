"""The six hops from this PC to the card network, each by shape, word and colour; must not judge any of them."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetrics, QHideEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from kiosk.model.finding import Chain as Hops
from kiosk.model.finding import Hop, HopState, Link
from kiosk.ui.stage import Stage
from kiosk.ui.theme import font

_ROUND, _GLYPH, _LINE = 60, 30, 4
_TONES = {HopState.OK: "ok", HopState.BROKEN: "broken"}
_SHAPES = {HopState.OK: "check", HopState.BROKEN: "x", HopState.NOT_REACHED: "minus", HopState.NOT_CHECKED: ""}


class Chain(QWidget):
    """Draws a chain; while `busy`, the first hop not yet checked turns. A hop that a kind lacks is a gap."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self._hops: Hops = ()
        self._busy = False
        self._angle = 0
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._turn)
        self._font = font(22, 600)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_chain(self, hops: Hops, *, busy: bool = False) -> None:
        """Show these hops; the accessible name says the same in words."""
        self._hops, self._busy = hops, busy
        self.setAccessibleName(", ".join(self._told(link) for link in hops if self._present(link)))
        if self._turning() is None:
            self._clock.stop()
        elif not self._clock.isActive():
            self._clock.start(90)
        self.updateGeometry()
        self.update()

    def _told(self, link: Link) -> str:
        state = "looking" if link is self._turning() else link.state.value
        return f"{self._word(link.hop)}: {self._stage.word(f'hop_state.{state}')}"

    def _word(self, hop: Hop) -> str:
        return self._stage.word(f"hop.{hop.value}")

    def _turning(self) -> Link | None:
        if not self._busy:
            return None
        return next((link for link in self._hops if link.state is HopState.NOT_CHECKED), None)

    @staticmethod
    def _present(link: Link) -> bool:
        return link.state is not HopState.NOT_APPLICABLE

    def _lines(self, width: int) -> int:
        """Lines that the longest word needs in its column."""
        if not self._hops:
            return 1
        metrics, column = QFontMetrics(self._font), max(40, width // len(self._hops) - 6)
        boxes = [metrics.boundingRect(0, 0, column, 999, _WRAP, self._word(link.hop)) for link in self._hops]
        return max(1, *(round(box.height() / metrics.height()) for box in boxes))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return _ROUND + 8 + self._lines(width) * QFontMetrics(self._font).height()

    def sizeHint(self) -> QSize:
        return QSize(860, self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font)
        words = [word for link in self._hops for word in self._word(link.hop).split()]
        widest = max((metrics.horizontalAdvance(word) for word in words), default=_ROUND)
        return QSize(max(widest + 8, _ROUND + 12) * max(1, len(self._hops)), self.heightForWidth(10_000))

    def _turn(self) -> None:
        self._angle = (self._angle + 30) % 360
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        self._clock.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        column = self.width() / max(1, len(self._hops))
        before: Link | None = None
        for index, link in enumerate(self._hops):
            if self._present(link):
                self._paint_hop(painter, link, self._at(index, column))
                if before is not None:
                    self._paint_line(painter, before, link, column)
            before = link if self._present(link) else None

    def _at(self, index: int, column: float) -> QRect:
        box = QRect(round(index * column), 0, round(column), self.height())
        return QStyle.visualRect(self.layoutDirection(), self.rect(), box)

    def _tone(self, link: Link) -> str:
        return "busy" if link is self._turning() else _TONES.get(link.state, "unknown")

    def _colour(self, role: str) -> QColor:
        return self._stage.look.colour(role)

    def _paint_hop(self, painter: QPainter, link: Link, box: QRect) -> None:
        tone = self._tone(link)
        ring = QRectF(box.center().x() - _ROUND / 2, 0, _ROUND, _ROUND)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour(f"{tone}_ground"))
        painter.drawEllipse(ring)
        inset = (_ROUND - _GLYPH) / 2
        glyph = ring.adjusted(inset, inset, -inset, -inset)
        if link is self._turning():
            self._paint_arc(painter, glyph.adjusted(2, 2, -2, -2))
        elif _SHAPES[link.state]:
            self._stage.look.glyph(_SHAPES[link.state], tone).render(painter, glyph)
        else:
            painter.setPen(QPen(self._colour(tone), 3.5, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(glyph.adjusted(2, 2, -2, -2))
        painter.setPen(self._colour(tone))
        painter.setFont(self._font)
        words = box.adjusted(3, _ROUND + 8, -3, 0)
        painter.drawText(words, _WRAP | int(Qt.AlignmentFlag.AlignHCenter), self._word(link.hop))

    def _paint_arc(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(QPen(self._colour("busy"), 4, c=Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawArc(box, (90 - self._angle) * 16, 290 * 16)

    def _paint_line(self, painter: QPainter, before: Link, link: Link, column: float) -> None:
        """Green between two good hops, otherwise only a hint that the way goes on."""
        index = self._hops.index(link)
        half = max(0.0, min(22.0, column / 2 - _ROUND / 2 - 8))
        good = before.state is HopState.OK and link.state is HopState.OK
        painter.setPen(QPen(self._colour("ok" if good else "line"), _LINE, c=Qt.PenCapStyle.RoundCap))
        middle = round(index * column)
        edge = QStyle.visualRect(self.layoutDirection(), self.rect(), QRect(middle, 0, 1, 1)).x()
        painter.drawLine(round(edge - half), _ROUND // 2, round(edge + half), _ROUND // 2)


_WRAP = int(Qt.TextFlag.TextWordWrap)
