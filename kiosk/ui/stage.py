"""What every widget is given: the look, the words and the way out for acts; must not hold a screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.model.text import Catalogue, Text

if TYPE_CHECKING:
    from kiosk.model.act import Act
    from kiosk.ui.theme import Look


class Stage:
    """The window owns one and swaps catalogue and look in it; widgets only read it."""

    def __init__(self, look: Look, catalogue: Catalogue, emit: Callable[[Act], None]) -> None:
        self.look = look
        self.catalogue = catalogue
        self.emit = emit

    def say(self, words: Text | None) -> str:
        """A text in the language now shown; nothing for None."""
        return self.catalogue(words) if words is not None else ""

    def word(self, id: str, /, **args: str | int | float | Text) -> str:
        """A fixed label of the window itself, `ui.<id>`."""
        return self.catalogue(Text(f"ui.{id}", args))
