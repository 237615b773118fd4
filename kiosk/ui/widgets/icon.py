"""Icons as pixels beside words; must not carry meaning that no word tells."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from kiosk.ui.theme import Look


class Icon(QLabel):
    """A Phosphor icon in one colour role, `size` pixels square."""

    def __init__(self, look: Look, name: str = "", role: str = "ink", size: int = 32) -> None:
        super().__init__()
        self._look, self._size, self._shown = look, size, ("", "")
        self.setFixedSize(size, size)
        if name:
            self.show_icon(name, role)

    def show_icon(self, name: str, role: str) -> None:
        if (name, role) != self._shown:
            self._shown = name, role
            self.setPixmap(self._look.icon(name, role, self._size))


class Thumb(QLabel):
    """A small line drawing, as that of a terminal on its till's card."""

    def __init__(self, look: Look, width: int, height: int) -> None:
        super().__init__()
        self._look, self._shown = look, ""
        self.setFixedSize(width, height)

    def show_picture(self, name: str) -> None:
        if name != self._shown:
            self._shown = name
            self.setPixmap(self._look.thumb(name, self.width(), self.height()))
