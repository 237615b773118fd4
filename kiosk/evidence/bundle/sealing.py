"""Seals contents into one signed file that holds no card data, or fails and leaves nothing behind."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import tempfile
import time
import zipfile
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from kiosk.errors import BundleError
from kiosk.evidence.admit import admit, admit_header
from kiosk.evidence.bundle.contents import MANIFEST, SIGNATURE, Contents, Traces, to_members, trace_name
from kiosk.evidence.bundle.privacy import Names, local_names, private
from kiosk.evidence.bundle.rereading import reread
from kiosk.evidence.codec import encode_trace
from kiosk.model import wire
from kiosk.model.bundle import Manifest, Member
from kiosk.model.ids import letters

SCHEMA = 1
Looked = tuple[bytes, Mapping[str, int]]
"""A member masked, and how often each rule struck."""

LIMIT_BYTES = 50_000_000
LIMIT_SECONDS = 60.0
_FOR_TRACES = 0.7  # of the time: the rest is for packing and the last look
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same contents give the same file


class Sealed(Struct, frozen=True):
    """A sealed file; `sha256` as hex over the whole of it, `size` in bytes, `contents` as they went in: for the page
    that shows every word of it."""

    path: Path
    sha256: str
    size: int
    manifest: Manifest
    contents: Contents


def seal(
    contents: Contents,
    path: Path,
    *,
    key: Ed25519PrivateKey,
    pseudonym_key: bytes,
    kiosk: str,
    version: str,
    now: datetime,
    limit_bytes: int = LIMIT_BYTES,
    limit_seconds: float = LIMIT_SECONDS,
    clock: Callable[[], float] = time.monotonic,
    canaries: Sequence[bytes] = (),
    names: Names | None = None,
) -> Sealed:
    """Write a bundle to `path`, whole or not at all.

    Over `limit_bytes` of the file, or where `limit_seconds` would not do, the oldest traces are left out and named.
    `canaries` are secrets known to lie in memory: one of them in a member, in any common encoding, fails closed.
    `names` are (kind, name) pairs to hide; by default those of this PC. Raises `BundleError`.
    """
    counts: Counter[str] = Counter()
    left_out: list[str] = []
    looked: dict[bytes, Looked] = {}
    until = clock() + _FOR_TRACES * limit_seconds
    hidden = local_names() if names is None else names
    clean = private(msgspec.structs.replace(contents, traces=()), pseudonym_key, hidden, counts)
    traces = _admitted(contents.traces, pseudonym_key, counts, looked, left_out, lambda: clock() < until)
    clean = msgspec.structs.replace(clean, traces=traces)
    clean, manifest, data = _fitted(
        clean, counts, left_out, looked, limit_bytes, partial(_sealed, counts, left_out, key, kiosk, version, now)
    )
    _refuse_leaks(data, canaries, {masked for masked, found in looked.values() if not found})
    _write(path, data)
    return Sealed(path, hashlib.sha256(data).hexdigest(), len(data), manifest, clean)


def _fitted(
    clean: Contents,
    counts: Counter[str],
    left_out: list[str],
    looked: dict[bytes, Looked],
    limit_bytes: int,
    packed: Callable[[Mapping[str, bytes]], tuple[Manifest, bytes]],
) -> tuple[Contents, Manifest, bytes]:
    """Without as many of the oldest traces as it takes."""
    while True:
        manifest, data = packed(_scanned(to_members(clean), counts, left_out, looked))
        if len(data) <= limit_bytes:
            return clean, manifest, data
        if not clean.traces:
            raise BundleError(f"The evidence is {len(data)} bytes, more than the {limit_bytes} allowed.", "Send a log.")
        clean = _without_oldest(clean, left_out)


def _admitted(
    traces: Traces,
    key: bytes,
    counts: Counter[str],
    looked: dict[bytes, Looked],
    left_out: list[str],
    in_time: Callable[[], bool],
) -> Traces:
    """The newest first, as long as there is time; in their old order."""
    kept = {}
    for i in sorted(range(len(traces)), key=lambda i: traces[i][0].began, reverse=True):
        header, entries = traces[i]
        if not in_time():
            left_out.append(f"trace of {header.terminal} from {header.began}: over the time limit"[:200])
            continue
        kept[i] = (admit_header(header, key), admit(entries, header, key, counts))
        _look(trace_name(i, header), encode_trace(*kept[i]), looked)
    return tuple(kept[i] for i in sorted(kept))


def _look(name: str, data: bytes, looked: dict[bytes, Looked]) -> Looked:
    if data not in looked:
        looked[data] = reread(name, data)
    return looked[data]


def _without_oldest(contents: Contents, left_out: list[str]) -> Contents:
    oldest = min(range(len(contents.traces)), key=lambda i: contents.traces[i][0].began)
    header = contents.traces[oldest][0]
    left_out.append(f"trace of {header.terminal} from {header.began}: over the size limit"[:200])
    rest = contents.traces[:oldest] + contents.traces[oldest + 1 :]
    return msgspec.structs.replace(contents, traces=rest)


def _scanned(
    members: Mapping[str, bytes], counts: Counter[str], left_out: list[str], looked: dict[bytes, Looked]
) -> dict[str, bytes]:
    """Every member as it will be read, encoded payloads decoded; a hit is masked, a picture with one left out."""
    clean: dict[str, bytes] = {}
    for name, data in members.items():
        masked, found = _look(name, data, looked)
        if name.endswith(".png") and found:
            left_out.append(f"{name}: what it shows could not be proved free of card data")
            continue
        counts.update(found)
        clean[name] = masked
    return clean


def _sealed(
    counts: Mapping[str, int],
    left_out: Sequence[str],
    key: Ed25519PrivateKey,
    kiosk: str,
    version: str,
    now: datetime,
    members: Mapping[str, bytes],
) -> tuple[Manifest, bytes]:
    manifest = _manifest(members, counts, left_out, key, kiosk, version, now)
    return manifest, _packed(members, manifest, key)


def _manifest(
    members: Mapping[str, bytes],
    counts: Mapping[str, int],
    left_out: Sequence[str],
    key: Ed25519PrivateKey,
    kiosk: str,
    version: str,
    now: datetime,
) -> Manifest:
    listed = tuple(Member(n, len(d), letters(hashlib.sha256(d).digest())) for n, d in members.items())
    public = letters(key.public_key().public_bytes_raw())
    return Manifest(
        SCHEMA, version, now.isoformat(timespec="seconds"), kiosk, public, listed, dict(counts), tuple(left_out[:100])
    )


def _packed(members: Mapping[str, bytes], manifest: Manifest, key: Ed25519PrivateKey) -> bytes:
    first = wire.encode(manifest)
    signature = letters(key.sign(first)).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {MANIFEST: first, SIGNATURE: signature, **members}.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()


def _refuse_leaks(data: bytes, canaries: Sequence[bytes], proved: Set[bytes]) -> None:
    """Unpack what was packed and look once more; whatever is still there was not maskable. Members that are byte for
    byte as they were when nothing was found in them need no second look."""
    written = [form for canary in canaries for form in _forms(canary)]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            member = archive.read(name)
            if (member not in proved and reread(name, member)[1]) or any(form in member for form in written):
                raise BundleError(
                    f"Sealing stopped: {name} may hold card data. Nothing was written.",
                    "Send a log without traces, and report this as a fault of the kiosk.",
                )


def _forms(secret: bytes) -> list[bytes]:
    """How a secret may stand in a file: plain, as hexadecimal, as base64 at each of its three alignments."""
    forms = [secret, secret.hex().encode(), secret.hex().upper().encode()]
    for shift in range(3):
        whole = b64encode(b"\0" * shift + secret)
        forms.append(whole[(0, 2, 3)[shift] : (len(secret) + shift) * 8 // 6])
    return [form for form in forms if form]


def _write(path: Path, data: bytes) -> None:
    """Beside the target, then renamed: a reader never sees half a file."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".sealing-")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as e:
        raise _cannot_write(path, e) from e


def _cannot_write(path: Path, error: OSError) -> BundleError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return BundleError(
            f"The disk is full: {path.name} could not be written. Nothing was lost.", "Free some space, then try again."
        )
    return BundleError(f"{path} could not be written: {error.strerror}.", "Choose another folder, then try again.")
