"""Opens a bundle that may be hostile: bounded, nothing extracted to disk, nothing run; and checks its signature."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.errors import BundleError
from kiosk.evidence.bundle.contents import (
    FINDINGS,
    GUIDANCE,
    HEALTH,
    HOST,
    LOG,
    MANIFEST,
    SCREENSHOT_NAME,
    SIGNATURE,
    TRACE_NAME,
    Contents,
    from_members,
)
from kiosk.model import wire
from kiosk.model.bundle import Manifest
from kiosk.model.ids import LETTERS, letters
from kiosk.model.wire import NOT_READABLE

MOST_BYTES = 60_000_000  # of the file
MOST_UNPACKED = 250_000_000  # of all members together
MOST_MEMBERS = 250
MOST_RATIO = 400
_SMALL = 1_000_000  # below this a high ratio is harmless: a log of equal lines packs well
_FIXED = frozenset({MANIFEST, SIGNATURE, HEALTH, FINDINGS, HOST, GUIDANCE, LOG})
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError, OverflowError,
    LookupError, AttributeError, TypeError,
)  # fmt: skip


@dataclass(frozen=True)
class Bundle:
    """An opened bundle; `problems` says which members are not as the manifest tells. Nothing of it is trusted yet."""

    members: Mapping[str, bytes]
    manifest: Manifest
    signed: bytes  # the manifest's own bytes
    signature: str
    problems: tuple[str, ...]

    @cached_property
    def contents(self) -> Contents:
        """What the members say, read when first asked for. Raises `BundleError` where they cannot be read."""
        return from_members(self.members)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`intact`: nothing was changed since it was signed; `key_known`: signed by a kiosk that is known here."""

    intact: bool
    key_known: bool
    problems: tuple[str, ...] = ()


def open_bundle(path: Path) -> Bundle:
    """Raises `BundleError` on anything that is no bundle."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise BundleError(f"{path.name} is too large for a bundle.")
        data = path.read_bytes()
    except OSError as e:
        raise BundleError(f"{path} cannot be read: {e.strerror}.", "Check the name of the file.") from e
    return read_bundle(data, path.name)


def read_bundle(data: bytes, name: str = "The file") -> Bundle:
    """As `open_bundle`, from bytes."""
    members = _members(data, name)
    if MANIFEST not in members or SIGNATURE not in members:
        raise BundleError(f"{name} is not a bundle.")
    try:
        manifest = wire.decode(members[MANIFEST], Manifest)
        signature = members[SIGNATURE].decode("ascii")
    except NOT_READABLE as e:
        raise BundleError(f"{name} is not a bundle.") from e
    if manifest.schema != 1:
        raise BundleError(f"{name} was made by a newer kiosk.", "Update this program.")
    inner = {n: d for n, d in members.items() if n not in (MANIFEST, SIGNATURE)}
    return Bundle(inner, manifest, members[MANIFEST], signature, _problems(manifest, inner))


def _members(data: bytes, name: str) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            chosen = _chosen(archive.infolist())
            return _read(archive, chosen)
    except BundleError:
        raise
    except _BROKEN as e:  # what zipfile raises on hostile input is not documented in full
        raise BundleError(f"{name} is not a bundle.") from e


def _chosen(infos: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Known names only; all bounds are judged before a byte is unpacked."""
    if len(infos) > MOST_MEMBERS:
        raise BundleError("The bundle has too many members.")
    chosen = [i for i in infos if _is_known(i.filename)]
    if len({i.filename for i in chosen}) != len(chosen):
        raise BundleError("The bundle holds a member twice.")
    if sum(i.file_size for i in chosen) > MOST_UNPACKED or any(_is_bomb(i) for i in chosen):
        raise BundleError("The bundle unpacks to more than it may.")
    return chosen


def _is_known(name: str) -> bool:
    return name in _FIXED or bool(TRACE_NAME.fullmatch(name) or SCREENSHOT_NAME.fullmatch(name))


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    return info.file_size > _SMALL and info.file_size > MOST_RATIO * max(1, info.compress_size)


def _read(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    members = {}
    for info in infos:
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BundleError("The bundle is packed in a way that is not allowed.")
        with archive.open(info) as file:
            members[info.filename] = file.read(info.file_size + 1)
        if len(members[info.filename]) != info.file_size:
            raise BundleError("A member of the bundle is not as long as it says.")
    return members


def _problems(manifest: Manifest, members: Mapping[str, bytes]) -> tuple[str, ...]:
    listed = {m.name: m for m in manifest.members}
    found = [f"{name} is not listed" for name in members if name not in listed]
    for name, member in listed.items():
        data = members.get(name)
        if data is None:
            found.append(f"{name} is missing")
        elif letters(hashlib.sha256(data).digest()) != member.sha256:
            found.append(f"{name} was changed")
    return tuple(found)


def verify(bundle: Bundle, known_keys: Collection[bytes]) -> Verdict:
    """`known_keys` are raw Ed25519 public keys of 32 bytes."""
    problems = bundle.problems
    key = _from_letters(bundle.manifest.key)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(_from_letters(bundle.signature), bundle.signed)
    except (InvalidSignature, ValueError):
        problems = (*problems, "the signature is wrong")
    return Verdict(not problems, key in known_keys, problems)


def _from_letters(text: str) -> bytes:
    """The way back from `ids.letters`; nothing on what is none."""
    try:
        values = [LETTERS.index(c) for c in text]
    except ValueError:
        return b""
    return bytes(h << 4 | low for h, low in zip(values[::2], values[1::2], strict=False))
