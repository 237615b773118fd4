"""Frames of the STX/ETX/LRC family, with dialects as data; must know no message and no single protocol's meaning.

A frame is `STX body ETX LRC`. The LRC stands where it stands: it may be 02 or 06 itself (Transbank's poll ends in 02),
so a byte is read by its place, never by its value.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field

from kiosk.errors import Garbled, NoAnswer
from kiosk.model.finding import Measurement
from kiosk.model.terminal import Level
from kiosk.protocols.conversation import Line, Receive, Send, Wish
from kiosk.protocols.framing import lrc as exclusive_or
from kiosk.protocols.protocol import FILLER, Decoded, Frame, Rubbish, Value

SOH, STX, ETX, EOT, ENQ, ACK, NAK, ETB = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x15, 0x17
GAP = 1.0  # seconds between two bytes of one frame
FAINT = 16  # stray bytes; behind more of them a single byte ACK is chance
MOST_NOISE = 4096
MOST_BYTES = 256 * 1024
MOST_PIECES = 2000
_BREAKS = re.compile(rb"[\x01-\x06\x15\x17]")  # none of these stands within a body


@dataclass(frozen=True, slots=True)
class Lrc:
    """How a check sum is made: from `seed`, over the body, with or without the byte before and the byte behind it."""

    name: str = "std"
    seed: int = 0
    stx: bool = False
    etx: bool = True

    def of(self, body: bytes, end: int = ETX) -> int:
        return exclusive_or(body, self.seed ^ (STX if self.stx else 0) ^ (end if self.etx else 0))


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs from family to family.

    - `lrcs`: check sums in use, the documented one first;
    - `signs`: single bytes that mean something between frames;
    - `checked`: ACK and NAK come as `06 03 LRC`;
    - `progress`: longest text of `SOH text EOT`, 0 for none;
    - `parts`: a body may end in ETB, and the next frame goes on with it;
    - `longest`: bytes of a body; more is no frame.
    """

    lrcs: tuple[Lrc, ...] = (Lrc(),)
    signs: Mapping[int, str] = field(default_factory=lambda: {ACK: "ack", NAK: "nak"})
    checked: bool = False
    progress: int = 0
    parts: bool = False
    longest: int = 1024


@dataclass(frozen=True, slots=True)
class Piece:
    """What a decoder found. `kind` is "frame", "progress", a sign ("ack", "nak", "enq", "eot"), "cut" or "rubbish".

    `lrc` is the check sum that was right, None where none was or none belongs there.
    """

    kind: str
    offset: int
    length: int
    body: bytes = b""
    lrc: Lrc | None = None
    end: int = ETX


def encode(body: bytes, lrc: Lrc = Lrc(), end: int = ETX) -> bytes:
    return bytes([STX]) + body + bytes([end, lrc.of(body, end)])


def encode_sign(sign: int, lrc: Lrc) -> bytes:
    """ACK or NAK with a check sum behind: `06 03 LRC`."""
    return bytes([sign, ETX, lrc.of(bytes([sign]))])


