"""A language that nobody speaks, made from English: longer, accented and in brackets, to test pages with.

A text that shows without brackets was never made to be translated; one that is cut off has too little room.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from kiosk.model.text import Catalogue, Template

LANGUAGE = "en-x-longer"
LONGER = 1.35
"""German, French and Polish are a third longer than short English."""

_PARTS = re.compile(r"(\{\w+\})")
_ACCENTS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "åbçđéfğĥîĵķłmñöþqřšŧûvŵxýžÅBÇĐÉFĞĤÎĴĶŁMÑÖÞQŘŠŦÛVŴXÝŽ"
)
_VOWEL = re.compile(r"[aeiouAEIOU]")
_MORE = ("mòré", "wòŕđš", "ýét")


def pseudo(template: Template, letters: int = 0) -> Template:
    """Fields stay; `letters` says how long a text shall be, without it a third longer."""
    if isinstance(template, dict):
        return {form: _longer(words, letters) for form, words in template.items()}
    return _longer(template, letters)


def pseudo_catalogue(templates: Mapping[str, Template], most: Callable[[str], int] = lambda id: 0) -> Catalogue:
    """`most`: how many letters a text shall have, by its id; 0: a third more than English."""
    return Catalogue(LANGUAGE, {id: pseudo(template, most(id)) for id, template in templates.items()})


def _longer(words: str, letters: int) -> str:
    bare = len(_PARTS.sub("", words))
    short = (letters or round(bare * LONGER)) - bare - 2  # two brackets
    parts = []
    for part in _PARTS.split(words):
        made, used = (part, 0) if _PARTS.fullmatch(part) else _stretched(part, short)
        parts.append(made)
        short -= used
    return "[" + "".join(parts) + _filler(short) + "]"


def _stretched(part: str, most: int) -> tuple[str, int]:
    """Vowels twice, as far as there is room, and accents; how many letters that took."""
    used = min(max(0, most), len(_VOWEL.findall(part)))
    longer = _VOWEL.sub(lambda vowel: vowel[0] * 2, part, count=used) if used else part
    return longer.translate(_ACCENTS), used


def _filler(letters: int) -> str:
    return "".join(f" {_MORE[number % 3]}" for number in range(max(0, letters) // 4 + 1))[: max(0, letters)].rstrip()
