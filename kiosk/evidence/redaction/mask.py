"""Masks card data in place, same length, all else untouched; the one door out uses this and nothing beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from kiosk.evidence.redaction.bytewise import bytewise_hits
from kiosk.evidence.redaction.emv import emv_hits
from kiosk.evidence.redaction.encoded import mask_encoded, mask_wide
from kiosk.evidence.redaction.frames import Place, mask_frames, right_checksums, write_checksums
from kiosk.evidence.redaction.hits import Hit, apply
from kiosk.evidence.redaction.packed import packed_hits
from kiosk.evidence.redaction.shapes import NONE, kinds, stretches
from kiosk.evidence.redaction.text import text_hits
from kiosk.evidence.redaction.worth import Inner

_DEPTH = 3  # encodings within encodings
_ROUNDS = 8
_SHORT = 1024  # bytes of a write that is likely to come again
_SHORTEST = 12  # bytes: less holds no encoded number
_FEW = 64  # bytes
_LARGE, _AROUND = 8_192, 384  # bytes
# Printed, and what UTF-8 has between groups of digits.
_TEXT = kinds({b"t": bytes((*b"\t\n\r", *range(0x20, 0x7F), *range(0x80, 0x94), 0xA0, 0xAF, 0xC2, 0xE2))})
_GLUE = b"\0\0\0"
_PLAIN = kinds({b"t": bytes(range(0x20, 0x7F)) + b"\t\r\n"})


@dataclass(frozen=True, slots=True)
class Redacted:
    """Masked bytes of the same length, and how often each rule struck."""

    data: bytes
    counts: Mapping[str, int] = field(default_factory=dict)


def redact(data: bytes, protocol: str | None = None, framing: str | None = None) -> Redacted:
    """Mask card data; never raises, idempotent. `protocol` and `framing` sharpen it where they are known."""
    counts: Counter[str] = Counter()
    first = bytes(data)
    masked = _once(first, protocol, framing, counts, _DEPTH)
    if masked == first:
        return Redacted(first)
    checksums = right_checksums(first, protocol is not None)
    before, after = first, write_checksums(first, masked, checksums)
    for _ in range(_ROUNDS):
        again = _again(before, after, protocol, framing, counts)
        if again == after:
            break
        before, after = after, write_checksums(after, again, checksums)
    return Redacted(after, dict(counts))


def _again(before: bytes, after: bytes, protocol: str | None, framing: str | None, counts: Counter[str]) -> bytes:
    """Masking changes what stands beside a number: look once more, in large data only around what changed."""
    if len(after) <= _LARGE:
        return _once(after, protocol, framing, counts, _DEPTH)
    whole = bytearray(after)
    for start, end in _changed(before, after):
        low, high = max(0, start - _AROUND), end + _AROUND
        whole[low:high] = _once(bytes(whole[low:high]), protocol, framing, counts, _DEPTH)
    return bytes(whole)


def _changed(before: bytes, after: bytes) -> Iterator[tuple[int, int]]:
    """Blocks that differ, neighbours joined."""
    start = None
    for at in range(0, len(after) + _AROUND, _AROUND):
        differs = before[at : at + _AROUND] != after[at : at + _AROUND]
        if differs and start is None:
            start = at
        elif not differs and start is not None:
            yield start, at
            start = None


def _once(
    data: bytes, protocol: str | None, framing: str | None, counts: Counter[str], depth: int, *, alone: bool = True
) -> bytes:
    """One round."""

    def inner(decoded: bytes) -> bytes:
        return _within_text(decoded, counts, depth - 1)

    def strict(decoded: bytes) -> bytes:
        return _within_text(decoded, counts, depth - 1, alone=False)

    masked = bytearray(data)
    read = mask_frames(masked, protocol, framing, counts, inner) if depth else []
    if depth and len(data) >= _SHORTEST:
        mask_wide(bytes(masked), masked, inner)
    _mask_text(masked, counts, (inner, strict) if depth else None)
    view = bytes(masked)
    if NONE in view.translate(_PLAIN):
        apply(masked, emv_hits(view), counts)
        apply(masked, bytewise_hits(view), counts)
        apply(masked, (h for h in packed_hits(view, alone=alone) if not _within(h, read)), counts)
    return bytes(masked)


def _mask_text(masked: bytearray, counts: Counter[str], ways: tuple[Inner, Inner] | None) -> None:
    """What stands in the printed parts. Of binary data those alone are looked at, set side by side."""
    places = list(stretches(bytes(masked).translate(_TEXT), b"t" * _SHORTEST))
    if not places:
        return
    size = sum(end - start for start, end in places)
    if 20 * size >= 19 * len(masked):
        places = [(0, len(masked))]
    before = _GLUE.join(masked[start:end] for start, end in places)
    text = bytearray(before)
    if ways is not None:
        mask_encoded(text, *ways)
    apply(text, text_hits(bytes(text)), counts)
    if text != before:
        at = 0
        for start, end in places:
            masked[start:end] = text[at : at + end - start]
            at += end - start + len(_GLUE)


def _within_text(decoded: bytes, counts: Counter[str], depth: int, *, alone: bool = True) -> bytes:
    """What was written as text, with its own checksums made anew."""
    if len(decoded) <= _FEW:
        masked, found = _few(decoded, depth, alone)
    else:
        masked, found = _whole(decoded, depth, alone)
    counts.update(found)
    return masked


def _whole(decoded: bytes, depth: int, alone: bool) -> tuple[bytes, Mapping[str, int]]:
    counts: Counter[str] = Counter()
    masked = _once(decoded, None, None, counts, depth, alone=alone)
    if masked == decoded:
        return decoded, {}
    return write_checksums(decoded, masked, right_checksums(decoded, False)), counts


_few = lru_cache(4096)(_whole)
"""The same few bytes are written again and again: ids of applications, answers."""


def _within(hit: Hit, frames: Sequence[Place]) -> bool:
    """In one frame that was read whole, or in several without a gap: the end of one and the next are no number."""
    at = hit.start
    for start, end, is_read in frames:
        if start <= at < end and is_read():
            at = end
        if at >= hit.end:
            return True
    return False


@lru_cache(16_384)
def _short(data: bytes, protocol: str | None, framing: str | None) -> Redacted:
    """A talk says the same things again and again. What comes here was masked in its stream before."""
    return redact(data, protocol, framing)


def mask_stream(
    chunks: Sequence[bytes], protocol: str | None = None, framing: str | None = None
) -> tuple[tuple[bytes, ...], Mapping[str, int]]:
    """Mask one direction of a talk: a number may be split over any two writes. Chunks keep their lengths."""
    counts: Counter[str] = Counter()
    whole = redact(b"".join(chunks), protocol, framing)
    counts.update(whole.counts)
    masked, at = [], 0
    for chunk in chunks:
        part = whole.data[at : at + len(chunk)]
        alone = _short(part, protocol, framing) if len(part) <= _SHORT else redact(part, protocol, framing)
        counts.update(alone.counts)
        masked.append(alone.data)
        at += len(chunk)
    return tuple(masked), dict(counts)


_DIGITS_APART = re.compile(r"(?<!\+)(?<!\+\d)\d(?:[\W_]{0,3}\d){12,}")


def has_card_number(text: str) -> bool:
    """True if words typed by a person hold a card number, however its digits are spread."""
    from unicodedata import normalize

    from kiosk.evidence.redaction.numbers import is_card_number

    plain = normalize("NFKC", text)
    if redact(plain.encode()).counts:
        return True
    runs = ("".join(c for c in m.group() if c.isdigit()) for m in _DIGITS_APART.finditer(plain))
    return any(is_card_number(run.encode()) for run in runs if run.isascii())
