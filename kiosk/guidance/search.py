"""Staff's own words to what guidance knows: offline, any language, typing errors; pure, must not load anything.

Words count by BM25 (Robertson and Zaragoza, 2009), each by the best of three ways: the word itself or a synonym of it,
a word that differs by a slip of the finger, or a word that shares most of its letter triples, as German compounds do.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import log
from typing import NamedTuple
from unicodedata import combining, normalize

_WORD = re.compile(r"[^\W_]+")
_FOLD = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe"})
K1, B = 1.2, 0.4
"""BM25: how soon a repeated word counts no more, and how much a long phrase is held against it."""

SLIP, PART, OTHER_LANGUAGE = 0.8, 0.6, 0.75
"""What a mistyped word, a part of a word, and a phrase of another language are worth."""

NEAR = 0.34
"""Letter triples shared, of all: below this two words have nothing in common."""

LONGEST = 300
"""Characters of a question that are read."""


class Entry(NamedTuple):
    """One way to say a thing: its id, the language, the words; a title counts as one too."""

    id: str
    language: str
    words: str


class Found(NamedTuple):
    id: str
    score: float


Thesaurus = Mapping[str, Mapping[str, str]]
"""Language -> word as `plain_words` gives it -> what it means, one or more words. Empty: it says nothing.

