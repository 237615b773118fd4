"""Recorded ZVT bytes to frames with named fields; never raises, marks what is no frame."""

from __future__ import annotations

from kiosk.errors import Garbled
from kiosk.protocols.protocol import Decoded, Frame, Rubbish, joined
from kiosk.protocols.zvt import apdu, commands
from kiosk.protocols.zvt.messages import describe
from kiosk.protocols.zvt.transport import TCP, Decoder, Piece

_OTHER = {"in": "out", "out": "in"}


def decode(data: bytes, framing: str, direction: str | None = None) -> Decoded:
    """Frames in the order they stand. Without a direction it is told from the commands: who sends which is fixed."""
    try:
        decoder = Decoder(framing)
    except Garbled:
        decoder = Decoder(TCP)
    frames: list[Frame] = []
    rubbish: list[Rubbish] = []
    last = "out"
    for piece in decoder.feed(data) + decoder.finish():
        found = _frame(piece, direction, last)
        if found is None:
            rubbish.append(Rubbish(piece.offset, piece.length))
        else:
            frames.append(found)
            last = found.direction
    return Decoded(tuple(frames), joined(rubbish))


def _frame(piece: Piece, direction: str | None, last: str) -> Frame | None:
    if piece.kind in ("ack", "nak"):
        command, name = ("06", "ACK") if piece.kind == "ack" else ("15", "NAK")
        return Frame(piece.offset, piece.length, direction or _OTHER[last], command, name, {})
    if piece.kind != "message":
        return None
    try:
        message = apdu.parse(piece.body)
    except Garbled as e:
        name = piece.body[:2].hex().upper()
        return Frame(piece.offset, piece.length, direction or "in", name, "Damaged message", {}, False, e.message)
    return _told(piece, message, direction, last)


def _told(piece: Piece, message: apdu.Apdu, direction: str | None, last: str) -> Frame:
    way = direction or commands.direction_of(message.command) or (_OTHER[last] if message.answer else "out")
    name = commands.name_of(message.command)
    fields, note = describe(message)
    notes = [] if piece.good else ["wrong check sum"]
    notes += [note] if note else []
    notes += [] if name else ["no command of the specification"]
    good = piece.good and name is not None
    return Frame(piece.offset, piece.length, way, message.name, name or "Unknown", fields, good, "; ".join(notes))
