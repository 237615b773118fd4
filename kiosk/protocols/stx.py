"""Frames of the STX/ETX/LRC family, with dialects as data; must know no message and no single protocol's meaning.

A frame is `STX body ETX LRC`. The LRC stands where it stands: it may be 02 or 06 itself (Transbank's poll ends in 02),
so a byte is read by its place, never by its value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kiosk.errors import Garbled, NoAnswer
from kiosk.model.finding import Measurement, Severity
from kiosk.model.health import GlobalStatus
from kiosk.model.terminal import Level
from kiosk.protocols import stream
from kiosk.protocols.conversation import Line, Receive, Send, Wish
from kiosk.protocols.framing import lrc as exclusive_or
from kiosk.protocols.protocol import FILLER, Decoded, Frame, Rubbish, Value, joined

SOH, STX, ETX, EOT, ENQ, ACK, NAK, ETB = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x15, 0x17
GAP = 1.0  # seconds between two bytes of one frame
MOST_PARTS = 8  # of one body
FAINT = 16  # stray bytes; behind more of them a single byte ACK is chance
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
class Piece(stream.Piece):
    """`kind` is "frame", "progress", a sign ("ack", "nak", "enq", "eot"), "cut" or "rubbish".

    `lrc` is the check sum that was right, None where none was or none belongs there.
    """

    body: bytes = b""
    lrc: Lrc | None = None
    end: int = ETX


def encode(body: bytes, lrc: Lrc = Lrc(), end: int = ETX) -> bytes:
    return bytes([STX]) + body + bytes([end, lrc.of(body, end)])


def encode_sign(sign: int, lrc: Lrc) -> bytes:
    """ACK or NAK with a check sum behind: `06 03 LRC`."""
    return bytes([sign, ETX, lrc.of(bytes([sign]))])


class Decoder(stream.Decoder[Piece]):
    """Holds at most one frame of the longest kind. Where the stream is over a bare ACK counts."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self._dialect = dialect
        begins = bytes([STX, *dialect.signs, *([SOH] if dialect.progress else [])])
        self._begins = re.compile(b"[" + re.escape(begins) + b"]")

    def take(self, held: bytes, at: int, over: bool) -> Piece | None:
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


def pieces_of(data: bytes, dialect: Dialect) -> list[Piece]:
    decoder = Decoder(dialect)
    return decoder.feed(data) + decoder.finish()


def grouped(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Frames in parts stand together: from a good one that ends in ETB to the next good one that ends in ETX.

    A damaged part stands among them, for it is sent again; anything else ends them, and so do `MOST_PARTS`.
    """
    group: list[Piece] = []
    for piece in pieces:
        if group and piece.kind != "frame":
            yield group
            group = []
        group.append(piece)
        begins = len(group) > 1 or (piece.kind == "frame" and piece.lrc is not None and piece.end == ETB)
        ends = piece.lrc is not None and piece.end == ETX
        if not begins or ends or len(group) == MOST_PARTS:
            yield group
            group = []
    if group:
        yield group


def body_of(group: Sequence[Piece]) -> bytes:
    """What good parts say together, or what a damaged frame says."""
    return b"".join(p.body for p in group if p.lrc is not None) if len(group) > 1 else group[0].body


def frames_of(message: bytes, dialect: Dialect) -> list[Piece]:
    """The frame, or the frames in parts, that one whole message is, check sums right or wrong; none for all else."""
    groups = list(grouped(pieces_of(message, dialect)))
    return groups[0] if len(groups) == 1 and groups[0][0].kind == "frame" else []


def first_frame(message: bytes, dialect: Dialect) -> Piece | None:
    """The frame that one whole message is, check sum right or wrong; None if it is something else."""
    pieces = frames_of(message, dialect)
    return pieces[0] if len(pieces) == 1 else None


def filled(message: bytes, dialect: Dialect, keep: int) -> bytes | None:
    """The same frames with filler behind the first `keep` bytes of the body; check sums stay right, or wrong."""
    pieces = frames_of(message, dialect)
    keeps = [keep, *[0] * (len(pieces) - 1)]
    parts = [_filled(message, piece, dialect, kept) for piece, kept in zip(pieces, keeps, strict=False)]
    return b"".join(parts) or None


def _filled(message: bytes, piece: Piece, dialect: Dialect, keep: int) -> bytes:
    body = piece.body[:keep] + bytes([FILLER]) * (len(piece.body) - keep)
    head = bytes([STX]) + body + bytes([piece.end])
    if piece.length < len(head) + 1:
        return head  # its check sum was lost
    if piece.lrc is not None:
        return head + bytes([piece.lrc.of(body, piece.end)])
    stood = message[piece.offset + piece.length - 1]
    right = {lrc.of(body, piece.end) for lrc in dialect.lrcs}
    return head + bytes([next(b for b in (stood, *range(0x20, 0x80)) if b not in right and b != STX)])


# --- the line during one conversation ---


@dataclass(slots=True)
class Link(stream.Listener[Piece]):
    """The line to one terminal."""

    bounds = stream.Bounds(noise=4096, taken=256 * 1024, pieces=2000)
    between = GAP
    dialect: Dialect

    def __post_init__(self) -> None:
        self.decoder = Decoder(self.dialect)

    def cut(self) -> Piece:
        return Piece("cut", 0, 0)

    def drain(self) -> Generator[Wish, bytes, tuple[Piece, ...]]:
        """What stood in the line before we asked: no answer to us, but it may say what the terminal is at."""
        data = yield Receive(0.05)
        self.sort(self.decoder.feed(data) + (self.decoder.finish() if data else []))
        before = tuple(self.ready)
        self.ready.clear()
        return before

    def break_off(self) -> None:
        """A bare ACK may stand in what is half there."""
        self.sort(self.decoder.finish())
        if not self.ready:
            self.ready.append(self.cut())

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
class Meaning:
    """What a status code says. `finding` is an id of findings.toml, "" for none; `advice` names what to do."""

    finding: str
    severity: Severity
    overall: GlobalStatus | None
    advice: str = "bank"


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
    for group in grouped(pieces_of(data, dialect)):
        piece = group[0]
        if piece.kind == "rubbish":
            rubbish.append(Rubbish(piece.offset, piece.length))
            continue
        found = _told(group, direction, describe) if piece.kind == "frame" else _signed(piece, direction, last)
        frames.append(found)
        last = found.direction
    return Decoded(tuple(frames), joined(rubbish))


def _signed(piece: Piece, direction: str | None, last: str) -> Frame:
    way = direction or ("in" if piece.kind == "progress" else _OTHER[last])
    fields: dict[str, Value] = {"text": _text(piece.body)} if piece.kind == "progress" else {}
    command = "01" if piece.kind == "progress" else piece.body.hex().upper()
    return Frame(piece.offset, piece.length, way, command, _SIGNS[piece.kind], fields)


def _told(group: Sequence[Piece], direction: str | None, describe: Describe) -> Frame:
    message = describe(body_of(group), direction)
    good = all(piece.lrc is not None for piece in group)
    notes = [*([] if good else ["wrong check sum"]), *([message.note] if message.note else [])]
    command = message.command.encode("latin-1").hex().upper()
    way = direction or message.direction
    ok = good and message.known
    length = sum(piece.length for piece in group)
    return Frame(group[0].offset, length, way, command, message.name, message.fields, ok, "; ".join(notes))


def _text(body: bytes) -> str:
    return "".join(c if c.isprintable() else " " for c in body.decode("latin-1")).strip()
