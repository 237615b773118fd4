"""Traces as JSON lines: the header first, then one entry a line; must not read or write files."""

from collections.abc import Iterable

import msgspec

from kiosk.errors import BundleError
from kiosk.model import wire
from kiosk.model.trace import Entry, TraceHeader
from kiosk.model.wire import NOT_READABLE

MOST_ENTRIES = 200_000
_header = msgspec.json.Decoder(TraceHeader)
_entry = msgspec.json.Decoder(Entry)


def encode_trace(header: TraceHeader, entries: Iterable[Entry]) -> bytes:
    """Bytes of an entry are base64."""
    return wire.encode_lines((header, *entries))


def decode_trace(data: bytes) -> tuple[TraceHeader, tuple[Entry, ...]]:
    """Raises `BundleError` on what is no trace."""
    if data.count(b"\n") >= MOST_ENTRIES:
        raise BundleError("The trace has too many entries.")
    end = data.find(b"\n") if b"\n" in data else len(data)
    try:
        return _header.decode(data[:end]), tuple(_entry.decode_lines(memoryview(data)[end:]))
    except NOT_READABLE as e:
        raise BundleError("The trace cannot be read.") from e
