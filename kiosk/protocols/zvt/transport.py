"""How ZVT messages travel: DLE-stuffed frames on a serial line, bare messages on TCP; must not look into them.

Serial (PA00P016 chapter 2): `10 02 | message | 10 03 | CRC lo hi`, each 10 in the message doubled, the CRC over the
message and 03. The receiver answers 06 or 15.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.errors import Garbled
from kiosk.protocols import stream
from kiosk.protocols.framing import crc16_8408
from kiosk.protocols.zvt import apdu
from kiosk.protocols.zvt.commands import name_of

DLE, STX, ETX, ACK, NAK = 0x10, 0x02, 0x03, 0x06, 0x15
SERIAL, TCP, RAW = "serial", "tcp", "raw"
FRAMINGS = (SERIAL, TCP, RAW)
WINDOW = 2048
SERIAL_LIMIT = 8192
"""No serial frame is longer: the largest receipts go in blocks of one or two thousand bytes."""


@dataclass(frozen=True, slots=True)
class Piece(stream.Piece):
    """`kind` is "message", "ack", "nak", "cut" or "rubbish".

    `places` tells where each byte of `body` stood within the piece,
    so that a mask finds its way through the stuffing. `good` is False for a wrong check sum.
    """

    body: bytes = b""
    places: tuple[int, ...] = ()
    good: bool = True


def frame(message: bytes, framing: str) -> bytes:
    """The bytes on the wire for one message."""
    if framing != SERIAL:
        return message
    stuffed = message.replace(b"\x10", b"\x10\x10")
    return b"\x10\x02" + stuffed + b"\x10\x03" + check_sum(message)


def check_sum(message: bytes) -> bytes:
    """The CRC of a serial frame as it stands on the wire."""
    return crc16_8408(message + bytes([ETX])).to_bytes(2, "little")


class Decoder(stream.Decoder[Piece]):
    """Holds at most one frame of the longest kind."""

    def __init__(self, framing: str) -> None:
        if framing not in FRAMINGS:
            raise Garbled(f"ZVT has no framing called {framing}.")
        super().__init__()
        self._take = _take_serial if framing == SERIAL else _take_bare

    def _skip(self, held: bytes) -> int:
        """How much of what is cut off is lost: on TCP up to where messages follow each other to the very end."""
        if self._take is _take_serial:
            return 1
        return next((at for at in range(1, len(held)) if _ends_well(held, at)), len(held))

    def take(self, held: bytes, at: int, over: bool) -> Piece | None:
        """Most frames are short: look at a small window first, so that a long stream is not copied for each."""
        short = held[at : at + WINDOW]
        piece = self._take(short, self._offset + at, over and len(short) == len(held) - at)
        if piece is None and len(short) < len(held) - at:
            piece = self._take(held[at : at + 3 * apdu.LIMIT], self._offset + at, over)
        if piece is None and over:
            return Piece("rubbish", self._offset + at, self._skip(held[at:]))
        return piece


def _ends_well(held: bytes, at: int) -> bool:
    while at < len(held):
        size = apdu.size_of(held[at : at + 5])
        if size is None or name_of(int.from_bytes(held[at : at + 2], "big")) is None:
            return False
        at += size
    return at == len(held)


def _take_serial(held: bytes, offset: int, over: bool) -> Piece | None:
    if not held:
        return None
    if held[0] in (ACK, NAK):
        return Piece("ack" if held[0] == ACK else "nak", offset, 1)
    if held[0] == DLE and (len(held) == 1 or held[1] == STX):
        return _take_frame(held, offset, over)
    until = next((i for i, b in enumerate(held) if i and b in (ACK, NAK, DLE)), len(held))
    return Piece("rubbish", offset, until)


def _take_frame(held: bytes, offset: int, over: bool) -> Piece | None:
    """A frame from its DLE STX. A DLE before any other byte but STX and ETX stands for that byte alone."""
    body, places, at = bytearray(), [], 2
    while at + 1 < len(held):
        if held[at] != DLE:
            body.append(held[at])
            places.append(at)
            at += 1
        elif held[at + 1] == ETX:
            return _close(held, offset, at + 2, bytes(body), tuple(places))
        elif held[at + 1] == STX:
            return Piece("rubbish", offset, at)  # a frame begins anew: the one before was cut off
        else:
            body.append(held[at + 1])
            places.append(at + 1)
            at += 2
        if len(body) > SERIAL_LIMIT:
            return Piece("rubbish", offset, at)
    return Piece("rubbish", offset, 1) if over else None


def _close(held: bytes, offset: int, at: int, body: bytes, places: tuple[int, ...]) -> Piece | None:
    if len(held) < at + 2:
        return None
    good = crc16_8408(body + bytes([ETX])) == int.from_bytes(held[at : at + 2], "little")
    return Piece("message", offset, at + 2, body, places, good)


def _take_bare(held: bytes, offset: int, over: bool) -> Piece | None:
    """A message on TCP has no mark: one begins where two bytes name a command."""
    start = next((i for i in range(len(held) - 1) if name_of(int.from_bytes(held[i : i + 2], "big"))), None)
    if start is None:
        skip = len(held) if over else len(held) - 1
        return Piece("rubbish", offset, skip) if skip > 0 else None
    if start:
        return Piece("rubbish", offset, start)
    size = apdu.size_of(held)
    if size is None or len(held) < size:
        return None
    return Piece("message", offset, size, held[:size], tuple(range(size)))
