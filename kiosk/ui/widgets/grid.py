"""Two ways to set widgets side by side that follow the room there is; must not know what they hold."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

Placed = tuple[QLayoutItem, int, int]
"""An item, its left edge and its width within the row."""


class Rows(QLayout):
    """A layout made of rows; `rows(width)` gives per row its height and what stands in it."""

    def __init__(self, gap: int = 24) -> None:
        super().__init__()
        self.gap = gap
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def rows(self, width: int) -> list[tuple[int, list[Placed]]]:
        raise NotImplementedError

    def add(self, *widgets: QWidget) -> None:
        for widget in widgets:
            self.addWidget(widget)

    def arrange(self, widgets: Sequence[QWidget]) -> None:
        """Exactly these widgets, in this order; others are let go."""
        for widget in widgets:
            if self.indexOf(widget) < 0:
                self.addWidget(widget)
        held = {item.widget(): item for item in self._items}
        self._items = [held[widget] for widget in widgets]
        self.invalidate()

    def present(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def shown(self) -> list[QWidget]:
        return [widget for item in self.present() if (widget := item.widget())]

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = self.rows(width)
        return sum(high for high, _ in rows) + self.gap * max(0, len(rows) - 1)

    def sizeHint(self) -> QSize:
        wide = sum(item.sizeHint().width() + self.gap for item in self.present())
        return QSize(max(0, wide - self.gap), self.minimumSize().height())

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self.present()]
        return QSize(max((s.width() for s in sizes), default=0), max((s.height() for s in sizes), default=0))

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        parent, top = self.parentWidget(), rect.y()
        mirrored = parent is not None and parent.isRightToLeft()
        for high, row in self.rows(rect.width()):
            for item, left, wide in row:
                start = rect.width() - left - wide if mirrored else left
                item.setGeometry(QRect(rect.x() + start, top, wide, high))
            top += high + self.gap


class Grid(Rows):
    """Columns of equal width, at least `narrowest` wide and as wide as the longest word; rows of even length."""

    def __init__(self, narrowest: int = 270, *, most: int = 4, widest: int = 590, gap: int = 24) -> None:
        super().__init__(gap)
        self._narrowest, self._most, self._widest = narrowest, most, widest

    def columns(self, width: int) -> int:
        """As many as fit, but no row much shorter than another."""
        items = self.present()
        count = max(1, len(items))
        narrowest = max(self._narrowest, *(item.minimumSize().width() for item in items), 0)
        fit = max(1, min(self._most, (width + self.gap) // (narrowest + self.gap), count))
        return -(-count // -(-count // fit))

    def rows(self, width: int) -> list[tuple[int, list[Placed]]]:
        items, columns = self.present(), self.columns(width)
        wide = min(self._widest, (width - self.gap * (columns - 1)) // columns)
        made = []
        for start in range(0, len(items), columns):
            row = items[start : start + columns]
            high = max(_height(item, wide) for item in row)
            made.append((high, [(item, i * (wide + self.gap), wide) for i, item in enumerate(row)]))
        return made


class Flow(Rows):
    """Widgets at their own width, on as many rows as needed; `fill` stretches each row to the full width."""

    def __init__(self, gap: int = 24, *, fill: bool = False) -> None:
        super().__init__(gap)
        self._fill = fill

    def rows(self, width: int) -> list[tuple[int, list[Placed]]]:
        made = []
        for row in self._broken(width):
            spare = width - sum(wide for _, wide in row) - self.gap * (len(row) - 1)
            left, placed = 0, []
            for i, (item, wide) in enumerate(row):
                wider = wide + self._share(spare, i, len(row))
                placed.append((item, left, wider))
                left += wider + self.gap
            made.append((max(_height(item, wide) for item, _, wide in placed), placed))
        return made

    def _share(self, spare: int, index: int, count: int) -> int:
        """The first of a row, the main thing, takes two thirds of the spare room."""
        if not self._fill or spare <= 0:
            return 0
        if count == 1:
            return spare
        return spare - spare // 3 // (count - 1) * (count - 1) if index == 0 else spare // 3 // (count - 1)

    def _broken(self, width: int) -> list[list[tuple[QLayoutItem, int]]]:
        rows: list[list[tuple[QLayoutItem, int]]] = []
        used = width + 1
        for item in self.present():
            wide = min(width, item.sizeHint().width())
            if used + self.gap + wide > width:
                rows.append([])
                used = -self.gap
            rows[-1].append((item, wide))
            used += self.gap + wide
        return rows


def _height(item: QLayoutItem, width: int) -> int:
    if item.hasHeightForWidth():
        return max(item.heightForWidth(width), item.minimumSize().height())
    return item.sizeHint().height()
