"""Texts as ids with arguments, and the pure catalogue that renders them; must not read files.

A screen, a finding or a procedure holds `Text`; whoever draws renders it in its own language. A catalogue is a
flat table `id -> template`; a template is a string with `{name}` fields, or a table of plural forms chosen by the
argument `n` after the CLDR rules (one, few, many, other).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, Struct

Template = str | dict[str, str]


class Text(Struct, frozen=True):
    """A text by id; `args` fill its fields, and may be texts themselves."""

    id: Annotated[str, Meta(max_length=120)]
    args: Annotated[dict[str, str | int | float | Text], Meta(max_length=20)] = {}


def text(id: str, /, **args: str | int | float | Text) -> Text:
    return Text(id, args)


def literal(words: str) -> Text:
    """Words that are nobody's to translate: a name, a message, a code."""
    return Text("literal", {"words": words})


def day(iso: str) -> Text:
    """A date, ISO 8601; the window words it as its reader does, all others show it as it is."""
    return Text("day", {"iso": iso})


FORMS = {
    "en": ("one", "other"),
    "de": ("one", "other"),
    "fr": ("one", "many", "other"),
    "es": ("one", "many", "other"),
    "pt": ("one", "many", "other"),
    "pl": ("one", "few", "many", "other"),
}
"""The plural forms that a language has (unicode.org CLDR 46, cardinals); others have `one` and `other`."""

_COMMA = ("de", "fr", "es", "pt", "pl")
"""Languages that write 2,5."""

_MILLION = 1_000_000


def plural_form(language: str, n: float) -> str:
    """The CLDR plural category of `n` for the six languages of the kiosk (unicode.org CLDR 46, cardinals)."""
    spoken = language.partition("-")[0]
    if spoken == "pl":
        return _polish(n)
    if n == 1 or (spoken in ("fr", "pt") and 0 <= n < 2):
        return "one"
    return "many" if n and n % _MILLION == 0 and "many" in FORMS.get(spoken, ()) else "other"


def _polish(n: float) -> str:
    if n == 1:
        return "one"
    if n != int(n):
        return "other"
    return "few" if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else "many"


class Catalogue(Struct, frozen=True):
    """Texts of one language, with another language behind it for what is missing."""

    language: str
    templates: Mapping[str, Template]
    fallback: Mapping[str, Template] = {}

    def has(self, id: str) -> bool:
        return id in self.templates

    def __call__(self, words: Text) -> str:
        """Render; a missing text shows its id, so that a screen is never empty."""
        if words.id == "literal":
            return str(words.args.get("words", ""))
        if words.id == "day":
            return str(words.args.get("iso", ""))
        template = self.templates.get(words.id) or self.fallback.get(words.id) or words.id
        args = {k: self(v) if isinstance(v, Text) else self._number(v) for k, v in words.args.items()}
        if isinstance(template, dict):
            n = words.args.get("n", 0)
            form = plural_form(self.language, n if isinstance(n, int | float) else 0)
            template = template.get(form) or template.get("other") or words.id
        return _fill(template, args)

    def _number(self, value: str | int | float) -> str:
        """Whole numbers are never parted: they may be a port or a code."""
        if not isinstance(value, float):
            return str(value)
        return f"{value:g}".replace(".", "," if self.language.partition("-")[0] in _COMMA else ".")


_FIELD = re.compile(r"\{(\w+)\}")


def _fill(template: str, args: Mapping[str, str]) -> str:
    """Replace each `{name}` once; a name without an argument stays as it is, and nothing is evaluated."""
    return _FIELD.sub(lambda field: args.get(field[1], field[0]), template)
