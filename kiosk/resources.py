"""Where files of `resources/` lie: in a checkout, in a wheel and in a frozen program; reads texts and findings."""

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kiosk.errors import ContentError
from kiosk.model.text import Catalogue, Template

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


def catalogue(language: str, *rooms: str) -> Catalogue:
    """All texts of a language, or only those of some rooms (file stems); English fills the gaps."""
    own = _templates(language, rooms)
    return Catalogue(language, own, {} if language == "en" else _templates("en", rooms))


def _templates(language: str, rooms: tuple[str, ...]) -> dict[str, Template]:
    folder = root() / "text" / language
    files = [folder / f"{room}.json" for room in rooms] if rooms else sorted(folder.glob("*.json"))
    texts: dict[str, Template] = {}
    for file in files:
        try:
            texts |= msgspec.json.decode(file.read_bytes(), type=dict[str, Template])
        except msgspec.MsgspecError as e:
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


def search_index(guide: "Guide") -> "Index":
    """What staff may say of each symptom: its title in every language there is, and `says`; with the dictionaries."""
    from kiosk.guidance.load import thesaurus
    from kiosk.guidance.search import Index

    return Index(tuple(_entries(guide)), thesaurus(root() / "guidance"))


def _entries(guide: "Guide") -> "Iterator[Entry]":
    from kiosk.guidance.search import Entry

    titles = {language: catalogue(language, "guidance") for language in languages()}
    for symptom in guide.symptoms.values():
        yield from (Entry(symptom.id, language, says(symptom.title)) for language, says in titles.items())
        for language, phrases in symptom.says.items():
            yield from (Entry(symptom.id, language, words) for words in phrases)


def articles(guide: "Guide") -> "Library":
    """The knowledge base; raises `ContentError` that names the file of every fault."""
    from kiosk.guidance.knowledge import library, load_articles

    folder = root() / "guidance"
    titles = [catalogue(language, "knowledge") for language in languages()]
    return library(load_articles(folder, guide.symptoms, guide.procedures), titles, folder)
