"""What of a trace may be kept: listed messages with their safe fields; all else becomes filler of the same length."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

import msgspec
from msgspec import Struct

from kiosk.evidence.pseudonym import hide_host, hide_names
from kiosk.evidence.redaction import mask_stream, redact
from kiosk.model.ids import letters
from kiosk.model.trace import Entry, TraceHeader, What
from kiosk.protocols.protocol import FILLER, Frame, Protocol, protocols

_DIRECTIONS = (((What.SEND,), "out"), ((What.RECEIVE,), "in"))
_IN_STREAMS = frozenset(what for whats, _ in _DIRECTIONS for what in whats)


def admit(
    entries: Sequence[Entry], header: TraceHeader, key: bytes, counts: Counter[str] | None = None
) -> tuple[Entry, ...]:
    """Masked entries that hold what disk and bundle may keep; same count, same lengths, same times.

    How often each rule struck is added to `counts`.
    """
    struck: Counter[str] = Counter() if counts is None else counts
    kept = [_words(entry, key, struck) for entry in entries]
    for whats, direction in _DIRECTIONS:
        places = [i for i, entry in enumerate(kept) if entry.what in whats]
        chunks = [kept[i].data for i in places]
        for i, (data, note) in zip(places, _admit_stream(chunks, direction, header, key, struck), strict=True):
            kept[i] = msgspec.structs.replace(kept[i], data=data, note=_joined(kept[i].note, note))
    return tuple(
        entry if entry.what in _IN_STREAMS or not entry.data else _loose(entry, header, struck) for entry in kept
    )


class Kept(Struct, frozen=True):
    """A trace as disk and bundle may keep it, and how often each rule struck; made by `keep` alone."""

    header: TraceHeader
    entries: tuple[Entry, ...]
    masked: dict[str, int] = {}


def keep(header: TraceHeader, entries: Sequence[Entry], key: bytes) -> Kept:
    """Admit a trace as soon as it ends, so that raw bytes live no longer than their run."""
    counts: Counter[str] = Counter()
    kept = admit(entries, header, key, counts)
    return Kept(admit_header(header, key), kept, dict(counts))


def admit_header(header: TraceHeader, key: bytes) -> TraceHeader:
    return msgspec.structs.replace(header, port=hide_host(header.port, key))


def _words(entry: Entry, key: bytes, counts: Counter[str]) -> Entry:
    if not entry.note:
        return entry
    masked = redact(entry.note.encode())
    counts.update(masked.counts)
    return msgspec.structs.replace(entry, note=hide_names(masked.data.decode(errors="replace"), key)[:2000])


def _joined(note: str, more: str) -> str:
    return " ".join(part for part in (note, more) if part)[:2000]


def _loose(entry: Entry, header: TraceHeader, counts: Counter[str]) -> Entry:
    masked = redact(entry.data, header.protocol, header.framing)
    counts.update(masked.counts)
    return msgspec.structs.replace(entry, data=masked.data)


def _admit_stream(
    chunks: Sequence[bytes], direction: str, header: TraceHeader, key: bytes, counts: Counter[str]
) -> list[tuple[bytes, str]]:
    masked, found = mask_stream(chunks, header.protocol, header.framing)
    counts.update(found)
    whole, raw = bytearray(b"".join(masked)), b"".join(chunks)
    notes: dict[int, str] = {}
    protocol = protocols().get(header.protocol or "")
    if protocol is not None:
        framing = header.framing or protocol.framings[0]
        notes = _fill_unlisted(whole, raw, protocol, framing, direction, key)
    return _cut(bytes(whole), [len(c) for c in chunks], notes)


def _cut(whole: bytes, sizes: Sequence[int], notes: dict[int, str]) -> list[tuple[bytes, str]]:
    ends = [0]
    for size in sizes:
        ends.append(ends[-1] + size)
    return [
        (whole[start:end], " ".join(note for at, note in notes.items() if start <= at < end))
        for start, end in pairwise(ends)
    ]


def _fill_unlisted(
    whole: bytearray, raw: bytes, protocol: Protocol, framing: str, direction: str, key: bytes
) -> dict[int, str]:
    """Fill messages that the protocol does not list; notes by offset: type and keyed hash of what stood there."""
    notes: dict[int, str] = {}
    for frame in protocol.decode(bytes(whole), framing, direction).frames:
        place = slice(frame.offset, frame.offset + frame.length)
        message = bytes(whole[place])
        if protocol.admits(message, framing):
            continue
        filler = protocol.filled(raw[place], framing)
        whole[place] = filler or _filled(message, frame, lambda data: protocol.decode(data, framing, direction).frames)
        digest = hmac.digest(key, raw[place], "sha256")
        notes[frame.offset] = f"filled {frame.command} {letters(digest[:8])}"
    return notes


def _filled(message: bytes, frame: Frame, decode: Callable[[bytes], Sequence[Frame]]) -> bytes:
    """Filler with just enough of head and tail that the protocol still sees one frame of this kind and length."""
    command = bytes.fromhex(frame.command) if len(frame.command) % 2 == 0 else b""
    head = max(0, message.find(command)) + len(command)
    for front in range(head, min(head + 5, len(message))):
        for back in range(min(5, len(message) - front)):
            size = len(message) - front - back
            tried = message[:front] + bytes([FILLER]) * size + message[len(message) - back :]
            found = decode(tried)
            if len(found) == 1 and (found[0].command, found[0].length) == (frame.command, frame.length):
                return tried
    return bytes([FILLER]) * len(message)