Meanings are the same in all languages, so that a word of one finds a phrase of another.
"""


def plain_words(text: str) -> list[str]:
    """Small letters without accents; "Lädt nicht!" is ["ladt", "nicht"]."""
    folded = normalize("NFKD", text[:LONGEST].casefold().translate(_FOLD))
    return _WORD.findall("".join(letter for letter in folded if not combining(letter)))


def triples(word: str) -> frozenset[str]:
    marked = f"^{word}$"
    return frozenset(marked[at : at + 3] for at in range(len(marked) - 2))


def is_slip(one: str, other: str) -> bool:
    """One letter too many, too few, wrong, or two swapped; two such slips in words of eight letters and more."""
    least = min(len(one), len(other))
    most = 0 if least < 4 else 1 if least < 8 else 2
    return most > 0 and abs(len(one) - len(other)) <= most and _distance(one, other) <= most


def _distance(one: str, other: str) -> int:
    """Optimal string alignment distance."""
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i] + [0] * len(other)
        for j, b in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                row[j] = min(row[j], older[j - 2] + 1)
    return row[-1]


@dataclass(frozen=True)
class Index:
    """All phrases, counted once; `find` answers from it. `thesaurus`: what words mean, see `Thesaurus`."""

    entries: tuple[Entry, ...]
    thesaurus: Thesaurus = field(default_factory=dict)

    def find(self, words: str, language: str = "", most: int = 10) -> tuple[Found, ...]:
        """What the words may mean, best first, scores above 0. `language`: whose words and phrases count in full."""
        scores: defaultdict[int, float] = defaultdict(float)
        for meant in self._asked(words, language):
            for number, worth in self._worth(meant).items():
                scores[number] += worth
        best: dict[str, float] = {}
        for number, score in scores.items():
            entry = self.entries[number]
            full = score if entry.language == language or not language else score * OTHER_LANGUAGE
            best[entry.id] = max(best.get(entry.id, 0.0), full)
        ranked = sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(Found(id, round(score, 3)) for id, score in ranked[:most] if score > 0)

    def _asked(self, words: str, language: str) -> Iterator[dict[str, float]]:
        """What each word may mean -> how surely; a meaning counts once, by the word that is nearest to it."""
        nearest: dict[str, float] = {}
        each = [self._near(word, language) for word in dict.fromkeys(plain_words(words))]
        for near in each:
            for meaning, share in near.items():
                nearest[meaning] = max(nearest.get(meaning, 0.0), share)
        for near in each:
            left = {meaning: share for meaning, share in near.items() if nearest.get(meaning) == share}
            for meaning in left:
                nearest.pop(meaning)
            if left:
                yield left

    def _near(self, word: str, language: str) -> dict[str, float]:
        own = self.thesaurus.get(language, {}).get(word)
        if own is not None:
            return dict.fromkeys(own.split(), 1.0)
        near: dict[str, float] = {}
        for form, share in self._alike(word):
            for meaning in self._forms[form]:
                near[meaning] = max(near.get(meaning, 0.0), share)
        return near

    def _alike(self, word: str) -> Iterator[tuple[str, float]]:
        """Known forms of words -> how surely the word is one of them."""
        if word in self._forms:
            yield word, 1.0
        own = triples(word)
        shared = Counter(form for triple in own for form in self._holders.get(triple, ()))
        for form, count in shared.items():
            alike = count / (len(own) + len(form) - count)  # a word of n letters has n triples
            if form == word or len(form) < 3:
                continue
            if is_slip(word, form):
                yield form, SLIP
            elif alike >= NEAR and len(word) > 3:
                yield form, PART * max(alike, float(_holds(word, form)))
            elif _holds(word, form):
                yield form, PART

    def _worth(self, meant: Mapping[str, float]) -> dict[int, float]:
        """Phrase -> what one word adds to it, by the nearest meaning that the phrase has."""
        worth: dict[int, float] = {}
        for meaning, share in meant.items():
            rare = self._rarity(meaning) * share
            for number in self._where.get(meaning, ()):
                worth[number] = max(worth.get(number, 0.0), rare * self._weight(number, meaning))
        return worth

    def _rarity(self, meaning: str) -> float:
        """In how few things it stands: a thing with ten phrases counts once."""
        ids = {self.entries[number].id for number in self._where.get(meaning, ())}
        return log(1 + (self._things - len(ids) + 0.5) / (len(ids) + 0.5))

    def _weight(self, number: int, meaning: str) -> float:
        phrase = self._phrases[number]
        count, size = phrase[meaning], phrase.total()
        return count * (K1 + 1) / (count + K1 * (1 - B + B * size / self._usual))

    # counted once

    @cached_property
    def _phrases(self) -> tuple[Counter[str], ...]:
        return tuple(
            Counter(meaning for word in plain_words(entry.words) for meaning in self._means(word, entry.language))
            for entry in self.entries
        )

    def _means(self, word: str, language: str) -> list[str]:
        return self.thesaurus.get(language, {}).get(word, word).split()

    @cached_property
    def _where(self) -> dict[str, list[int]]:
        """Meaning -> the phrases that have it."""
        where: dict[str, list[int]] = {}
        for number, phrase in enumerate(self._phrases):
            for meaning in phrase:
                where.setdefault(meaning, []).append(number)
        return where

    @cached_property
    def _forms(self) -> dict[str, set[str]]:
        """Every form of a word there is, in phrases and in the thesaurus -> its meanings."""
        forms: dict[str, set[str]] = {}
        for entry in self.entries:
            for word in plain_words(entry.words):
                forms.setdefault(word, set()).update(self._means(word, entry.language))
        for table in self.thesaurus.values():
            for word, meaning in table.items():
                if meaning:
                    forms.setdefault(word, set()).update(meaning.split())
        return forms

    @cached_property
    def _holders(self) -> dict[str, list[str]]:
        """Letter triple -> forms that have it."""
        holders: dict[str, list[str]] = {}
        for form in self._forms:
            for triple in triples(form):
                holders.setdefault(triple, []).append(form)
        return holders

    @cached_property
    def _usual(self) -> float:
        return max(1.0, sum(phrase.total() for phrase in self._phrases) / max(1, len(self._phrases)))

    @cached_property
    def _things(self) -> int:
        return len({entry.id for entry in self.entries})


def _holds(one: str, other: str) -> bool:
    """A compound: "papierrolle" and "papier"."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 5 and (long.startswith(short) or long.endswith(short))
