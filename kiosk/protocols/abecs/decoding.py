"""ABECS packets for people, and which of them may be kept; never raises, sends nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from kiosk.errors import Garbled
from kiosk.protocols.abecs import messages
from kiosk.protocols.abecs.messages import COMMANDS, Answer
from kiosk.protocols.abecs.transport import Decoder, Piece
from kiosk.protocols.protocol import Decoded, Frame, Rubbish, Span, Value, joined

_CONTROL = {
    "eot": ("in", "04", "EOT"),
    "ack": ("in", "06", "ACK"),
    "nak": ("in", "15", "NAK"),
    "can": ("out", "18", "CAN"),
}


def decode(data: bytes, framing: str, direction: str | None = None) -> Decoded:
    """`OPN000` is command and answer alike: without `direction` it is called an answer."""
    decoder = Decoder()
    pieces = [*decoder.feed(data), *decoder.finish()]
    frames = tuple(_frame(piece, direction) for piece in pieces if piece.kind != "rubbish")
    return Decoded(frames, joined(Rubbish(p.offset, p.length) for p in pieces if p.kind == "rubbish"))


def _frame(piece: Piece, direction: str | None) -> Frame:
    if piece.kind in _CONTROL:
        way, code, name = _CONTROL[piece.kind]
        return Frame(piece.offset, piece.length, direction or way, code, name, {})
    command = piece.body[:3]
    name = COMMANDS.get(command.decode("latin-1"), "Message of another kind")
    answer = _answer(piece.body)
    way = direction or ("in" if answer else "out")
    fields = _fields(piece, answer if way == "in" else None)
    note = "" if piece.good else "wrong check sum"
    return Frame(piece.offset, piece.length, way, command.hex().upper(), name, fields, piece.good, note)


def _answer(body: bytes) -> Answer | None:
    try:
        return messages.parse(body)
    except Garbled:
        return None


def _fields(piece: Piece, answer: Answer | None) -> dict[str, Value]:
    """Only GIN and GIX are shown in words: other messages may hold what a card or its holder told."""
    if answer is None:
        return {"data": f"{len(piece.body) - 3} bytes, not shown"} if len(piece.body) > 3 else {}
    fields: dict[str, Value] = {"result": answer.code, "says": messages.result(answer.code).words}
    if not piece.good:
        return fields
    try:
        if answer.command == "GIN" and answer.blocks and len(answer.blocks[0]) == 100:
            fields |= messages.general(answer)
        elif answer.command == "GIX":
            named, maps = messages.extended(answer)
            fields |= {**named, **({"keys": sum(one.count("1") for one in maps)} if maps else {})}
    except Garbled:
        fields["data"] = "cannot be read"
    return fields


def _whole(message: bytes) -> Piece | None:
    decoder = Decoder()
    pieces = [*decoder.feed(message), *decoder.finish()]
    return pieces[0] if len(pieces) == 1 and pieces[0].kind != "rubbish" else None


def _is_ours(piece: Piece) -> bool:
    return piece.kind != "message" or piece.body[:3].decode("latin-1") in COMMANDS


def card_spans(message: bytes, framing: str) -> tuple[Span, ...]:
    """All data of messages that take cards and PINs, without their name and result."""
    piece = _whole(message)
    if piece is None or _is_ours(piece):
        return ()
    return tuple(Span(start, length, "binary", "abecs_card") for start, length in _runs(piece.places[6:]))


def _runs(places: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    for _, group in groupby(enumerate(places), key=lambda pair: pair[1] - pair[0]):
        run = [place for _, place in group]
        yield run[0], len(run)


def admits(message: bytes, framing: str) -> bool:
    """Control bytes, and packets of the listed kinds with a right check sum."""
    piece = _whole(message)
    return piece is not None and piece.good and _is_ours(piece)
