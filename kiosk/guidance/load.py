"""Reads `resources/guidance/*.toml` into a `Guide`; refuses what is wrong in it, with file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from kiosk.errors import ContentError
from kiosk.guidance import content
from kiosk.guidance.content import Fault, Locate, Where
from kiosk.guidance.model import Cause, Guide, Question, Remedy, Stop, Symptom, Topic
from kiosk.guidance.procedure import End, Outcome, Procedure, targets
from kiosk.model.finding import FindingKind

TABLES: dict[str, type[msgspec.Struct]] = {
    "symptom": Symptom,
    "cause": Cause,
    "question": Question,
    "remedy": Remedy,
    "procedure": Procedure,
    "stop": Stop,
    "topic": Topic,
}
_PLURAL = {name: "remedies" if name == "remedy" else f"{name}s" for name in TABLES}
_TOML_LINE = re.compile(r"at line (\d+)")
SHOWN = 5


def load(folder: Path, findings: Mapping[str, FindingKind], pictures: frozenset[str] | None = None) -> Guide:
    """The guide of a folder; raises `ContentError` that names file and line of every fault (the first five).

    `pictures` are the names there are; without them pictures are not looked for.
    """
    reading = read(folder, findings, pictures)
    if reading.faults:
        more = f"\n... and {len(reading.faults) - SHOWN} more" if len(reading.faults) > SHOWN else ""
        raise ContentError("\n".join(map(str, reading.faults[:SHOWN])) + more + "\n")
    return reading.guide


class Reading(NamedTuple):
    """The guide as far as it can be read, everything that is wrong in it, and where its items stand."""

    guide: Guide
    faults: tuple[Fault, ...]
    where: Locate


def read(folder: Path, findings: Mapping[str, FindingKind], pictures: frozenset[str] | None = None) -> Reading:
    """Like `load`, but tells faults instead of raising them."""
    reader = _Reader()
    for file in sorted(folder.glob("*.toml")):
        reader.read(file)
    for file in sorted((folder / "search").glob("*.toml")):
        reader.read_says(file)
    guide = Guide(findings=dict(findings), **reader.tables)
    if not guide.symptoms and not reader.faults:
        reader.faults.append(Fault(folder.name, 0, "there is no symptom in it"))
    if not reader.faults:
        reader.faults.extend(content.faults(guide, pictures, reader.where))
    return Reading(guide, tuple(reader.faults), reader.where)


class _Reader:
    """Collects tables and faults over several files."""

    def __init__(self) -> None:
        self.tables: dict[str, Any] = {plural: {} for plural in _PLURAL.values()}
        self.faults: list[Fault] = []
        self._places: dict[tuple[str, str], tuple[str, list[str], int]] = {}

    def read(self, file: Path) -> None:
        try:
            text = file.read_text("utf-8")
            document = tomllib.loads(text)
        except (OSError, UnicodeDecodeError, RecursionError) as e:
            self.faults.append(Fault(file.name, 0, f"it cannot be read: {e}"))
            return
        except tomllib.TOMLDecodeError as e:
            found = _TOML_LINE.search(str(e))
            self.faults.append(Fault(file.name, int(found[1]) if found else text.count("\n") + 1, str(e)))
            return
        lines = text.splitlines()
        for table, members in document.items():
            if table not in TABLES or not isinstance(members, dict):
                self.faults.append(Fault(file.name, _line_of(lines, table, ""), f"there is no table {table!r}"))
                continue
            for id, body in members.items():
                self._take(file.name, lines, table, id, body)

    def read_says(self, file: Path) -> None:
        """Staff's own words of one language, kept beside its dictionary so that a translator writes one file."""
        try:
            said = _dictionary(file).says
        except ContentError as e:
            self.faults.append(Fault(f"search/{file.name}", 0, str(e)))
            return
        for id, phrases in said.items():
            symptom = self.tables["symptoms"].get(id)
            if symptom is None:
                self.faults.append(Fault(f"search/{file.name}", 0, f"there is no symptom {id}"))
                continue
            says = {**symptom.says, file.stem: (*symptom.says.get(file.stem, ()), *phrases)}
            self.tables["symptoms"][id] = msgspec.structs.replace(symptom, says=says)

    def _take(self, file: str, lines: list[str], table: str, id: str, body: dict[str, Any]) -> None:
        line = _line_of(lines, table, id)
        if (table, id) in self._places:
            self.faults.append(Fault(file, line, f"{table} {id} is there twice"))
        self._places[table, id] = (file, lines, line)
        try:
            self.tables[_PLURAL[table]][id] = _convert(file, table, id, body)
        except (msgspec.ValidationError, KeyError, TypeError, AttributeError) as e:
            self.faults.append(Fault(file, line, f"{table} {id}: {e}"))

    def where(self, table: str, id: str, word: str = "") -> Where:
        """File and line of an item, or of the line in it that is best called by a word: as key, header, or at all."""
        file, lines, line = self._places.get((table, id), ("*.toml", [], 0))
        if not word or not line:
            return file, line
        own = list(_lines_of(lines, line, table, id))
        name = re.escape(word)
        for shape in (rf'^\s*"?{name}"?\s*=', rf'\."?{name}"?\]', rf"(?<![\w.]){name}(?!\w)"):
            for number, words in own:
                if re.search(shape, words):
                    return file, number
        return file, line


