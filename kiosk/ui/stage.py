"""What every widget is given: the look, the words and the way out for acts; must not hold a screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.model.text import Catalogue, Text, literal

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
        """A text in the language now shown, dates as its readers write them; nothing for None."""
        return self.catalogue(worded(words, self.catalogue.language)) if words is not None else ""

    def word(self, id: str, /, **args: str | int | float | Text) -> str:
        """A fixed label of the window itself, `ui.<id>`."""
        return self.catalogue(Text(f"ui.{id}", args))


def worded(words: Text, language: str) -> Text:
    """The text with every date in it in words: `2 mars 2026`; what is no date stays as it is."""
    if words.id == "day":
        from kiosk.ui.dates import long_date  # it builds Qt's enumerations, which no first paint needs

        iso = str(words.args.get("iso", ""))
        return literal(long_date(iso, language) or iso)
    if not any(isinstance(value, Text) for value in words.args.values()):
        return words
    return Text(words.id, {k: worded(v, language) if isinstance(v, Text) else v for k, v in words.args.items()})
