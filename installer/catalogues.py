"""The catalogues of texts as a translator's desk sees them: what is missing, stale or too long in a language.

English is the source. A translation is stale when the English it was made from has changed and it has not.
`installer/texts/<language>.json` remembers both, as short hashes by id; what it does not name was never looked at since
it was written. Must not be needed by the program itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SOURCE = "en"
FIELD = re.compile(r"\{(\w+)\}")

Template = str | dict[str, str]
Table = dict[str, Template]


class Limit(NamedTuple):
    """The most characters that fit where texts of a kind stand, a field counted as what usually fills it."""

    kind: str
    characters: int


LIMITS = (
    (r"ui\.hop\.", Limit("name of a hop", 20)),
    (r"ui\.(request\.\w+|stop\.clear|connected\.end|due\.\w+)$", Limit("small button", 14)),
    (r"ui\.(minutes|case|done\.minutes|done\.mark\.\d)$", Limit("short words", 22)),
    (
        r"ui\.(back|cancel|expert|demo|home|done\.skip|chat\.send)$|ui\.(home\.more|do\.led|inspect\.(photos?|sign))$",
        Limit("short button", 24),
    ),
    (
        r"ui\.(home\.(fix|check|wrong)|verdict\.\w+|preview\.(send|not|see)|stop\.write|article\.start)$",
        Limit("button", 36),
    ),
    (r"ui\.do\.(done|works|checking|no_help|cannot)$|paying\.(nobody|somebody)$|phrase\.", Limit("button", 36)),
    (r"ui\.(hop_state|delivery)\.|light\.|ui\.do\.step$", Limit("state", 40)),
    (r"ui\.article\.\w+$", Limit("heading", 40)),
    (r"(topic|symptom)\.|article\.\w+$", Limit("tile", 64)),
    (r"(question|step)\.[\w.]+\.hint$", Limit("hint", 110)),
    (r"question\.[\w.]+$|step\.[\w.]+$", Limit("title or answer of a step", 80)),
    (r"todo\.|never\.|call\.", Limit("line of a stop page", 80)),
    (r"(cause|remedy|procedure|stop)\.", Limit("title", 80)),
    (r"fact\.|kind\.|section\.(?!lines)", Limit("name of a fact", 40)),
)
OTHER = Limit("sentence", 160)

USUAL = {"n": "10", "minutes": "10", "percent": "100", "time": "23:59", "number": "7K4-QD9"}
"""What usually fills a field, for counting; others count as ten characters."""


def languages(root: Path = ROOT) -> list[str]:
    """Those that are translated: all but English."""
    return sorted(
        folder.name for folder in (root / "resources/text").iterdir() if folder.is_dir() and folder.name != SOURCE
    )


def rooms(language: str, root: Path = ROOT) -> dict[str, Table]:
    """room -> id -> template."""
    folder = root / "resources/text" / language
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json"))}


def texts(language: str, root: Path = ROOT) -> Table:
    return {id: template for table in rooms(language, root).values() for id, template in table.items()}


def forms(template: Template) -> list[str]:
    return list(template.values()) if isinstance(template, dict) else [template]


def fields(template: Template) -> set[str]:
    """Names in braces, over all plural forms."""
    return {name for form in forms(template) for name in FIELD.findall(form)}


def missing(language: str, root: Path = ROOT) -> list[str]:
    own = texts(language, root)
    return [id for id in texts(SOURCE, root) if id not in own]


def limit_of(id: str) -> Limit:
    return next((limit for pattern, limit in LIMITS if re.match(pattern, id)), OTHER)


def length(template: Template) -> int:
    """Characters of the longest form."""
    return max(len(FIELD.sub(lambda field: USUAL.get(field[1], "x" * 10), form)) for form in forms(template))


def too_long(language: str, root: Path = ROOT) -> Iterator[tuple[str, int, Limit]]:
    for id, template in texts(language, root).items():
        limit = limit_of(id)
        if (own := length(template)) > limit.characters:
            yield id, own, limit


# what a translation was made from


def short_hash(template: Template) -> str:
    return sha256(json.dumps(template, sort_keys=True).encode()).hexdigest()[:8]


def made(language: str, root: Path = ROOT) -> dict[str, tuple[str, str]]:
    """id -> (hash of the English it was made from, hash of the translation)."""
    file = root / "installer/texts" / f"{language}.json"
    if not file.exists():
        return {}
    return {id: (both[:8], both[9:]) for id, both in json.loads(file.read_text("utf-8")).items()}


def stale(language: str, root: Path = ROOT) -> list[str]:
    english, own, known = texts(SOURCE, root), texts(language, root), made(language, root)
    return [
        id
        for id, (source, translation) in known.items()
        if id in english and id in own and short_hash(english[id]) != source and short_hash(own[id]) == translation
    ]


def remember(language: str, ids: list[str] | None = None, root: Path = ROOT, sources: Table | None = None) -> None:
    """Say that translations fit the English of today, or that of `sources`; without ids: all that are not stale."""
    english, own, known = texts(SOURCE, root), texts(language, root), made(language, root)
    old = set(stale(language, root))
    chosen = [id for id in own if id not in old] if ids is None else ids
    for id in chosen:
        if id in english and id in own:
            known[id] = short_hash((sources or english).get(id, english[id])), short_hash(own[id])
    kept = {id: f"{both[0]} {both[1]}" for id, both in sorted(known.items()) if id in english and id in own}
    file = root / "installer/texts" / f"{language}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


def write(language: str, changed: Table, root: Path = ROOT) -> None:
    """Put translations into the files of their rooms, in the order of the English ones."""
    folder = root / "resources/text" / language
    folder.mkdir(parents=True, exist_ok=True)
    own = rooms(language, root)
    for room, english in rooms(SOURCE, root).items():
        table = {**own.get(room, {}), **{id: changed[id] for id in english if id in changed}}
        if table != own.get(room, {}):
            ordered = {id: table[id] for id in english if id in table}
            (folder / f"{room}.json").write_text(json.dumps(ordered, ensure_ascii=False, indent=1) + "\n", "utf-8")
