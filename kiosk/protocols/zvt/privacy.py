"""Where card data may stand in a ZVT frame, and which messages are safe to keep; masks nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from kiosk.errors import Garbled
from kiosk.protocols.conversation import Send
from kiosk.protocols.protocol import FILLER, Span
from kiosk.protocols.zvt import apdu, commands
from kiosk.protocols.zvt.bitmaps import Field, Fields, read_fields
from kiosk.protocols.zvt.guard import level_of
from kiosk.protocols.zvt.messages import fields_of, number_in
from kiosk.protocols.zvt.transport import DLE, SERIAL, TCP, Decoder, Piece, check_sum

CARD_BITMAPS = frozenset({"22", "23", "24", "2D", "2E", "0E", "3C", "3A", "A7", "AF", "9A", "D1"})
_BINARY = frozenset({"60/43", "1F75", "99", "1F31", "1F3E", "1F5C", "1F5D", "1F46", "4C", "4D", "1F33", "2E", "AF"})
_TEXT = frozenset({"3C", "46", "47"})
_NAMES = frozenset({"5F20", "2D", "1F08", "56", "9F1F"})
_WRITTEN = frozenset({"card", "card_text", "secret"})

SAFE_BITMAPS = frozenset({"06", "19", "27", "29", "49", "0C", "0D", "AA", "01", "02", "03", "F0", "F9"})
SAFE_TAGS = frozenset(
    {"E4", "34", "35", "1F0E", "1F0F", "1F40", "1F41", "1F42", "1F43", "1F44", "1F54", "1F55", "1F56", "1F59"}
    | {"1F16", "1F17", "1F73", "1F12", "12", "14", "1A", "26", "27", "0A", "33", "1F32", "1F78", "1F79"}
    | {"E7", "1F57", "1F58"}  # the merchant's own card, not a customer's
)


def card_spans(message: bytes, framing: str) -> tuple[Span, ...]:
    """Runs of bytes of the frame as on the wire. The first byte of a field that was doubled for the framing is left
    out of them: its two digits tell nothing. Of more, the second of the pair is in, for `10 EE` stands for EE."""
    piece = _piece(message, framing)
    if piece is None:
        return ()
    spans: list[Span] = []
    for start, length, encoding, rule in _places(piece.body):
        spans += [Span(a, n, encoding, rule) for a, n in _runs(piece, start, length)]
    return tuple(spans)


def _piece(message: bytes, framing: str) -> Piece | None:
    decoder = Decoder(framing)
    pieces = [p for p in decoder.feed(message) if p.kind == "message"]
    return pieces[0] if pieces and pieces[0].offset == 0 else None


def _runs(piece: Piece, start: int, length: int) -> Iterator[tuple[int, int]]:
    """Neighbouring places as (start, length)."""
    bare = len(piece.body) == piece.length
    places = range(start, start + length)
    doubled = None if bare else next((i for i in places if piece.body[i] == DLE), None)
    kept = [piece.places[i] for i in places if i != doubled]
    for _, group in groupby(enumerate(kept), key=lambda pair: pair[1] - pair[0]):
        run = [place for _, place in group]
        yield run[0], len(run)


def _places(body: bytes) -> Iterator[tuple[int, int, str, str]]:
    try:
        message = apdu.parse(body)
    except Garbled:
        return
    fields = fields_of(message)
    for field in fields.all:
        rule = _rule(field)
        if field.unknown and (encoding := number_in(field.value(fields.data))):
            yield message.header + field.start, field.length, encoding, "zvt.unknown"
        elif rule:
            yield message.header + field.start, field.length, _encoding(field, rule), f"zvt.{rule}"


def _rule(field: Field) -> str:
    if field.key == "43" and "60" in field.path:
        return "60/43"
    if (not field.path and field.key in CARD_BITMAPS) or (
        field.written in _WRITTEN and field.key != "3D" and field.key != "43"
    ):
        return field.key
    return ""


def _encoding(field: Field, rule: str) -> str:
    if rule in _NAMES:
        return "name"
    if rule in _BINARY:
        return "binary"
    return "text" if rule in _TEXT else "bcd"


def admits(message: bytes, framing: str) -> bool:
    """True for acknowledgements, our own messages, and status, completion and abort whose every field is safe."""
    if message in (b"\x06", b"\x15"):
        return True
    piece = _piece(message, framing)
    if piece is None or piece.length != len(message):
        return False
    try:
        parsed = apdu.parse(piece.body)
    except Garbled:
        return False
    return _is_safe(parsed) or level_of(Send(piece.body), TCP) is not None


def filled(message: bytes, framing: str) -> bytes | None:
    """Filler behind the header; a byte that was doubled stays, so that length and stuffing do.

    On a serial line the CRC is computed anew if it was right: a replay answers it as the recorded talk did.
    """
    piece = _piece(message, framing)
    if piece is None or piece.length != len(message):
        return None
    try:
        header = apdu.parse(piece.body).header
    except Garbled:
        header = 2
    new, body = bytearray(message), bytearray(piece.body)
    for i, place in enumerate(piece.places):
        if i >= header and (framing != SERIAL or body[i] != DLE):
            new[place] = body[i] = FILLER
    if framing == SERIAL and piece.good:
        new[-2:] = check_sum(bytes(body))
    return bytes(new)


def _is_safe(message: apdu.Apdu) -> bool:
    if message.answer:
        return not message.data or _all_safe(read_fields(message.data))
    return message.command in _KEPT and _all_safe(fields_of(message))


_KEPT = frozenset({commands.COMPLETION, commands.ABORTED, commands.INTERMEDIATE, commands.STATUS_INFORMATION})


def _all_safe(fields: Fields) -> bool:
    """Every byte read, and every field on the list."""
    return fields.whole and all(f.key in (SAFE_TAGS if f.path else SAFE_BITMAPS) for f in fields.all)
