"""Signed packs of guidance: made, checked, loaded, rolled back; what is here stays in use until a new one proved good.

A pack is a zip as a bundle is: `manifest.json`, `signature.txt` over exactly its bytes (Ed25519), and the members it
lists. Nothing of a pack is run, and no name in it is written that is not one of ours.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Generic, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta, Struct

from kiosk.errors import BundleError, ContentError
from kiosk.guidance.keeping import keep, kept, replace_file
from kiosk.model.bounds import Many, Short
from kiosk.model.bundle import Member
from kiosk.model.ids import LETTERS, letters
from kiosk.model.text import Text, text
from kiosk.model.wire import NOT_READABLE

T = TypeVar("T")
_log = logging.getLogger(__name__)
MANIFEST, SIGNATURE = "manifest.json", "signature.txt"
MOST_BYTES = 20_000_000
MOST_MEMBER, MOST_UNPACKED, MOST_MEMBERS = 2_000_000, 50_000_000, 1_000
_NAME = re.compile(
    r"guidance/(?:(?:search|knowledge)/)?[a-z0-9_]{1,60}\.toml|text/[a-z]{2}/(?:guidance|knowledge)\.json"
)
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError, OverflowError,
    LookupError, AttributeError, TypeError,
)  # fmt: skip
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same content gives the same file
KEPT = 3
"""Packs that stay on the disk: the one in use and those before it."""


class Manifest(Struct, frozen=True):
    """`number` counts up: a pack replaces only one with a lower number. `key` is the maker's, in letters."""

    schema: int
    number: Annotated[int, Meta(ge=1, le=1_000_000_000)]
    made: Short
    key: Short
    members: Many[Member] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that proved whole and signed by a known key."""

    manifest: Manifest
    members: Mapping[str, bytes]


class Current(Struct, frozen=True):
    """Which pack is in use (0: what came with the program), which were before, and the highest ever loaded."""

    number: int = 0
    before: tuple[int, ...] = ()
    highest: int = 0


def members_of(root: Path) -> dict[str, bytes]:
    """What of a folder like `resources` goes into a pack."""
    names = (file.relative_to(root).as_posix() for file in sorted(root.rglob("*")) if file.is_file())
    return {name: (root / name).read_bytes() for name in names if _NAME.fullmatch(name)}


def make(members: Mapping[str, bytes], number: int, made: str, key: Ed25519PrivateKey) -> bytes:
    """The bytes of a pack. Raises `BundleError` if there is no guidance in it."""
    if not any(name.startswith("guidance/") for name in members):
        raise BundleError("There is no guidance to pack.", "Name a folder that holds guidance and text.")
    listed = tuple(Member(n, len(d), letters(hashlib.sha256(d).digest())) for n, d in sorted(members.items()))
    first = msgspec.json.encode(Manifest(1, number, made, public(key), listed))
    signature = letters(key.sign(first)).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {MANIFEST: first, SIGNATURE: signature, **members}.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def public(key: Ed25519PrivateKey) -> str:
    """The public half in letters, as settings name it."""
    return letters(key.public_key().public_bytes_raw())


def opened(data: bytes, keys: Collection[str]) -> Pack:
    """A pack from bytes that may be hostile. `keys`: whose packs are trusted. Raises `BundleError`."""
    members = _members(data)
    if MANIFEST not in members:
        raise _no("This is no pack of guidance, or a part of it is missing.")
    if SIGNATURE not in members:
        raise _no("This pack is not signed.")
    _must_be_signed(members[MANIFEST], members[SIGNATURE])
    try:
        manifest = msgspec.json.decode(members[MANIFEST], type=Manifest)
    except NOT_READABLE as e:
        raise _no("The list in this pack cannot be read.") from e
    if manifest.schema != 1:
        raise BundleError("This pack was made for a newer kiosk.", "Update this program first.")
    if manifest.key not in keys:
        raise _no("This pack is signed by a key that is not trusted here.")
    inner = {name: content for name, content in members.items() if name not in (MANIFEST, SIGNATURE)}
    _must_be_whole(manifest, inner)
    return Pack(manifest, inner)


def _no(words: str) -> BundleError:
    return BundleError(words, "What is here stays in use. Ask for the pack to be sent again.")


def _members(data: bytes) -> dict[str, bytes]:
    if len(data) > MOST_BYTES:
        raise _no("This file is too large for a pack.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _must_be_bounded(infos)
            return {info.filename: archive.read(info) for info in infos}
    except BundleError:
        raise
    except _BROKEN as e:  # what zipfile raises on hostile input is not documented in full
        raise _no("This is no pack of guidance, or a part of it is missing.") from e


def _must_be_bounded(infos: list[zipfile.ZipInfo]) -> None:
    """Judged before a byte is unpacked."""
    names = [info.filename for info in infos]
    if len(names) > MOST_MEMBERS or len(set(names)) != len(names):
        raise _no("This pack holds too many files, or one twice.")
    if any(name not in (MANIFEST, SIGNATURE) and not _NAME.fullmatch(name) for name in names):
        raise _no("This pack holds a file that does not belong into one.")
    sizes = [info.file_size for info in infos]
    if max(sizes, default=0) > MOST_MEMBER or sum(sizes) > MOST_UNPACKED:
        raise _no("This pack unpacks to more than it may.")


def _must_be_signed(signed: bytes, signature: bytes) -> None:
    """By the key that the list names; whether that key is trusted is another question."""
    try:
        key = msgspec.json.decode(signed, type=Manifest).key
        Ed25519PublicKey.from_public_bytes(_bytes(key)).verify(_bytes(signature.decode("ascii")), signed)
    except (InvalidSignature, ValueError, *NOT_READABLE) as e:
        raise _no("The signature of this pack is wrong: it was changed after it was signed.") from e


def _bytes(written: str) -> bytes:
    """Letters back to bytes; raises `ValueError`."""
    digits = [LETTERS.index(letter) for letter in written]
    if len(digits) % 2:
        raise ValueError("half a byte")
    return bytes(high << 4 | low for high, low in zip(digits[::2], digits[1::2], strict=True))


def _must_be_whole(manifest: Manifest, members: Mapping[str, bytes]) -> None:
    listed = {m.name: m.sha256 for m in manifest.members}
    if {name: letters(hashlib.sha256(data).digest()) for name, data in members.items()} != listed:
        raise _no("A file in this pack is missing, or not as it was signed.")


def load(folder: Path, pack: Pack, prove: Callable[[Path], object]) -> Current:
    """Put a pack into use. `prove` is given its folder and raises `ContentError` if guidance cannot be read from it.

    Raises `BundleError` if it is older than what was loaded before, or does not prove good; then nothing changes.
    """
    current = in_use(folder)
    number = pack.manifest.number
    if number <= current.highest:
        told = f"This pack has number {number}; number {current.highest} was loaded before."
        raise BundleError(told, "What is here stays in use. Ask for a newer pack, or roll back.")
    room = folder / "packs" / str(number)
    _write(room, pack)
    try:
        prove(room)
    except ContentError as e:
        shutil.rmtree(room, ignore_errors=True)
        raise BundleError(f"Guidance in this pack is wrong: {e.message.strip()}", "What is here stays in use.") from e
    fresh = Current(number, (current.number, *current.before)[:KEPT], number)
    keep(folder / "packs" / "current.json", fresh)
    _drop_old(folder, fresh)
    return fresh


def _write(room: Path, pack: Pack) -> None:
    """Under another name first: a folder half written is never one of a pack."""
    fresh = room.with_name(f"{room.name}.fresh")
    for place in (fresh, room):
        shutil.rmtree(place, ignore_errors=True)
    for name, data in pack.members.items():
        file = fresh / name
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, data)
    fresh.rename(room)


def _drop_old(folder: Path, current: Current) -> None:
    wanted = {str(number) for number in (current.number, *current.before)}
    for room in (folder / "packs").iterdir():
        if room.is_dir() and room.name not in wanted:
            shutil.rmtree(room, ignore_errors=True)


def roll_back(folder: Path) -> Current:
    """Back to the pack before, or to what came with the program. Raises `BundleError` if no pack is in use.

    The number that was left stays known: it is not loaded again by mistake.
    """
    current = in_use(folder)
    if not current.number:
        raise BundleError("No pack is in use, so there is nothing to roll back.", "")
    before = next((number for number in current.before if number != current.number), 0)
    back = Current(before, tuple(n for n in current.before if n < before), current.highest)
    keep(folder / "packs" / "current.json", back)
    return back


def in_use(folder: Path) -> Current:
    return kept(folder / "packs" / "current.json", Current, Current()).value


@dataclass(frozen=True, slots=True)
class Chosen(Generic[T]):
    """What was read, from which folder (None: the program's own), and a sentence where a better one was broken."""

    content: T
    folder: Path | None
    trouble: Text | None = None


def first_good(folder: Path, shipped: Path, read: Callable[[Path], T], nothing: T) -> Chosen[T]:
    """Read the pack in use, else those before it, else what came with the program, else `nothing`: help is missing
    then, and the rest of the program works."""
    current = in_use(folder)
    wrong = kept(folder / "packs" / "current.json", Current, Current()).trouble
    for number in (current.number, *current.before):
        room = folder / "packs" / str(number)
        if not number:
            break
        try:
            if room.is_dir():
                return Chosen(read(room), room, wrong)
            told = text("damaged.pack_gone", number=number)
        except ContentError as e:
            _log.warning("Pack %d of guidance cannot be used: %s", number, e.message.strip())
            told = text("damaged.pack", number=number)
        wrong = wrong or told
    try:
        return Chosen(read(shipped), None, wrong)
    except ContentError as e:
        _log.error("Guidance that came with the program cannot be used: %s", e.message.strip())
        return Chosen(nothing, None, text("damaged.guidance"))
