"""How hard words are to read, by the published measure of each language; counts only, and must not refuse anything.

| language | measure | source |
|---|---|---|
| English | grade level | Kincaid et al. 1975 |
| German | first Wiener Sachtextformel | Bamberger and Vanecek 1984 |
| French | reading ease | Kandel and Moles 1958 |
| Spanish | lecturabilidad | Fernández Huerta 1959 |
| Portuguese | reading ease | Martins, Ghiraldelo, Nunes and Oliveira 1996 |
| Polish | nonlinear index of difficulty | Pisarek 1969 |

All are taken over the sentences of a whole procedure: one short sentence has no grade worth its name. Syllables are
counted by groups of vowels, as machines do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

_SENTENCE = re.compile(r"[.!?:]+(?:\s+|$)")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_VOWELS = {
    "en": re.compile(r"[aeiouy]+"),
    "de": re.compile(r"ei|ai|au|eu|äu|ie|aa|ee|oo|[aeiouyäöü]"),
    "fr": re.compile(r"[éèêëï]|[aeiouyàâäîôöùûüœ]+"),
    "es": re.compile(r"[iuüy]?[aeoáéíóú][iuüy]?|[iuüy]+"),
    "pt": re.compile(r"[ãõ][oei]?|[iuü]?[aeoáéíóúâêôà][iu]?|[iuü]+"),
    "pl": re.compile(r"[ae]u|i?[aąeęoóuy]|i"),
}
_SILENT = {
    "en": re.compile(r"(?<![aeiouyl])e$|(?<=[aeiouy]l)e$"),
    "fr": re.compile(r"(?<![éèêë])es?$"),
    "es": re.compile(r"(?<=q)u|(?<=g)u(?=[eiéí])"),
    "pt": re.compile(r"(?<=q)u|(?<=g)u(?=[eiéíê])"),
}
"""Letters that are not heard: an e at the end, a u after q and g."""


class Counts(NamedTuple):
    """Words a sentence, syllables a word, and shares of words in per cent."""

    length: float
    syllables: float
    one: float
    three: float
    four: float
    six_letters: float


class Measure(NamedTuple):
    """`limit` is the hardest that a procedure may be; `eases`: the higher the score, the easier."""

    name: str
    score: Callable[[Counts], float]
    limit: float
    eases: bool = False


MEASURES = {
    "en": Measure("Flesch-Kincaid grade", lambda c: 0.39 * c.length + 11.8 * c.syllables - 15.59, 5.0),
    "de": Measure(
        "Wiener Sachtextformel",
        lambda c: 0.1935 * c.three + 0.1672 * c.length + 0.1297 * c.six_letters - 0.0327 * c.one - 0.875,
        5.0,
    ),
    "fr": Measure("Kandel-Moles", lambda c: 207 - 1.015 * c.length - 73.6 * c.syllables, 70.0, eases=True),
    "es": Measure("Fernández Huerta", lambda c: 206.84 - 1.02 * c.length - 60 * c.syllables, 70.0, eases=True),
    "pt": Measure("Flesch-Martins", lambda c: 248.835 - 1.015 * c.length - 84.6 * c.syllables, 65.0, eases=True),
    "pl": Measure("Pisarek", lambda c: (c.length**2 + c.four**2) ** 0.5 / 2, 10.0),
}


def sentences(said: str) -> list[str]:
    return [part for part in _SENTENCE.split(said) if part.strip()]


def words(said: str) -> list[str]:
    return _WORD.findall(said)


def score(said: str, language: str) -> float:
    """What the measure of the language says; 0 for no words."""
    each = words(said)
    return MEASURES[language].score(_counts(said, each, language)) if each else 0.0


def too_hard(said: str, language: str) -> str:
    """Why it is above the limit of its language, or nothing; a language without a measure has no limit."""
    measure = MEASURES.get(language)
    if measure is None or not words(said):
        return ""
    scored = score(said, language)
    if (scored >= measure.limit) if measure.eases else (scored <= measure.limit):
        return ""
    return f"reads at {measure.name} {scored:.1f}, {'under' if measure.eases else 'over'} {measure.limit:g}"


def _counts(said: str, each: list[str], language: str) -> Counts:
    counts = [syllables(word, language) for word in each]

    def share(flags: list[bool]) -> float:
        return 100.0 * sum(flags) / len(each)

    return Counts(
        len(each) / max(1, len(sentences(said))),
        sum(counts) / len(each),
        one=share([n == 1 for n in counts]),
        three=share([n > 2 for n in counts]),
        four=share([n > 3 and not _as_in_dictionary(word, n, language) for word, n in zip(each, counts, strict=True)]),
        six_letters=share([len(word) > 6 for word in each]),
    )


def _as_in_dictionary(word: str, count: int, language: str) -> bool:
    """Pisarek counts a word as the dictionary has it: `terminala` is `terminal`, of three syllables."""
    return language == "pl" and count == 4 and word.lower().startswith("terminal")


def syllables(word: str, language: str) -> int:
    """At least one."""
    heard = word.lower()
    if language in _SILENT and len(heard) > 2:
        heard = _SILENT[language].sub("", heard)
    return max(1, len(_VOWELS.get(language, _VOWELS["en"]).findall(heard)))
