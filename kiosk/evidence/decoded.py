"""A trace line by line as a person reads it: frames with field names, silences, errors; must not decode by itself."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from msgspec import Struct

from kiosk.evidence.redaction import redact
from kiosk.model.trace import Entry, TraceHeader, What
from kiosk.protocols.protocol import Decoded, Frame, Protocol, Rubbish, Value, protocols

_DIRECTIONS = {What.SEND: "out", What.CONTROL_OUT: "out", What.RECEIVE: "in", What.CONTROL_IN: "in"}
_SHOWN_BYTES = 512


class Line(Struct, frozen=True):
    """One line of a decoded trace.

    `kind` is frame, rubbish, bytes (no protocol is known), or what happened: open, close, silence, error ...
    `direction` is "out" (to the terminal), "in" or "". `raw` is hexadecimal in pairs; `at` and `seconds` are seconds.
    """

    at: float
    kind: str
    direction: str = ""
    name: str = ""
    fields: str = ""
    raw: str = ""
    note: str = ""
    ok: bool = True
    seconds: float = 0.0


def decoded_lines(header: TraceHeader, entries: Sequence[Entry]) -> tuple[Line, ...]:
    """Every entry of a trace in order; a frame stands where its first byte went over the wire."""
    protocol = protocols().get(header.protocol or "")
    placed = [item for what in (What.SEND, What.RECEIVE) for item in _stream(header, entries, what, protocol)]
    placed += [((i, 0), _event(e), b"") for i, e in enumerate(entries) if e.what not in (What.SEND, What.RECEIVE)]
    in_order = sorted(placed, key=lambda item: item[0])
    if protocol is None:
        return tuple(line for _, line, _ in in_order)
    return tuple(_in_context(in_order, protocol, header.framing or protocol.framings[0]))


def _in_context(placed: Sequence[Placed], protocol: Protocol, framing: str) -> Iterator[Line]:
    """An answer that only its question explains (it has a note) is read once more, behind that question."""
    question = b""
    for _, line, raw in placed:
        if line.kind == "frame" and line.direction == "out":
            question = raw
        if line.kind == "frame" and line.direction == "in" and line.note and question:
            yield _explained(line, question, raw, protocol, framing)
        else:
            yield line


def _explained(line: Line, question: bytes, raw: bytes, protocol: Protocol, framing: str) -> Line:
    alone = protocol.decode(raw, framing, "in").frames
    found = next((f for f in protocol.decode(question + raw, framing, None).frames if f.offset == len(question)), None)
    if not alone or found is None or (found.length, found.direction) != (len(raw), "in"):
        return line
    told = _frame(found, raw, "in")
    rest = line.note.removeprefix(alone[0].note).strip()
    return _at(told, line.at, " ".join(part for part in (found.note, rest) if part))


def _event(entry: Entry) -> Line:
    return Line(
        entry.at,
        entry.what.value,
        _DIRECTIONS.get(entry.what, ""),
        raw=_hex(entry.data),
        note=entry.note,
        ok=entry.what is not What.ERROR and not (entry.what is What.OPEN and entry.note),
        seconds=entry.seconds,
    )


Placed = tuple[tuple[int, int], Line, bytes]
"""Number of the entry and offset in it; the line; the bytes of its frame."""


def _stream(header: TraceHeader, entries: Sequence[Entry], what: What, protocol: Protocol | None) -> Iterator[Placed]:
    """All bytes of one direction, cut into frames over the borders of entries."""
    mine = [(i, e) for i, e in enumerate(entries) if e.what is what]
    direction = _DIRECTIONS[what]
    if protocol is None:
        yield from (((i, 0), Line(e.at, "bytes", direction, raw=_hex(e.data), note=e.note), b"") for i, e in mine)
        return
    data = b"".join(e.data for _, e in mine)
    starts = list(accumulate((len(e.data) for _, e in mine), initial=0))
    decoded = protocol.decode(data, header.framing or protocol.framings[0], direction)
    for offset, line, raw in _pieces(decoded, data, direction):
        nth = min(bisect_right(starts, offset) - 1, len(mine) - 1)
        index, entry = mine[nth]
        note = " ".join(part for part in (line.note, entry.note) if part)
        yield (index, offset - starts[nth]), _at(line, entry.at, note), raw


def _at(line: Line, at: float, note: str) -> Line:
    return Line(at, line.kind, line.direction, line.name, line.fields, line.raw, note, line.ok, line.seconds)


def _pieces(decoded: Decoded, data: bytes, direction: str) -> Iterator[tuple[int, Line, bytes]]:
    for frame in decoded.frames:
        raw = data[frame.offset : frame.offset + frame.length]
        yield frame.offset, _frame(frame, raw, direction), raw
    for piece in decoded.rubbish:
        yield piece.offset, _rubbish(piece, data, direction), b""


def _frame(frame: Frame, raw: bytes, direction: str) -> Line:
    name = f"{frame.command} {frame.name}".strip()
    fields = redact(fields_text(frame.fields).encode()).data.decode(errors="replace")
    return Line(0.0, "frame", direction, name, fields, _hex(raw), frame.note, frame.ok)


def _rubbish(piece: Rubbish, data: bytes, direction: str) -> Line:
    return Line(0.0, "rubbish", direction, raw=_hex(data[piece.offset : piece.offset + piece.length]), ok=False)


def fields_text(fields: Mapping[str, Value]) -> str:
    """`name=value` pairs on one line."""
    return ", ".join(f"{name}={_value(value)}" for name, value in fields.items())


def _value(value: Value) -> str:
    if isinstance(value, dict):
        return "{" + fields_text(value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    return str(value)


def _hex(data: bytes) -> str:
    return data[:_SHOWN_BYTES].hex(" ") + (f" (+{len(data) - _SHOWN_BYTES} bytes)" if len(data) > _SHOWN_BYTES else "")
