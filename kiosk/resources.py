"""Where files of `resources/` lie: in a checkout, in a wheel and in a frozen program; reads texts and findings."""

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from kiosk.errors import ContentError
from kiosk.model.text import Catalogue, Template
from kiosk.model.wire import NOT_READABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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

    `over`: a folder whose texts go before, where a pack of guidance is in use. Raises `ContentError` for a broken file.
    """
    return _catalogue(language, rooms, over, _read)


def readable_catalogue(language: str, *rooms: str, over: Path | None = None) -> Catalogue:
    """The same without what cannot be read: a window with gaps tells more than none. `damaged_texts` names the gaps."""
    return _catalogue(language, rooms, over, _read_or_nothing)


def damaged_texts() -> tuple[str, ...]:
    """Files of texts that cannot be read, as `de/guidance.json`."""
    found = sorted((root() / "text").glob("*/*.json"))
    return tuple(f"{file.parent.name}/{file.name}" for file in found if not _read_or_nothing(file))


Templates = dict[str, Template]


def _catalogue(
    language: str, rooms: tuple[str, ...], over: Path | None, read: "Callable[[Path], Templates]"
) -> Catalogue:
    own, *behind = (_templates(each, rooms, over, read) for each in dict.fromkeys((language, "en")))
    return Catalogue(language, own, behind[0] if behind else {})


def _templates(
    language: str, rooms: tuple[str, ...], over: Path | None, read: "Callable[[Path], Templates]"
) -> Templates:
    folder = root() / "text" / language
    files = [folder / f"{room}.json" for room in rooms] if rooms else sorted(folder.glob("*.json"))
    if over is not None:
        newer = sorted((over / "text" / language).glob("*.json"))
        files += [file for file in newer if not rooms or file.stem in rooms]
    texts: Templates = {}
    for file in files:
        texts |= read(file)
    return texts


def _read(file: Path) -> Templates:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Templates)
    except (*NOT_READABLE, OSError) as e:
        raise ContentError(f"{file.name} of language {file.parent.name}: {e}.") from e


def _read_or_nothing(file: Path) -> Templates:
    try:
        return _read(file)
    except ContentError:
        return {}


@cache
def findings() -> "dict[str, FindingKind]":
    """`findings.toml` by id. Raises `ContentError` if it is damaged: without it nothing can be judged."""
    import tomllib

    try:
        return _kinds(tomllib.loads((root() / "findings.toml").read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, msgspec.ValidationError, AttributeError) as e:
        raise ContentError(f"findings.toml is damaged: {e}.", "Install the program again.") from e


def _kinds(table: dict[str, Any]) -> "dict[str, FindingKind]":
    from kiosk.model.finding import FindingKind

    named = ((f"{group}.{name}", about) for group, members in table.items() for name, about in members.items())
    return {id: msgspec.convert({"id": id, **about}, FindingKind) for id, about in named}


def search_index(guide: "Guide", over: Path | None = None) -> "Index":
    """What staff may say of each symptom: its title in every language there is, and `says`; with the dictionaries."""
    from kiosk.guidance.load import thesaurus
    from kiosk.guidance.search import Index

    return Index(tuple(_entries(guide, over)), thesaurus((over or root()) / "guidance"))


def _entries(guide: "Guide", over: Path | None) -> "Iterator[Entry]":
    from kiosk.guidance.search import Entry

    titles = {language: _titles(language, "guidance", over) for language in languages()}
    for symptom in guide.symptoms.values():
        yield from (Entry(symptom.id, language, says(symptom.title)) for language, says in titles.items())
        for language, phrases in symptom.says.items():
            yield from (Entry(symptom.id, language, words) for words in phrases)


def _titles(language: str, room: str, over: Path | None) -> Catalogue:
    """A pack must be whole; of our own, one damaged language must not take the help from all others."""
    return (readable_catalogue if over is None else catalogue)(language, room, over=over)


def articles(guide: "Guide | None" = None, over: Path | None = None) -> "Library":
    """The knowledge base; raises `ContentError` that names the file of every fault. With a guide, what it names of
    that must be there."""
    from kiosk.guidance.knowledge import library, load_articles

    folder = (over or root()) / "guidance"
    titles = [_titles(language, "knowledge", over) for language in languages()]
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


def no_guidance() -> Guidance:
    """Where nothing of it can be read: checks, stop pages and experts need none."""
    from kiosk.guidance.knowledge import Library
    from kiosk.guidance.model import Guide
    from kiosk.guidance.search import Index

    return Guidance(Guide(findings=findings()), Index(()), Library())


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
