"""Articles to read up: what a thing is, why it happens, what never to do; one file each; holds no steps of help."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from kiosk.errors import ContentError
from kiosk.guidance.load import thesaurus
from kiosk.guidance.search import Entry, Found, Index
from kiosk.model.bounds import Few, Id, Short
from kiosk.model.text import Catalogue, Text

FOLDER = "knowledge"
Count = Annotated[int, Meta(ge=1, le=9)]


class Article(Struct, frozen=True, forbid_unknown_fields=True):
    """`todo` and `never` count its sentences; `says`: what people look for, by language; `symptoms`: to go on with.

    `procedure`: one of its own that does what the article tells of.
    """

    id: Id
    todo: Count
    never: Count
    says: dict[str, Few[Short]]
    picture: Short = ""
    symptoms: Few[Id] = ()
    procedure: Short = ""

    @property
    def title(self) -> Text:
        return Text(f"article.{self.id}")

    @property
    def what(self) -> Text:
        return Text(f"article.{self.id}.what")

    @property
    def why(self) -> Text:
        return Text(f"article.{self.id}.why")

    @property
    def todo_texts(self) -> tuple[Text, ...]:
        return tuple(Text(f"article.{self.id}.do.{n}") for n in range(1, self.todo + 1))

    @property
    def never_texts(self) -> tuple[Text, ...]:
        return tuple(Text(f"article.{self.id}.never.{n}") for n in range(1, self.never + 1))

    @property
    def texts(self) -> tuple[Text, ...]:
        return (self.title, self.what, self.why, *self.todo_texts, *self.never_texts)


def load_articles(
    folder: Path,
    symptoms: Collection[str] | None,
    procedures: Collection[str] | None,
    pictures: Collection[str] | None = None,
) -> dict[str, Article]:
    """The articles below a folder of guidance by id; raises `ContentError` that names the file of every fault.

    Symptoms, procedures and pictures that an article names must be among those given; None: not looked at.
    """
    articles: dict[str, Article] = {}
    faults: list[str] = []
    for file in sorted((folder / FOLDER).glob("*.toml")):
        try:
            articles[file.stem] = article = _article(file)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError, OSError) as e:
            faults.append(f"{FOLDER}/{file.name} cannot be used: {e}.")
        else:
            wrong = _wrong(article, symptoms, procedures, pictures)
            faults += [f"{FOLDER}/{file.name}: {words}." for words in wrong]
    if faults:
        raise ContentError("\n".join(faults) + "\n")
    return articles


def _article(file: Path) -> Article:
    table: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    return msgspec.convert({**table, "id": file.stem}, Article)


def _wrong(
    article: Article,
    symptoms: Collection[str] | None,
    procedures: Collection[str] | None,
    pictures: Collection[str] | None,
) -> Iterator[str]:
    known = article.symptoms if symptoms is None else symptoms
    yield from (f"there is no symptom {id!r}" for id in article.symptoms if id not in known)
    if article.procedure and procedures is not None and article.procedure not in procedures:
        yield f"there is no procedure {article.procedure!r}"
    if pictures is not None and article.picture not in pictures:
        yield f"there is no picture {article.picture!r}"
    if not article.says.get("en"):
        yield "it lacks the words that people look for, in English"


@dataclass(frozen=True)
class Library:
    """All articles and how they are found; symptoms have an index of their own, so that none is pushed aside."""

    articles: dict[str, Article] = field(default_factory=dict)
    index: Index = field(default_factory=lambda: Index(()))

    def find(self, words: str, language: str, most: int = 3) -> tuple[Found, ...]:
        """Articles that the words may mean, best first: none that fits far worse than the best."""
        found = self.index.find(words, language, most)
        return tuple(f for f in found if f.score >= NEAR_BEST * found[0].score)


NEAR_BEST = 0.65
"""Of the best score: what fits worse is not shown. Judgement."""


def library(articles: dict[str, Article], catalogues: Iterable[Catalogue], folder: Path) -> Library:
    """Articles with titles and words of all languages; `folder` holds the dictionaries that symptoms are found by."""
    entries = tuple(_entries(articles, tuple(catalogues)))
    return Library(articles, Index(entries, thesaurus(folder)))


def _entries(articles: dict[str, Article], catalogues: tuple[Catalogue, ...]) -> Iterator[Entry]:
    for article in articles.values():
        yield from (Entry(article.id, says.language, says(article.title)) for says in catalogues)
        for language, phrases in article.says.items():
            yield from (Entry(article.id, language, words) for words in phrases)