class Decoder:
    """Bytes in any chunks to pieces; holds at most one frame of the longest kind, so memory is bounded."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        begins = bytes([STX, *dialect.signs, *([SOH] if dialect.progress else [])])
        self._begins = re.compile(b"[" + re.escape(begins) + b"]")
        self._held = bytearray()
        self._offset = 0

    @property
    def waiting(self) -> bool:
        """True in the middle of a frame."""
        return bool(self._held)

    def feed(self, data: bytes) -> list[Piece]:
        self._held += data
        return self._pieces(over=False)

    def finish(self) -> list[Piece]:
        """Nothing more comes: what is half there is rubbish, but a bare ACK counts."""
        return self._pieces(over=True)

    def _pieces(self, *, over: bool) -> list[Piece]:
        held, at = bytes(self._held), 0
        pieces: list[Piece] = []
        while at < len(held):
            piece = self._take(held, at, over)
            if piece is None:
                break
            at += piece.length
            _join(pieces, piece)
        del self._held[:at]
        self._offset += at
        return pieces

    def _take(self, held: bytes, at: int, over: bool) -> Piece | None:
        """The piece at `at`, None where more bytes are needed to know."""
        first = held[at]
        if first == STX:
            return self._frame(held, at, over)
        if first == SOH and self._dialect.progress:
            return self._progress(held, at, over)
        if first in self._dialect.signs:
            return self._sign(held, at, over)
        found = self._begins.search(held, at)
        return Piece("rubbish", self._offset + at, (found.start() if found else len(held)) - at)

    def _frame(self, held: bytes, at: int, over: bool) -> Piece | None:
        found = _BREAKS.search(held, at + 1, at + 2 + self._dialect.longest)
        if found is None:
            whole = len(held) - at > self._dialect.longest + 1
            return Piece("rubbish", self._offset + at, 1) if whole or over else None
        end = held[found.start()]
        if end != ETX and not (end == ETB and self._dialect.parts):
            return Piece("rubbish", self._offset + at, found.start() - at)
        if found.end() == len(held):
            return Piece("rubbish", self._offset + at, 1) if over else None
        return self._closed(held, at, found.start())

    def _closed(self, held: bytes, at: int, stop: int) -> Piece:
        """A frame that ends at `stop`. A wrong check sum that is STX was lost: there the next frame begins."""
        body, end, check = held[at + 1 : stop], held[stop], held[stop + 1]
        lrc = next((one for one in self._dialect.lrcs if one.of(body, end) == check), None)
        size = stop + 2 - at if lrc is not None or check != STX else stop + 1 - at
        return Piece("frame", self._offset + at, size, body, lrc, end)

    def _progress(self, held: bytes, at: int, over: bool) -> Piece | None:
        found = _BREAKS.search(held, at + 1, at + 2 + self._dialect.progress)
        if found is None:
            whole = len(held) - at > self._dialect.progress + 1
            return Piece("rubbish", self._offset + at, 1) if whole or over else None
        if held[found.start()] != EOT:
            return Piece("rubbish", self._offset + at, found.start() - at)
        return Piece("progress", self._offset + at, found.end() - at, held[at + 1 : found.start()])

    def _sign(self, held: bytes, at: int, over: bool) -> Piece | None:
        kind, sign = self._dialect.signs[held[at]], held[at : at + 1]
        if not self._dialect.checked or held[at] not in (ACK, NAK):
            return Piece(kind, self._offset + at, 1, sign)
        tail = held[at + 1 : at + 3]
        if len(tail) < 2 and not over and tail in (b"", bytes([ETX])):
            return None
        if len(tail) < 2 or tail[0] != ETX:
            return Piece(kind, self._offset + at, 1, sign)
        lrc = next((one for one in self._dialect.lrcs if one.of(sign) == tail[1]), None)
        return Piece(kind, self._offset + at, 3, sign, lrc)


def _join(pieces: list[Piece], piece: Piece) -> None:
    last = pieces[-1] if pieces else None
    if last and last.kind == piece.kind == "rubbish":
        pieces[-1] = Piece("rubbish", last.offset, last.length + piece.length)
    else:
        pieces.append(piece)


def pieces_of(data: bytes, dialect: Dialect) -> list[Piece]:
    decoder = Decoder(dialect)
    return decoder.feed(data) + decoder.finish()


def first_frame(message: bytes, dialect: Dialect) -> Piece | None:
    """The frame that one whole message is, check sum right or wrong; None if it is something else."""
    pieces = pieces_of(message, dialect)
    return pieces[0] if len(pieces) == 1 and pieces[0].kind == "frame" else None


def filled(message: bytes, dialect: Dialect, keep: int) -> bytes | None:
    """The same frame with filler behind the first `keep` bytes of its body; its check sum stays right, or wrong."""
    piece = first_frame(message, dialect)
    if piece is None:
        return None
    body = piece.body[:keep] + bytes([FILLER]) * (len(piece.body) - keep)
    head = bytes([STX]) + body + bytes([piece.end])
    if piece.length < len(head) + 1:
        return head  # its check sum was lost
    if piece.lrc is not None:
        return head + bytes([piece.lrc.of(body, piece.end)])
    right = {lrc.of(body, piece.end) for lrc in dialect.lrcs}
    return head + bytes([next(b for b in (message[-1], *range(0x20, 0x80)) if b not in right and b != STX)])


# --- the line during one conversation ---


@dataclass(slots=True)
class Link:
    """The line to one terminal: pieces in, noise counted, everything bounded."""

    dialect: Dialect
    ready: deque[Piece] = field(default_factory=deque)
    taken: int = 0  # bytes
    noise: int = 0  # bytes that were no frame
    decoder: Decoder = field(init=False)

    def __post_init__(self) -> None:
        self.decoder = Decoder(self.dialect)

    def drain(self) -> Generator[Wish, bytes, tuple[Piece, ...]]:
        """What stood in the line before we asked: no answer to us, but it may say what the terminal is at."""
        data = yield Receive(0.05)
        self.sort(self.decoder.feed(data) + (self.decoder.finish() if data else []))
        before = tuple(self.ready)
        self.ready.clear()
        return before

    def next(self, timeout: float) -> Generator[Wish, bytes, Piece | None]:
        """The next sign or frame; None after `timeout` seconds of silence. Raises `Garbled` where there is no end."""
        while not self.ready:
            waiting = self.decoder.waiting
            data = yield Receive(min(GAP, timeout) if waiting else timeout)
            if data:
                self.taken += len(data)
                self.sort(self.decoder.feed(data))
            elif not waiting:
                return None
            else:
                self.sort(self.decoder.finish())
                if not self.ready:
                    return Piece("cut", 0, 0)
        return self.ready.popleft()

    def sort(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            if piece.kind == "rubbish":
                self.noise += piece.length
            else:
                self.ready.append(piece)
        if self.noise > MOST_NOISE or self.taken > MOST_BYTES or len(self.ready) > MOST_PIECES:
            raise Garbled("Bytes arrive without end, and they make no sense as messages of the terminal.")

    def sign(self, data: bytes, waits: tuple[float, ...]) -> Generator[Wish, bytes, Piece | None]:
        """Send until something answers that is neither silence, noise nor NAK; the last NAK, or None, else.

        Behind much noise a single byte is no sign.
        """
        refused = None
        for wait in waits:
            before = self.noise
            yield Send(data)
            piece = yield from self.next(wait)
            if piece is not None and is_damaged(piece):
                self.noise += piece.length
            if piece is None or piece.kind == "cut" or self.noise - before > FAINT or is_damaged(piece):
                continue
            if piece.kind != "nak":
                return piece
            refused = piece
        return refused

    def silence(self, words: str = "The terminal did not answer.") -> NoAnswer | Garbled:
        if self.noise:
            return Garbled("Bytes arrive, but none of them is a message of the terminal.")
        return NoAnswer(words)

    def stray(self, name: str) -> tuple[Measurement, ...]:
        return (Measurement(f"{name}.stray", self.noise, "bytes"),) if self.noise else ()


def is_damaged(piece: Piece) -> bool:
    return piece.kind == "frame" and piece.lrc is None


# --- what every protocol of the family does alike ---


def level_of(wish: Wish, listed: frozenset[bytes], bauds: tuple[int, ...], format: str = "8N1") -> Level | None:
    """INTERNAL for whole messages of a list and for the usual speeds; all else is refused."""
    if isinstance(wish, Line):
        return Level.INTERNAL if wish.baud in bauds and wish.format == format else None
    return Level.INTERNAL if isinstance(wish, Send) and wish.data in listed else None


@dataclass(frozen=True, slots=True)
class Message:
    """A body read: its command as text, its name, its fields, who sends it; `note` says what is odd."""

    command: str
    name: str
    fields: Mapping[str, Value]
    direction: str
    note: str = ""
    known: bool = True


Describe = Callable[[bytes, str | None], Message]
_OTHER = {"in": "out", "out": "in"}
_SIGNS = {"ack": "ACK", "nak": "NAK", "enq": "ENQ", "eot": "EOT", "progress": "Progress"}


def decode(data: bytes, dialect: Dialect, direction: str | None, describe: Describe) -> Decoded:
    """Frames in the order they stand; never raises. A sign answers what stands before it."""
    frames: list[Frame] = []
    rubbish: list[Rubbish] = []
    last = "in"
    for piece in pieces_of(data, dialect):
        if piece.kind == "rubbish":
            _mark(rubbish, piece)
            continue
        found = _told(piece, direction, describe) if piece.kind == "frame" else _signed(piece, direction, last)
        frames.append(found)
        last = found.direction
    return Decoded(tuple(frames), tuple(rubbish))


def _mark(rubbish: list[Rubbish], piece: Piece) -> None:
    """Two runs of rubbish may touch where decoding was finished."""
    if rubbish and rubbish[-1].offset + rubbish[-1].length == piece.offset:
        rubbish[-1] = Rubbish(rubbish[-1].offset, rubbish[-1].length + piece.length)
    else:
        rubbish.append(Rubbish(piece.offset, piece.length))


def _signed(piece: Piece, direction: str | None, last: str) -> Frame:
    way = direction or ("in" if piece.kind == "progress" else _OTHER[last])
    fields: dict[str, Value] = {"text": _text(piece.body)} if piece.kind == "progress" else {}
    command = "01" if piece.kind == "progress" else piece.body.hex().upper()
    return Frame(piece.offset, piece.length, way, command, _SIGNS[piece.kind], fields)


def _told(piece: Piece, direction: str | None, describe: Describe) -> Frame:
    message = describe(piece.body, direction)
    good = piece.lrc is not None
    notes = [*([] if good else ["wrong check sum"]), *([message.note] if message.note else [])]
    command = message.command.encode("latin-1").hex().upper()
    way = direction or message.direction
    ok = good and message.known
    return Frame(piece.offset, piece.length, way, command, message.name, message.fields, ok, "; ".join(notes))


def _text(body: bytes) -> str:
    return "".join(c if c.isprintable() else " " for c in body.decode("latin-1")).strip()
