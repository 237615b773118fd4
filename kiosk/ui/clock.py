"""A call again and again in the GUI thread; must do nothing else."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def every(parent: QObject, milliseconds: int, call: Callable[[], None]) -> QTimer:
    """Call something every so many milliseconds for as long as `parent` lives."""
    timer = QTimer(parent)
    timer.timeout.connect(call)
    timer.start(milliseconds)
    return timer
