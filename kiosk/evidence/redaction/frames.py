"""Card data at the places a protocol names, and the checksums around it; must not know the fields themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from kiosk.evidence.redaction.hits import BCD, BINARY, NAME, TEXT, Hit, apply
from kiosk.protocols.framing import crc16_8408, dle_frames, lrc
from kiosk.protocols.protocol import Protocol, protocols

Checksum = tuple[str, int, int, int]
"""The kind, where its frame begins, where it stands, and what an LRC takes in besides the body."""

_LRC_FRAME = re.compile(rb"\x02[^\x02\x03]{1,4096}\x03(?=.)", re.DOTALL)
_MASKED_BCD = re.compile(r"\d{0,6}e{3,}\d{0,4}f*")
_MASKED_TEXT = re.compile(rb"\d{0,6}[xX*#]{3,}\d{0,4}")
_ZVT_CLASSES = frozenset((0x04, 0x05, 0x06, 0x08, 0x0F, 0x80, 0x84))
# The ways in use: with or without STX and ETX, from 0 or 7F (ECR17).
_LRC = tuple(start ^ ends for start in (0, 0x7F) for ends in (0x03, 0x01, 0x00, 0x02))
_SIGNS = {"text": TEXT, "name": NAME, "bcd": BCD, "binary": BINARY}


def mask_frames(
    data: bytearray, protocol: str | None, framing: str | None, counts: Counter[str], inner: Callable[[bytes], bytes]
) -> list[tuple[int, int]]:
    """Mask in place the fields that a protocol calls card data, and what stands inside stuffed frames.

    The answer is where frames were read whole: what their fields hold needs no guess.
    """
    read: list[tuple[int, int]] = []
    known = protocols().get(protocol or "")
    if known is not None:
        read = _mask_known(data, 0, len(data), known, framing or known.framings[0], counts)
    elif protocol is None:
        for start, end, found, found_framing in _recognised(bytes(data)):
            read += _mask_known(data, start, end, found, found_framing, counts)
    _mask_stuffed(data, inner)
    return read


def _mask_known(
    data: bytearray, start: int, end: int, known: Protocol, framing: str, counts: Counter[str]
) -> list[tuple[int, int]]:
    view, read = bytes(data[start:end]), []
    for frame in known.decode(view, framing, None).frames:
        if frame.ok and not frame.note:
            read.append((start + frame.offset, start + frame.offset + frame.length))
        message = view[frame.offset : frame.offset + frame.length]
        for span in known.card_spans(message, framing):
            if not _is_masked(message[span.start : span.start + span.length]):
                at = start + frame.offset + span.start
                apply(data, [Hit(at, at + span.length, _SIGNS.get(span.encoding, BINARY), span.rule)], counts)
    return read


def _is_masked(value: bytes) -> bool:
    """Truncated by the terminal itself (PCI DSS 3.4.1: at most six and four figures are left)."""
    return bool(_MASKED_BCD.fullmatch(value.hex()) or _MASKED_TEXT.fullmatch(value))


def _recognised(data: bytes) -> Iterator[tuple[int, int, Protocol, str]]:
    """ZVT without being told: frames with a right CRC, or messages whose lengths fill the data to its last byte."""
    zvt = protocols().get("zvt")
    if zvt is None:
        return
    for start, end in dle_frames(data):
        if data[end : end + 2] == _crc(data, start, end):
            yield start, end + 2, zvt, "serial"
    if _fills(data):
        yield 0, len(data), zvt, "tcp"


def _fills(data: bytes) -> bool:
    at = 0
    while at + 3 <= len(data) and data[at] in _ZVT_CLASSES:
        long = data[at + 2] == 0xFF
        size = int.from_bytes(data[at + 3 : at + 5], "little") + 5 if long else data[at + 2] + 3
        at += size
    return at == len(data) and at > 0


def _mask_stuffed(data: bytearray, inner: Callable[[bytes], bytes]) -> None:
    """`10 10` stands for one byte 10: read without, written back with. Such a byte keeps its value and length."""
    view = bytes(data)
    for start, end in dle_frames(view):
        body = view[start + 2 : end - 2]
        if b"\x10\x10" not in body:
            continue
        places = _unstuffed_places(body, start + 2)
        old = bytes(view[p] for p in places)
        for place, before, after in zip(places, old, inner(old), strict=True):
            if before != after and before != 0x10:
                data[place] = after


def _unstuffed_places(body: bytes, at: int) -> list[int]:
    places, i = [], 0
    while i < len(body):
        places.append(at + i)
        i += 2 if body[i] == 0x10 else 1
    return places


def right_checksums(data: bytes, known: bool) -> tuple[Checksum, ...]:
    """Checksums that are right before masking; wrong ones are evidence and stay wrong."""
    found: list[Checksum] = [
        ("crc", start, end, 0) for start, end in dle_frames(data) if data[end : end + 2] == _crc(data, start, end)
    ]
    for match in _LRC_FRAME.finditer(data):
        if not known and not _stands_alone(data, match.start(), match.end() + 1):
            continue
        body = lrc(data[match.start() + 1 : match.end() - 1])
        found += [("lrc", match.start(), match.end(), rest) for rest in _LRC if data[match.end()] == body ^ rest][:1]
    return tuple(found)


def _stands_alone(data: bytes, start: int, end: int) -> bool:
    """Nothing but control characters of such protocols (ENQ, ACK, NAK, EOT, STX) stands before and after."""
    edge = data[max(0, start - 1) : start]
    return edge in (b"", b"\x04", b"\x05", b"\x06", b"\x15") and data[end : end + 1] in (b"", b"\x02", b"\x04", b"\x06")


def write_checksums(before: bytes, data: bytes, checksums: tuple[Checksum, ...]) -> bytes:
    """The same checksums over the masked bytes."""
    new = bytearray(data)
    for way, start, end, rest in checksums:
        if before[end] != data[end]:
            continue  # card data was found there: it was no checksum
        if way == "crc":
            new[end : end + 2] = _crc(data, start, end)
        else:
            new[end] = lrc(data[start + 1 : end - 1]) ^ rest
    return bytes(new)


def _crc(data: bytes, start: int, end: int) -> bytes:
    """PA00P016 chapter 2: over the unstuffed message and ETX."""
    body = data[start + 2 : end - 2].replace(b"\x10\x10", b"\x10") + b"\x03"
    return crc16_8408(body).to_bytes(2, "little")
