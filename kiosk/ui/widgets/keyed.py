"""Keeps one widget per value of a list, so that a redraw changes words and never the thing under a finger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtWidgets import QBoxLayout, QWidget

from kiosk.ui.widgets.grid import Rows

T = TypeVar("T")


class Keyed(Generic[T]):
    """`draw(values)` into a flow, a grid or a box layout; `key` tells which value stays the same thing.

    `make` gives a widget that has `draw(value)`.
    """

    def __init__(self, room: Rows | QBoxLayout, make: Callable[[], Any], key: Callable[[T], str]) -> None:
        self._room, self._make, self._key = room, make, key
        self._widgets: dict[str, Any] = {}

    def draw(self, values: Sequence[T]) -> None:
        before = list(self._widgets)
        kept: dict[str, Any] = {}
        for value in values:
            key = self._key(value)
            widget = kept.get(key) or self._widgets.get(key) or self._make()
            kept[key] = widget
        for key in before:
            if key not in kept:
                self._drop(self._widgets[key])
        self._widgets = kept
        if list(kept) != before:
            self._arrange(list(kept.values()))
            self._show([kept[key] for key in kept if key not in before])
        for value in values:
            kept[self._key(value)].draw(value)

    def widgets(self) -> list[QWidget]:
        return list(self._widgets.values())

    def _arrange(self, widgets: list[QWidget]) -> None:
        if isinstance(self._room, Rows):
            self._room.arrange(widgets)
            return
        for index, widget in enumerate(widgets):
            if self._room.indexOf(widget) != index:
                self._room.insertWidget(index, widget)

    @staticmethod
    def _show(widgets: list[QWidget]) -> None:
        """At once: a layout would show them only when the program next waits, after the first picture."""
        for widget in widgets:
            if widget.parentWidget() is not None:
                widget.show()

    def _drop(self, widget: QWidget) -> None:
        self._room.removeWidget(widget)
        widget.hide()
        widget.deleteLater()
