"""Traces as JSON lines: the header first, then one entry a line; must not read or write files."""

from collections.abc import Iterable

import msgspec

from kiosk.errors import BundleError
from kiosk.model import wire
from kiosk.model.trace import Entry, TraceHeader

MOST_ENTRIES = 200_000
_header = msgspec.json.Decoder(TraceHeader)
_entry = msgspec.json.Decoder(Entry)


def encode_trace(header: TraceHeader, entries: Iterable[Entry]) -> bytes:
    """Bytes of an entry are base64."""
    return b"".join(wire.encode(line) + b"\n" for line in (header, *entries))


def decode_trace(data: bytes) -> tuple[TraceHeader, tuple[Entry, ...]]:
    """Raises `BundleError` on what is no trace."""
    lines = data.split(b"\n")
    if len(lines) > MOST_ENTRIES:
        raise BundleError("The trace has too many entries.")
    try:
        return _header.decode(lines[0]), tuple(_entry.decode(line) for line in lines[1:] if line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as e:
        raise BundleError("The trace cannot be read.") from e