def _lines_of(lines: list[str], line: int, table: str, id: str) -> Iterator[tuple[int, str]]:
    """Numbered lines of one item, without comments: its own table and the tables below it."""
    head = _head(table, id)
    for number, words in enumerate(lines[line - 1 :], line):
        if words.startswith("[") and not head.match(words):
            return
        yield number, words.partition("#")[0]


def _head(table: str, id: str) -> re.Pattern[str]:
    return re.compile(rf'\[{table}\."?{re.escape(id)}"?[.\]]')


def _convert(file: str, table: str, id: str, body: dict[str, Any]) -> object:
    kind = TABLES[table]
    extra: dict[str, Any] = {"finding": id} if kind is Stop else {"id": id}
    if kind is Remedy:
        extra["procedure"] = body.get("procedure", id)
    if kind is Symptom:
        extra["family"] = file.removesuffix(".toml")
    unknown = set(body).difference(kind.__struct_encode_fields__)
    if unknown:
        raise TypeError(f"there is no field {', '.join(sorted(unknown))}")
    value = msgspec.convert({**body, **extra}, kind)
    return _with_ends(value) if isinstance(value, Procedure) else value


def _with_ends(procedure: Procedure) -> Procedure:
    """`cured`, `next`, `stop` and `escalate` need not be written as steps."""
    wanted = {target for step in procedure.steps.values() for target in targets(step)}
    ends = {o.value: End(o) for o in Outcome if o.value in wanted and o.value not in procedure.steps}
    return msgspec.structs.replace(procedure, steps={**procedure.steps, **ends})


def _line_of(lines: list[str], table: str, id: str) -> int:
    """Line of `[table."id"]` or `[table.id]`, else of the first `[table`, from 1; 0 if it is not written that way."""
    for head in (_head(table, id), re.compile(rf"\[{re.escape(table)}\b")):
        for number, words in enumerate(lines, 1):
            if head.match(words):
                return number
    return 0


class Dictionary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language of `search/`: words that say nothing, words by their meaning, and what staff say of a symptom.

    `nothing` and `means` hold words parted by spaces; `says` whole phrases by symptom.
    """

    nothing: str = ""
    means: dict[str, str] = {}
    says: dict[str, tuple[str, ...]] = {}


def thesaurus(folder: Path) -> dict[str, dict[str, str]]:
    """What words mean, language by language, from `search/*.toml`; raises `ContentError` that names the file."""
    return {file.stem: _meanings(file) for file in sorted((folder / "search").glob("*.toml"))}


def _dictionary(file: Path) -> Dictionary:
    try:
        return msgspec.convert(tomllib.loads(file.read_text("utf-8")), Dictionary)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError, OSError) as e:
        raise ContentError(f"search/{file.name} cannot be used: {e}.") from e


def _meanings(file: Path) -> dict[str, str]:
    own = _dictionary(file)
    meant = dict.fromkeys(own.nothing.split(), "")
    for meaning, words in own.means.items():
        for word in {meaning, *words.split()} if file.stem == "en" else words.split():
            meant[word] = f"{meant.get(word, '')} {meaning}".strip()
    return meant
