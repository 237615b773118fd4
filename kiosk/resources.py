"""Where files of `resources/` lie: in a checkout, in a wheel and in a frozen program; reads texts and findings."""

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kiosk.errors import ContentError
from kiosk.model.text import Catalogue, Template
from kiosk.model.wire import NOT_READABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.guidance.knowledge import Library
    from kiosk.guidance.model import Guide
    from kiosk.guidance.search import Entry, Index
    from kiosk.model.finding import FindingKind


@cache
def root() -> Path:
    """The folder `resources`; raises `ContentError` if the program was installed without it."""
    here = Path(__file__).resolve().parent
    frozen = Path(getattr(sys, "_MEIPASS", here))
    for place in (frozen / "resources", here / "resources", here.parent / "resources"):
        if place.is_dir():
            return place
    raise ContentError("The program's resources are missing.", "Install it again.")


def languages() -> tuple[str, ...]:
    """Languages with texts; English first, for it stands behind the others."""
    found = sorted(p.name for p in (root() / "text").iterdir() if p.is_dir())
    return tuple(sorted(found, key=lambda name: (name != "en", name)))


def catalogue(language: str, *rooms: str, over: Path | None = None) -> Catalogue:
    """All texts of a language, or only those of some rooms (file stems); English fills the gaps.

    `over`: a folder whose texts go before, where a pack of guidance is in use.
    """
    own = _templates(language, rooms, over)
    return Catalogue(language, own, {} if language == "en" else _templates("en", rooms, over))


def _templates(language: str, rooms: tuple[str, ...], over: Path | None = None) -> dict[str, Template]:
    folder = root() / "text" / language
    files = [folder / f"{room}.json" for room in rooms] if rooms else sorted(folder.glob("*.json"))
    if over is not None:
        newer = sorted((over / "text" / language).glob("*.json"))
        files += [file for file in newer if not rooms or file.stem in rooms]
    texts: dict[str, Template] = {}
    for file in files:
        try:
            texts |= msgspec.json.decode(file.read_bytes(), type=dict[str, Template])
        except NOT_READABLE as e:
            raise ContentError(f"{file.name} of language {language}: {e}.") from e
    return texts


@cache
def findings() -> "dict[str, FindingKind]":
    """`findings.toml` by id."""
    import tomllib

    from kiosk.model.finding import FindingKind

    with (root() / "findings.toml").open("rb") as file:
        table = tomllib.load(file)
    flat: dict[str, FindingKind] = {}
    for group, members in table.items():
        for name, about in members.items():
            id = f"{group}.{name}"
            flat[id] = msgspec.convert({"id": id, **about}, FindingKind)
    return flat


def search_index(guide: "Guide", over: Path | None = None) -> "Index":
    """What staff may say of each symptom: its title in every language there is, and `says`; with the dictionaries."""
    from kiosk.guidance.load import thesaurus
    from kiosk.guidance.search import Index

    return Index(tuple(_entries(guide, over)), thesaurus((over or root()) / "guidance"))


def _entries(guide: "Guide", over: Path | None) -> "Iterator[Entry]":
    from kiosk.guidance.search import Entry

    titles = {language: catalogue(language, "guidance", over=over) for language in languages()}
    for symptom in guide.symptoms.values():
        yield from (Entry(symptom.id, language, says(symptom.title)) for language, says in titles.items())
        for language, phrases in symptom.says.items():
            yield from (Entry(symptom.id, language, words) for words in phrases)


def articles(guide: "Guide | None" = None, over: Path | None = None) -> "Library":
    """The knowledge base; raises `ContentError` that names the file of every fault. With a guide, what it names of
    that must be there."""
    from kiosk.guidance.knowledge import library, load_articles

    folder = (over or root()) / "guidance"
    titles = [catalogue(language, "knowledge", over=over) for language in languages()]
    symptoms, procedures = (guide.symptoms, guide.procedures) if guide is not None else (None, None)
    return library(load_articles(folder, symptoms, procedures, pictures()), titles, folder)


def pictures() -> frozenset[str] | None:
    """Names of the pictures there are; None before there are any."""
    return frozenset(p.stem for p in (root() / "images").glob("*.svg")) or None


@dataclass(frozen=True, slots=True)
class Guidance:
    """Everything that helps staff: the guide, and how it and the knowledge base are found."""

    guide: "Guide"
    index: "Index"
    library: "Library"


def guidance(folder: Path | None = None) -> Guidance:
    """What came with the program, or of a pack in `folder`. Raises `ContentError` that tells what is wrong in it."""
    from kiosk.guidance.load import load
    from kiosk.guidance.style import texts_needed

    over = None if folder == root() else folder
    guide = load((over or root()) / "guidance", findings(), pictures())
    library = articles(guide, over)
    says = catalogue("en", "guidance", "knowledge", over=over)
    needed = [id for _, _, id in texts_needed(guide)]
    needed += [text.id for article in library.articles.values() for text in article.texts]
    lacking = next((id for id in needed if not says.has(id)), "")
    if lacking:
        raise ContentError(f"{lacking} has no text in English.", "Write it, then make the pack again.")
    return Guidance(guide, search_index(guide, over), library)
