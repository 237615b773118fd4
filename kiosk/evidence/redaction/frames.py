"""Card data at the places a protocol names, and the checksums around it; must not know the fields themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, partial

from kiosk.evidence.redaction.hits import BCD, BINARY, NAME, TEXT, Hit, apply
from kiosk.protocols.framing import crc16_8408, dle_frames, lrc
from kiosk.protocols.protocol import Protocol, protocols

Checksum = tuple[str, int, int, int]
"""The kind, where its frame begins, where it stands, and what an LRC takes in besides the body."""

Place = tuple[int, int, Callable[[], bool]]
"""Where a frame begins and ends, and whether every field of it was read."""

_LRC_FRAME = re.compile(rb"\x02[^\x02\x03]{1,4096}\x03(?=.)", re.DOTALL)
_MASKED_BCD = re.compile(r"\d{0,6}e{3,}\d{0,4}f*")
_MASKED_TEXT = re.compile(rb"\d{0,6}[xX*#]{3,}\d{0,4}")
# Status information, completion, print text and card reading: what else there is holds no card.
_HEADS = re.compile(rb"\x04[\x0f\xff][\x0c-\xff]|\x06[\x0f\xc0\xd1\xd3][\x0c-\xff]|\x80\x00[\x0c-\xff]", re.DOTALL)
_STX = b"\x10\x02"
_DLE_ANY = re.compile(rb"\x10(.)", re.DOTALL)
_ZVT_CLASSES = frozenset((0x04, 0x05, 0x06, 0x08, 0x0F, 0x80, 0x84))
# The ways in use: with or without STX and ETX, from 0 or 7F (ECR17).
_LRC = tuple(start ^ ends for start in (0, 0x7F) for ends in (0x03, 0x01, 0x00, 0x02))
_SIGNS = {"text": TEXT, "name": NAME, "bcd": BCD, "binary": BINARY}


def mask_frames(
    data: bytearray, protocol: str | None, framing: str | None, counts: Counter[str], inner: Callable[[bytes], bytes]
) -> list[Place]:
    """Mask in place the fields that a protocol calls card data, and what stands inside stuffed frames.

    The answer is where frames stand, and whether they were read whole: what their fields hold needs no guess.
    """
    read: list[Place] = []
    known = protocols().get(protocol or "")
    if known is not None:
        read = _mask_known(data, 0, len(data), known, framing or known.framings[0], counts)
    if protocol is None or (protocol == "zvt" and all(e - s <= 3 for s, e, _ in read)):
        view = bytes(data)
        for start, end, found, found_framing in _recognised(view):
            _mask_spans(data, start, view[start:end], found, found_framing, counts)
            read.append((start, end, cache(partial(_is_whole, view[start:end], found, found_framing))))
    if _STX in data:
        _mask_stuffed(data, inner)
    return read


def _mask_known(
    data: bytearray, start: int, end: int, known: Protocol, framing: str, counts: Counter[str]
) -> list[Place]:
    view = bytes(data[start:end])
    read: list[Place] = []
    decoded = known.decode(view, framing, None)
    for frame in decoded.frames:
        if frame.ok and not frame.note:
            read.append((start + frame.offset, start + frame.offset + frame.length, _yes))
        message = view[frame.offset : frame.offset + frame.length]
        _mask_spans(data, start + frame.offset, message, known, framing, counts)
    rest = decoded.rubbish[-1] if decoded.rubbish else None
    if rest is not None and rest.offset + rest.length == len(view) and _HEADS.match(view, rest.offset):
        cut_off = view[rest.offset :].ljust(_size(view, rest.offset), b"\0")
        _mask_spans(data, start + rest.offset, cut_off, known, framing, counts)
    return read


def _yes() -> bool:
    return True


def _is_whole(message: bytes, known: Protocol, framing: str) -> bool:
    frames = known.decode(message, framing, None).frames
    return len(frames) == 1 and frames[0].ok and not frames[0].note


def _mask_spans(data: bytearray, at: int, message: bytes, known: Protocol, framing: str, counts: Counter[str]) -> None:
    for span in known.card_spans(message, framing):
        first, last = at + span.start, min(at + span.start + span.length, len(data))
        if not _is_masked(message[span.start : span.start + span.length]):
            apply(data, [Hit(first, last, _SIGNS.get(span.encoding, BINARY), span.rule)], counts)


def _is_masked(value: bytes) -> bool:
    """Truncated by the terminal itself (PCI DSS 3.4.1: at most six and four figures are left)."""
    return bool(_MASKED_BCD.fullmatch(value.hex()) or _MASKED_TEXT.fullmatch(value))


def _recognised(data: bytes) -> Iterator[tuple[int, int, Protocol, str]]:
    """ZVT without being told: frames between DLE STX and DLE ETX, messages whose lengths fill the data to its last
    byte, and in between what begins like a message that may hold card data and is one to its end."""
    zvt = protocols().get("zvt")
    if zvt is None:
        return
    for start, end in dle_frames(data) if _STX in data else ():
        if data[end : end + 2] == _crc(data, start, end) or _fills(unstuffed(data[start + 2 : end - 2])):
            yield start, end + 2, zvt, "serial"
    if _fills(data):
        at = 0
        while at < len(data):
            yield at, at + _size(data, at), zvt, "tcp"
            at += _size(data, at)
        return
    for head in _HEADS.finditer(data):
        end = head.start() + _size(data, head.start())
        if end <= len(data) and _is_whole(data[head.start() : end], zvt, "tcp"):
            yield head.start(), end, zvt, "tcp"


def _size(data: bytes, at: int) -> int:
    return int.from_bytes(data[at + 3 : at + 5], "little") + 5 if data[at + 2] == 0xFF else data[at + 2] + 3


def _fills(data: bytes) -> bool:
    at = 0
    while at + 3 <= len(data) and data[at] in _ZVT_CLASSES:
        at += _size(data, at)
    return at == len(data) and at > 0


def _mask_stuffed(data: bytearray, inner: Callable[[bytes], bytes]) -> None:
    """`10 10` stands for one byte 10: read without, written back with. The first such byte of a run that is masked
    keeps its two digits and its length; of more, each becomes `10 EE`, which stands for EE: two digits tell nothing,
    and the frame stays one."""
    view = bytes(data)
    for start, end in dle_frames(view):
        body = view[start + 2 : end - 2]
        if b"\x10\x10" not in body:
            continue
        places = _unstuffed_places(body, start + 2)
        old = bytes(view[p] for p in places)
        kept = False
        for place, before, after in zip(places, old, inner(old), strict=True):
            first = before == 0x10 != after and not kept
            kept = first or (kept and before != after)
            if before != after and not first:
                data[place] = after


def _unstuffed_places(body: bytes, at: int) -> list[int]:
    """Where each byte stands; of a doubled one its second."""
    places, i = [], 0
    while i < len(body):
        i += 1 if body[i] == 0x10 else 0
        places.append(at + i)
        i += 1
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
    return crc16_8408(unstuffed(data[start + 2 : end - 2]) + b"\x03").to_bytes(2, "little")


def unstuffed(body: bytes) -> bytes:
    """A byte 10 stands for the byte behind it."""
    return _DLE_ANY.sub(rb"\1", body) if b"\x10" in body else body
