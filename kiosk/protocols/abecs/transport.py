"""How ABECS messages travel: packets with a check sum, and single control bytes; must not look into them.

`SYN | data | ETB | CRC hi lo` (section 2.2.1): CRC-16/XMODEM over data and ETB. In the data DC3 stands before 13, 16
and 17, which then travel 20h higher; the check sum counts what is meant, not what travels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.protocols import stream
from kiosk.protocols.framing import crc16_1021

SERIAL = "serial"
EOT, ACK, DC3, NAK, SYN, ETB, CAN = 0x04, 0x06, 0x13, 0x15, 0x16, 0x17, 0x18
SINGLE = {EOT: "eot", ACK: "ack", NAK: "nak", CAN: "can"}
MOST_DATA = 2049  # of an answer; commands of our list are far shorter than their 1024
_NOTHING = re.compile(rb"[^\x04\x06\x15\x16\x18]+|\x16+(?=\x16)")  # no packet begins here
_SHIFTED = {0x33: 0x13, 0x36: 0x16, 0x37: 0x17}


@dataclass(frozen=True, slots=True)
class Piece(stream.Piece):
    """`kind` is "message", "eot", "ack", "nak", "can", "cut" or "rubbish".

    `places` tells where each byte of `body` stood within the piece; `good` is False for a wrong check sum.
    """

    body: bytes = b""
    places: tuple[int, ...] = ()
    good: bool = True


def packet(body: bytes) -> bytes:
    """The bytes on the wire for one message."""
    crc = crc16_1021(body + bytes([ETB]))
    sent = b"".join(bytes([DC3, b + 0x20]) if b in _SHIFTED.values() else bytes([b]) for b in body)
    return bytes([SYN]) + sent + bytes([ETB]) + crc.to_bytes(2, "big")


class Decoder(stream.Decoder[Piece]):
    """Holds at most one packet."""

    def take(self, held: bytes, at: int, over: bool) -> Piece | None:
        piece = _take(held, at, self._offset)
        return Piece("rubbish", self._offset + at, 1) if piece is None and over else piece


def _take(held: bytes, at: int, offset: int) -> Piece | None:
    first = held[at]
    if first in SINGLE:
        return Piece(SINGLE[first], offset + at, 1)
    if run := _NOTHING.match(held, at):
        return Piece("rubbish", offset + at, run.end() - at)
    return _packet(held, at, offset)


def _packet(held: bytes, start: int, offset: int) -> Piece | None:
    """A packet from its SYN; None while more bytes are needed, rubbish where it can be none."""
    body, at = bytearray(), start + 1
    places: list[int] = []
    while at < len(held):
        byte = held[at]
        if byte == ETB:
            return _close(held, start, at + 1, offset, bytes(body), tuple(places))
        if byte == SYN or len(body) >= MOST_DATA:
            return Piece("rubbish", offset + start, at - start)  # a packet begins anew, or this one has no end
        if byte == DC3 and at + 1 >= len(held):
            return None
        if byte == DC3 and held[at + 1] not in _SHIFTED:
            return Piece("rubbish", offset + start, at + 1 - start)
        at += byte == DC3
        body.append(_SHIFTED[held[at]] if byte == DC3 else byte)
        places.append(at - start)
        at += 1
    return None


def _close(held: bytes, start: int, at: int, offset: int, body: bytes, places: tuple[int, ...]) -> Piece | None:
    if len(held) < at + 2:
        return None
    good = crc16_1021(body + bytes([ETB])) == int.from_bytes(held[at : at + 2], "big")
    return Piece("message", offset + start, at + 2 - start, body, places, good)
