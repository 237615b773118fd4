"""Frames of an ID TECH reader for people, and which of them may be kept; never raises, sends nothing."""

from __future__ import annotations

from kiosk.protocols.idtech import codes
from kiosk.protocols.idtech.health import text_of
from kiosk.protocols.idtech.transport import Decoder, Piece, check_sum
from kiosk.protocols.protocol import FILLER, Decoded, Frame, Rubbish, Span, Value, joined

_COMMANDS = frozenset(command for command, _ in codes.ASKS)
LARGEST_KEPT = 1024


def decode(data: bytes, framing: str, direction: str | None = None) -> Decoded:
    """The way a check sum stands tells commands from answers, unless `direction` does."""
    decoder = Decoder(framing)
    pieces = [*decoder.feed(data), *decoder.finish()]
    frames = tuple(_frame(piece, direction) for piece in pieces if piece.kind == "message")
    return Decoded(frames, joined(Rubbish(p.offset, p.length) for p in pieces if p.kind == "rubbish"))


def _way(piece: Piece, direction: str | None) -> str:
    if direction in ("in", "out"):
        return direction
    asks = (piece.command, piece.second) in codes.ASKS and not piece.data
    return piece.order or ("out" if asks else "in")


def _frame(piece: Piece, direction: str | None) -> Frame:
    way = _way(piece, direction)
    fields: dict[str, Value] = {}
    if way == "in":
        fields["status"] = f"{piece.second:02X}"
        fields["says"] = codes.meaning(piece.second).words
    if piece.data:
        fields["data"] = _shown(piece, way)
    notes = [] if piece.good else ["wrong check sum"]
    if piece.good and piece.order not in ("", way):
        notes.append("the check sum stands the other way round")
    return Frame(
        piece.offset,
        piece.length,
        way,
        f"{piece.command:02X}{piece.second:02X}",
        codes.name_of(piece.command, piece.second, way == "in"),
        fields,
        piece.good,
        ", ".join(notes),
    )


def _shown(piece: Piece, way: str) -> str:
    """Only what answers to our questions is shown in words; anything else may come from a card."""
    if way == "in" and piece.command in _COMMANDS and piece.good:
        return text_of(piece.data)
    return f"{len(piece.data)} bytes, not shown"


def _whole(message: bytes, framing: str) -> Piece | None:
    decoder = Decoder(framing)
    pieces = [*decoder.feed(message), *decoder.finish()]
    only = pieces[0] if len(pieces) == 1 else None
    return only if only and only.kind == "message" and only.length == len(message) else None


def _is_ours(piece: Piece) -> bool:
    """A command of our list, or an answer with its command byte: nothing of a card stands in those."""
    return piece.command in _COMMANDS and len(piece.data) <= LARGEST_KEPT


def card_spans(message: bytes, framing: str) -> tuple[Span, ...]:
    """All data of any other frame: transactions and pass-through carry tracks and chip data, in clear or not."""
    piece = _whole(message, framing)
    if piece is None or (piece.good and _is_ours(piece)) or not piece.places:
        return ()
    spans: list[Span] = []
    start = before = piece.places[0]
    for place in piece.places[1:]:
        if place != before + 1:
            spans.append(Span(start, before + 1 - start, "binary", "idtech_card"))
            start = place
        before = place
    return (*spans, Span(start, before + 1 - start, "binary", "idtech_card"))


def admits(message: bytes, framing: str) -> bool:
    """Questions of our list and their answers."""
    piece = _whole(message, framing)
    return piece is not None and piece.good and _is_ours(piece)


def filled(message: bytes, framing: str) -> bytes | None:
    """Filler for the data; the CRC is computed anew, in the same byte order, if it was right."""
    piece = _whole(message, framing)
    if piece is None:
        return None
    new = bytearray(message)
    for place in piece.places:
        new[place] = FILLER
    if piece.good:
        filler = bytes([FILLER]) * len(piece.data)
        new_sum = check_sum(piece.command, piece.second, filler, piece.order)
        for place, byte in zip(piece.seal, new_sum, strict=True):
            new[place] = byte
    return bytes(new)
