"""Files that survive a power cut: written whole or not at all, the last good one beside them; holds no card data."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from kiosk.guidance.outcomes import Counts, Outcome, counted
from kiosk.model.inspection import Inspection
from kiosk.model.text import Text, text
from kiosk.model.wire import NOT_READABLE

T = TypeVar("T")
KEPT_FOR = timedelta(days=400)
"""A year and a month: universities that publish their rules keep the log of inspections for twelve months."""

MOST_PHOTO_BYTES = 4_000_000
_NAME = re.compile(r"[a-z0-9_-]{1,80}(?:\.jpg)?")


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """What a file holds; `trouble` is a sentence where the file was damaged, and says what is used instead."""

    value: T
    trouble: Text | None = None


def replace_file(file: Path, data: bytes) -> None:
    """All of it or what was there before, also when the power goes."""
    fresh = file.with_suffix(".fresh")
    with fresh.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)


def keep(file: Path, value: object) -> None:
    """Write a value as JSON; the one before stays beside it, if it could be read."""
    file.parent.mkdir(parents=True, exist_ok=True)
    before = _bytes(file)
    if before is not None and _is_json(before):
        replace_file(_last(file), before)
    replace_file(file, msgspec.json.encode(value))


def kept(file: Path, kind: type[T], nothing: T) -> Kept[T]:
    """What a file holds, or the last good one beside it, or `nothing`."""
    for source in (file, _last(file)):
        data = _bytes(source)
        if data is None:
            continue
        try:
            value = msgspec.json.decode(data, type=kind)
        except NOT_READABLE:
            continue
        return Kept(value, None if source is file else text("damaged.before", file=file.name))
    lost = any(_bytes(source) is not None for source in (file, _last(file)))
    return Kept(nothing, text("damaged.anew", file=file.name) if lost else None)


def _last(file: Path) -> Path:
    return file.with_name(f"{file.name}.last")


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _is_json(data: bytes) -> bool:
    try:
        msgspec.json.decode(data)
    except NOT_READABLE:
        return False
    return True


def inspections(folder: Path) -> Kept[tuple[Inspection, ...]]:
    """All records on this PC, oldest first."""
    return kept(folder / "inspections.json", tuple[Inspection, ...], ())


def keep_inspection(folder: Path, record: Inspection) -> None:
    """Beside the others; what is older than `KEPT_FOR` goes, with its photos."""
    now = datetime.fromisoformat(record.ended)
    records = (*(r for r in inspections(folder).value if r.id != record.id), record)
    young = tuple(r for r in records if now - datetime.fromisoformat(r.ended) <= KEPT_FOR)
    keep(folder / "inspections.json", young)
    for old in records:
        if old not in young:
            _drop_photos(folder / "inspections" / old.id)


def outcomes(folder: Path) -> Kept[Counts]:
    """What came of the remedies tried at this PC."""
    return kept(folder / "outcomes.json", Counts, {})


def keep_outcome(folder: Path, outcome: Outcome) -> None:
    """One more, added to the last good counts."""
    keep(folder / "outcomes.json", counted(outcomes(folder).value, outcome))


def keep_photo(folder: Path, inspection: str, name: str, jpeg: bytes) -> None:
    """Names are ours; anything else, and what is no small JPEG, is not written."""
    right = bool(_NAME.fullmatch(inspection)) and bool(_NAME.fullmatch(name)) and jpeg.startswith(b"\xff\xd8")
    if not right or len(jpeg) > MOST_PHOTO_BYTES:
        return
    room = folder / "inspections" / inspection
    room.mkdir(parents=True, exist_ok=True)
    replace_file(room / name, jpeg)


def _drop_photos(room: Path) -> None:
    if not room.is_dir() or not _NAME.fullmatch(room.name):
        return
    for photo in room.glob("*.jpg"):
        photo.unlink(missing_ok=True)
    room.rmdir()
