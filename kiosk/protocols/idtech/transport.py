"""How ID TECH messages travel: tagged frames on a serial line, the same in 64-byte HID reports; must not read them.

A frame is `"ViVOtech2" 00 | command | sub-command or status | length hi lo | data | CRC` (guide, chapter 2). The CRC is
CRC-16/CCITT-FALSE over all before it; a command carries its low byte first, an answer its high byte first. Some
programs send it the other way, so both are read. HID reports are padded with zeros: a frame ends where its length says.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.errors import Garbled
from kiosk.protocols import stream
from kiosk.protocols.framing import crc16_1021

SERIAL, HID = "serial", "hid"
FRAMINGS = (SERIAL, HID)
TAG = b"ViVOtech2\x00"
HEAD = len(TAG) + 4
MOST_DATA = 4096  # no answer of our list is longer than a few hundred bytes
REPORT = 64
SINGLE, FIRST, MIDDLE, LAST = 1, 2, 3, 4  # report ids (guide, section 2.8.1)


@dataclass(frozen=True, slots=True)
class Piece(stream.Piece):
    """`kind` is "message" or "rubbish".

    `places` tells where each byte of `data` stood within the piece, `seal` where the two of the check sum. `good` is
    False for a wrong check sum; `order` is how it stood: "out" low byte first, "in" high byte first, "" where both
    read alike or none is right.
    """

    command: int = 0
    second: int = 0
    data: bytes = b""
    places: tuple[int, ...] = ()
    good: bool = True
    order: str = ""
    seal: tuple[int, ...] = ()


def frame(command: int, second: int, framing: str, data: bytes = b"") -> bytes:
    """The bytes on the wire for one command, in as many reports as it needs."""
    body = TAG + bytes([command, second]) + len(data).to_bytes(2, "big") + data
    whole = body + crc16_1021(body, 0xFFFF).to_bytes(2, "little")
    return reports(whole) if framing == HID else whole


def check_sum(command: int, second: int, data: bytes, order: str) -> bytes:
    """Of a whole frame: an answer ("in") carries its high byte first."""
    body = TAG + bytes([command, second]) + len(data).to_bytes(2, "big") + data
    return crc16_1021(body, 0xFFFF).to_bytes(2, "big" if order == "in" else "little")


def reports(whole: bytes) -> bytes:
    """A frame cut into reports: one with id 1, or ids 2, 3 and 4, each filled up with zeros (guide, section 2.8.1)."""
    room = REPORT - 1
    parts = [whole[at : at + room] for at in range(0, len(whole), room)]
    ids = [SINGLE] if len(parts) == 1 else [FIRST, *[MIDDLE] * (len(parts) - 2), LAST]
    return b"".join(bytes([id]) + part.ljust(room, b"\0") for id, part in zip(ids, parts, strict=True))


class Decoder(stream.Decoder[Piece]):
    """Holds at most one frame."""

    def __init__(self, framing: str) -> None:
        if framing not in FRAMINGS:
            raise Garbled(f"ID TECH readers have no framing called {framing}.")
        super().__init__()
        self._hid = framing == HID

    @property
    def waiting(self) -> bool:
        """True in the middle of a frame."""
        return TAG in self._held

    def take(self, held: bytes, at: int, over: bool) -> Piece | None:
        tag = held.find(TAG, at)
        if tag < 0:
            end = len(held) if over else len(held) - _beginning(held[at:])
            return self._rubbish(at, end - at) if end > at else None
        start = tag - 1 if self._hid and tag > at and held[tag - 1] in (SINGLE, FIRST) else tag
        if start > at:
            return self._rubbish(at, start - at)
        piece = _take(held, start, tag, self._offset, self._hid)
        if piece is None and over:
            return self._rubbish(at, tag + 1 - at)
        return piece

    def _rubbish(self, at: int, length: int) -> Piece:
        return Piece("rubbish", self._offset + at, length)


def _beginning(held: bytes) -> int:
    """How many bytes at the end may be the beginning of a tag, with a report id before it."""
    sizes = range(min(len(TAG) - 1, len(held)), 0, -1)
    size = next((n for n in sizes if TAG.startswith(held[-n:])), 0)
    before = held[-size - 1 : len(held) - size]
    return size + (1 if before and before[0] in (SINGLE, FIRST) else 0)


def _take(held: bytes, start: int, tag: int, offset: int, hid: bool) -> Piece | None:
    """The frame whose tag stands at `tag`; None while more bytes are needed, rubbish where it can be none."""
    if len(held) < tag + HEAD:
        return None
    size = int.from_bytes(held[tag + HEAD - 2 : tag + HEAD], "big")
    again = held.find(TAG, tag + len(TAG))
    if size > MOST_DATA:
        return Piece("rubbish", offset + start, tag + len(TAG) - start)
    places = _places(held, start, tag, HEAD + size + 2) if hid else range(tag, tag + HEAD + size + 2)
    if places is None:
        return Piece("rubbish", offset + start, tag + len(TAG) - start)
    if 0 <= again < places[-1]:
        return Piece("rubbish", offset + start, again - start)  # a frame begins anew: this one was cut off
    if len(held) <= places[-1]:
        return None
    end = _padded(held, start, tag, places[-1] + 1) if hid else places[-1] + 1
    return _close(held, start, end, places, offset)


def _places(held: bytes, start: int, tag: int, size: int) -> list[int] | range | None:
    """Where the bytes of a frame lie in reports: each begins with its id. None where a report has the wrong id."""
    if start == tag or held[start] == SINGLE or size <= REPORT - 1:
        return range(tag, tag + size)
    places: list[int] = []
    at, left = start, size
    while left > 0:
        wanted = FIRST if at == start else LAST if left <= REPORT - 1 else MIDDLE
        if at < len(held) and held[at] != wanted:
            return None
        places += range(at + 1, at + 1 + min(left, REPORT - 1))
        at, left = at + REPORT, left - (REPORT - 1)
    return places


def _padded(held: bytes, start: int, tag: int, end: int) -> int:
    """Behind the zeros that fill the report, as far as they have come."""
    last = start + -(-(end - start) // REPORT) * REPORT - (1 if start == tag else 0)
    while end < min(last, len(held)) and held[end] == 0:
        end += 1
    return end


def _close(held: bytes, start: int, end: int, places: list[int] | range, offset: int) -> Piece:
    whole = bytes(held[p] for p in places)
    crc = crc16_1021(whole[:-2], 0xFFFF)
    high, low = crc.to_bytes(2, "big"), crc.to_bytes(2, "little")
    good = whole[-2:] in (high, low)
    order = "" if not good or high == low else "in" if whole[-2:] == high else "out"
    inner = tuple(p - start for p in places[HEAD:-2])
    command, second = whole[len(TAG)], whole[len(TAG) + 1]
    seal = tuple(p - start for p in places[-2:])
    return Piece("message", offset + start, end - start, command, second, whole[HEAD:-2], inner, good, order, seal)
