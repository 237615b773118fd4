"""Two ways to set children side by side that follow the room there is; must not know what they hold."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget


class Flowing(QWidget):
    """Children placed by `rows(width)`: per row its height and the (widget, x, width) in it."""

    def __init__(self, gap: int = 24) -> None:
        super().__init__()
        self.gap = gap
        self.kids: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, *widgets: QWidget) -> None:
        for widget in widgets:
            widget.setParent(self)
            widget.show()
        self.set_kids([*self.kids, *widgets])

    def set_kids(self, kids: list[QWidget]) -> None:
        """Order and membership of what is placed; they must have this parent."""
        self.kids = kids
        self.updateGeometry()
        self._place()

    def rows(self, width: int) -> list[tuple[int, list[tuple[QWidget, int, int]]]]:
        raise NotImplementedError

    def shown(self) -> list[QWidget]:
        return [kid for kid in self.kids if not kid.isHidden()]

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = self.rows(width)
        return sum(high for high, _ in rows) + self.gap * max(0, len(rows) - 1)

    def sizeHint(self) -> QSize:
        wide = sum(kid.sizeHint().width() + self.gap for kid in self.shown())
        return QSize(wide, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        wide = max((kid.minimumSizeHint().width() for kid in self.shown()), default=0)
        return QSize(wide, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._place()
        return bool(super().event(event))

    def _place(self) -> None:
        top = 0
        for high, row in self.rows(self.width()):
            for kid, left, wide in row:
                rect = QRect(left, top, wide, high)
                kid.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), rect))
            top += high + self.gap


class Grid(Flowing):
    """Columns of equal width, at least `narrowest` wide; rows of even length."""

    def __init__(self, narrowest: int = 270, *, most: int = 4, widest: int = 590, gap: int = 24) -> None:
        super().__init__(gap)
        self._narrowest, self._most, self._widest = narrowest, most, widest

    def columns(self, width: int) -> int:
        """As many as fit, but no row much shorter than another."""
        count = max(1, len(self.shown()))
        fit = max(1, min(self._most, (width + self.gap) // (self._narrowest + self.gap), count))
        return -(-count // -(-count // fit))

    def rows(self, width: int) -> list[tuple[int, list[tuple[QWidget, int, int]]]]:
        kids, columns = self.shown(), self.columns(width)
        wide = min(self._widest, (width - self.gap * (columns - 1)) // columns)
        made = []
        for start in range(0, len(kids), columns):
            row = kids[start : start + columns]
            high = max(_height(kid, wide) for kid in row)
            made.append((high, [(kid, i * (wide + self.gap), wide) for i, kid in enumerate(row)]))
        return made


class Flow(Flowing):
    """Children at their own width, on as many rows as needed; `fill` stretches each row to the full width."""

    def __init__(self, gap: int = 24, *, fill: bool = False) -> None:
        super().__init__(gap)
        self._fill = fill

    def rows(self, width: int) -> list[tuple[int, list[tuple[QWidget, int, int]]]]:
        made = []
        for row in self._broken(width):
            spare = width - sum(wide for _, wide in row) - self.gap * (len(row) - 1)
            left, placed = 0, []
            for i, (kid, wide) in enumerate(row):
                wider = wide + self._share(spare, i, len(row))
                placed.append((kid, left, wider))
                left += wider + self.gap
            made.append((max(_height(kid, wide) for kid, _, wide in placed), placed))
        return made

    def _share(self, spare: int, index: int, count: int) -> int:
        """The first of a row, the main thing, takes two thirds of the spare room."""
        if not self._fill or spare <= 0:
            return 0
        if count == 1:
            return spare
        return spare * 2 // 3 if index == 0 else spare // 3 // (count - 1)

    def _broken(self, width: int) -> list[list[tuple[QWidget, int]]]:
        rows: list[list[tuple[QWidget, int]]] = []
        used = width + 1
        for kid in self.shown():
            wide = min(width, kid.sizeHint().width())
            if used + self.gap + wide > width:
                rows.append([])
                used = -self.gap
            rows[-1].append((kid, wide))
            used += self.gap + wide
        return rows


def _height(widget: QWidget, width: int) -> int:
    if widget.hasHeightForWidth():
        return max(widget.heightForWidth(width), widget.minimumSizeHint().height())
    return widget.sizeHint().height()
