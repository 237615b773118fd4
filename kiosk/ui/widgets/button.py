"""The things a finger touches: large, named, reachable by keyboard; must not decide what a touch means."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton, QSizePolicy

from kiosk.ui.theme import Look, font
from kiosk.ui.widgets.label import restyle

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QMouseEvent

_INK = {"main": "on_brand", "brand": "brand", "link": "brand", "danger": "broken"}
_HIGH, _LOW = 96, 72


class Pressable(QPushButton):
    """A push button that shows a ring only to those who came by keyboard, and takes a double tap as one."""

    def __init__(self, role: str, pressed: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("role", role)
        self.setProperty("ring", False)
        self.setAutoDefault(True)  # Enter presses it, as everywhere
        self.clicked.connect(pressed)

    def focusInEvent(self, event: QFocusEvent) -> None:
        restyle(self, "ring", _by_keys(event))
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        restyle(self, "ring", False)
        super().focusOutEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A hurried second tap must not press what the next page has at the same place."""
        event.accept()


def _by_keys(event: QFocusEvent) -> bool:
    from PySide6.QtCore import Qt

    reasons = Qt.FocusReason
    return event.reason() in (reasons.TabFocusReason, reasons.BacktabFocusReason, reasons.ShortcutFocusReason)


class Button(Pressable):
    """Icon and words, 96 px high; a small one 72."""

    def __init__(
        self, look: Look, role: str, pressed: Callable[[], None], *, icon: str = "", small: bool = False
    ) -> None:
        super().__init__(role, pressed)
        self._look, self._role, self._icon = look, role, ""
        self._glyph, self._gap = (28, 8) if small else (36, 14)
        self._words = ""
        self.setFont(font(22 if small else 26, 700))
        self.setProperty("size", "small" if small else "large")
        self.setFixedHeight(_LOW if small else _HIGH)
        self.setMinimumWidth(_LOW if small else _HIGH)
        self.setSizePolicy(QSizePolicy.Policy.Maximum if small else QSizePolicy.Policy.Preferred, _FIXED)
        self._set_icon(icon, bare=True)

    def show_words(self, words: str, more: str = "", icon: str | None = None) -> None:
        """Words, an addition ("about 1 minute"), and another icon if given; also the accessible name."""
        self._words = f"{words} · {more}" if more else words
        self.setText(self._words.replace("&", "&&"))
        self.setAccessibleName(f"{words}, {more}" if more else words)
        self._set_icon(self._icon if icon is None else icon, bare=False)

    def name_it(self, words: str, icon: str = "") -> None:
        """An accessible name for a button that shows only its icon, and another icon if given."""
        self._set_icon(icon or self._icon, bare=True)
        self.setAccessibleName(words)
        self.setToolTip(words)

    def shown(self) -> str:
        return self._words

    def _set_icon(self, name: str, *, bare: bool) -> None:
        gap = 0 if bare else self._gap
        if name and (name != self._icon or self.iconSize().width() != self._glyph + gap):
            role = _INK.get(self._role, "ink")
            self.setIcon(self._look.icon(name, role, self._glyph, gap))
            self.setIconSize(QSize(self._glyph + gap, self._glyph))
        self._icon = name


_FIXED = QSizePolicy.Policy.Fixed


class CardButton(Pressable):
    """A card that is one button: touches on its widgets reach it, its size is that of its layout."""

    def __init__(self, pressed: Callable[[], None]) -> None:
        super().__init__("card", pressed)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_edge(self, edge: str) -> None:
        restyle(self, "edge", edge)

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
