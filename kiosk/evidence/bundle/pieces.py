"""Cuts a member into pieces that can be looked at apart; must leave no byte out, and nothing between two pieces.

A trace that reads back to the same bytes as we write holds nothing but its header, times, notes and payloads. Times of
at most six and six figures are too short for a card number; all else becomes a piece, payloads decoded. Any other
member is a piece as it lies there.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from typing import NamedTuple

from kiosk.errors import BundleError
from kiosk.evidence.bundle.contents import TRACE_NAME
from kiosk.evidence.codec import decode_trace, encode_trace
from kiosk.model import wire
from kiosk.model.trace import Entry, TraceHeader, What
from kiosk.model.wire import NOT_READABLE

STREAMS = ((What.SEND,), (What.RECEIVE,), (What.CONTROL_IN, What.CONTROL_OUT))
OTHERS = tuple(what for what in What if not any(what in whats for whats in STREAMS))  # these carry no bytes of ours
WINDOW = 1_000_000  # bytes
OVERLAP = 140_000  # bytes: more than the longest message (ZVT: 65,540, each byte doubled)
_LONG_TIME = re.compile(rb'"(?:at|seconds)":[^,}]{14,}+')


class Piece(NamedTuple):
    """Bytes that are looked at as one, and what is known of how they are framed."""

    data: bytes
    protocol: str | None = None
    framing: str | None = None


def pieces_of(name: str, member: bytes) -> Iterator[Piece]:
    """All that may hold card data in a member."""
    trace = read_trace(name, member)
    if trace is None or _LONG_TIME.search(member) or encode_trace(*trace) != member:
        yield from map(Piece, windows(member.splitlines(keepends=True)))
        return
    header, entries = trace
    notes = dict.fromkeys(entry.note for entry in entries if entry.note)
    yield from map(Piece, windows([wire.encode(words) + b"\n" for words in (header, *notes)]))
    yield from _payloads(header, entries)


def read_trace(name: str, member: bytes) -> tuple[TraceHeader, tuple[Entry, ...]] | None:
    """None where it is no trace."""
    if not TRACE_NAME.fullmatch(name):
        return None
    try:
        return decode_trace(member)
    except (BundleError, *NOT_READABLE):
        return None


def _payloads(header: TraceHeader, entries: Sequence[Entry]) -> Iterator[Piece]:
    """Each direction as one stream, for a number may be split over two writes; and every write alone."""
    streams: dict[tuple[What, ...], list[bytes]] = {whats: [] for whats in (*STREAMS, OTHERS)}
    into = {what: chunks for whats, chunks in streams.items() for what in whats}
    for entry in entries:
        if entry.data:
            into[entry.what].append(entry.data)
    alone = dict.fromkeys(chain(*streams.values()))
    for data in chain(*map(windows, streams.values()), alone):
        yield Piece(data, header.protocol, header.framing)


def windows(parts: Sequence[bytes]) -> Iterator[bytes]:
    """The parts joined, cut where one of them ends: what is no longer than `OVERLAP` is whole in one window."""
    whole = b"".join(parts)
    ends = list(accumulate(map(len, parts)))
    start = 0
    while start < len(whole):
        border = _first(ends, start + WINDOW, len(whole))
        end = _first(ends, border + OVERLAP, len(whole)) if border < len(whole) else border
        yield whole[start:end]
        start = border if end < len(whole) else end


def _first(ends: Sequence[int], least: int, last: int) -> int:
    """The first end of a part at or behind `least`."""
    place = bisect_left(ends, least)
    return ends[place] if place < len(ends) else last
