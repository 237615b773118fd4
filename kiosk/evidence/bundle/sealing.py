"""Seals contents into one signed file that holds no card data, or fails and leaves nothing behind."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from kiosk.errors import BundleError
from kiosk.evidence.admit import Kept, keep
from kiosk.evidence.bundle.contents import MANIFEST, SIGNATURE, Contents, other_members, trace_name
from kiosk.evidence.bundle.lookers import Lookers
from kiosk.evidence.bundle.opening import MOST_UNPACKED
from kiosk.evidence.bundle.privacy import Names, local_names, private
from kiosk.evidence.bundle.scan import Scan, Verdict
from kiosk.evidence.codec import MOST_ENTRIES, encode_trace
from kiosk.model import wire
from kiosk.model.bundle import Manifest, Member
from kiosk.model.ids import letters
from kiosk.model.trace import Entry, TraceHeader

SCHEMA = 1
Trace = tuple[TraceHeader, tuple[Entry, ...]]
Some = tuple[Kept | Trace, ...]

LIMIT_BYTES = 50_000_000
LIMIT_SECONDS = 60.0
_FOR_TRACES = 0.7  # of the time: the rest is for packing and the last look
_MOST_TRACES = 200
_FOR_MANIFEST = 1_000_000  # bytes
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
    kept: Sequence[Kept] = (),
) -> Sealed:
    """Write a bundle to `path`, whole or not at all.

    `kept` are traces that were admitted as they were kept: they are looked through once more, no less and no more.
    Those in `contents` are raw and are admitted now. Over `limit_bytes` of the file, or where `limit_seconds` would
    not do, the oldest traces are left out and named. `canaries` are secrets known to lie in memory: one of them in a
    member, in any common encoding, fails closed. `names` are (kind, name) pairs to hide; by default those of this PC.
    Raises `BundleError`.
    """
    counts, left_out = Counter[str](), list[str]()
    until = clock() + _FOR_TRACES * limit_seconds
    traces: Some = (*kept, *contents.traces)
    bare = msgspec.structs.replace(contents, traces=())
    clean = private(bare, pseudonym_key, local_names() if names is None else names, counts)
    with Lookers(_much(clean, traces)) as lookers:
        scan = Scan(lookers, counts, left_out)
        written = _written(traces, pseudonym_key, scan, lambda: clock() < until)
        pack = partial(_sealed, counts, left_out, key, kiosk, version, now)
        written, manifest, data = _fitted(scan.masked(other_members(clean)), written, left_out, limit_bytes, pack)
        scan.refuse_leaks(data, canaries)
    _write(path, data)
    clean = msgspec.structs.replace(clean, traces=tuple((one.header, one.entries) for one in written))
    return Sealed(path, hashlib.sha256(data).hexdigest(), len(data), manifest, clean)


class _Written(Struct, frozen=True):
    """A trace as it lies in the file."""

    header: TraceHeader
    entries: tuple[Entry, ...]
    data: bytes


def _much(clean: Contents, traces: Some) -> int:
    """About how many bytes will be looked through."""
    entries = (entry for one in traces for entry in _parts(one)[1])
    return sum(map(len, clean.log)) + sum(len(entry.data) for entry in entries)


def _parts(trace: Kept | Trace) -> Trace:
    return (trace.header, trace.entries) if isinstance(trace, Kept) else trace


def _written(traces: Some, key: bytes, scan: Scan, in_time: Callable[[], bool]) -> tuple[_Written, ...]:
    """The newest first, as long as there is time; in their old order."""
    begun: dict[int, tuple[_Written, Verdict]] = {}
    for i in sorted(range(len(traces)), key=lambda i: _parts(traces[i])[0].began, reverse=True):
        header, entries = _parts(traces[i])
        if not in_time():
            _leave_out(header, "over the time limit", scan.left_out)
        elif len(entries) >= MOST_ENTRIES - 1:
            _leave_out(header, "too many entries", scan.left_out)
        else:
            one = _admitted(traces[i], key, scan.counts)
            begun[i] = (one, scan.begin(trace_name(i, one.header), one.data))
    return tuple(
        msgspec.structs.replace(one, data=scan.told(trace_name(i, one.header), one.data, verdict))
        for i, (one, verdict) in sorted(begun.items())
    )


def _admitted(trace: Kept | Trace, key: bytes, counts: Counter[str]) -> _Written:
    one = trace if isinstance(trace, Kept) else keep(*trace, key)
    counts.update(one.masked)
    return _Written(one.header, one.entries, encode_trace(one.header, one.entries))


def _leave_out(header: TraceHeader, why: str, left_out: list[str]) -> None:
    left_out.append(f"trace of {header.terminal} from {header.began}: {why}"[:200])


def _fitted(
    others: Mapping[str, bytes],
    written: tuple[_Written, ...],
    left_out: list[str],
    limit_bytes: int,
    packed: Callable[[Mapping[str, bytes]], tuple[Manifest, bytes]],
) -> tuple[tuple[_Written, ...], Manifest, bytes]:
    """Without as many of the oldest traces as it takes, for the file and for those who open it."""
    room = MOST_UNPACKED - sum(map(len, others.values())) - _FOR_MANIFEST
    too_much = max(0, sum(len(one.data) for one in written) - room)
    written = _without_oldest(written, too_much, lambda _, one: len(one.data), left_out)
    while True:
        manifest, data = packed({**others, **_named(written)})
        if len(data) <= limit_bytes:
            return written, manifest, data
        if not written:
            raise BundleError(f"The evidence is {len(data)} bytes, more than the {limit_bytes} allowed.", "Send a log.")
        written = _without_oldest(written, len(data) - limit_bytes, _packed_size(data), left_out)


def _named(written: Sequence[_Written]) -> dict[str, bytes]:
    return {trace_name(i, one.header): one.data for i, one in enumerate(written)}


def _packed_size(data: bytes) -> Callable[[str, _Written], int]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sizes = {info.filename: info.compress_size for info in archive.infolist()}
    return lambda name, _: sizes[name]


def _without_oldest(
    written: tuple[_Written, ...], too_much: int, size: Callable[[str, _Written], int], left_out: list[str]
) -> tuple[_Written, ...]:
    """As many of the oldest go as are `too_much` bytes together, and as are more than a bundle may hold."""
    kept = dict(enumerate(written))
    for i in sorted(kept, key=lambda i: written[i].header.began):
        if too_much <= 0 and len(kept) <= _MOST_TRACES:
            break
        too_much -= size(trace_name(i, written[i].header), kept.pop(i))
        _leave_out(written[i].header, "over the size limit", left_out)
    return tuple(kept.values())


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
