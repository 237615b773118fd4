"""Bytes by their kind: every byte becomes the sign of its kind, so that a plain search finds what an expression would
try byte after byte; must not judge what is found."""

from collections.abc import Iterable, Iterator

NONE = 0
"""The sign of all bytes that belong to no kind."""


def kinds(signs: dict[bytes, bytes], *, others: bool = False) -> bytes:
    """A table for `bytes.translate`: each sign with the bytes it stands for; `others` stay as they are."""
    table = bytearray(range(256)) if others else bytearray(256)
    for sign, members in signs.items():
        for byte in members:
            table[byte] = sign[0]
    return bytes(table)


def stretches(shape: bytes, least: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Where the sign of `least` stands at least as often as there, as far as it goes."""
    stop = len(shape) if end is None else end
    at = shape.find(least, start, stop)
    while at >= 0:
        last = _end(shape, least, at, stop)
        yield at, last
        at = shape.find(least, last, stop)


def _end(shape: bytes, least: bytes, at: int, stop: int) -> int:
    end = shape.find(NONE, at + len(least), stop)
    return stop if end < 0 else end


def places(shape: bytes, needles: Iterable[bytes]) -> Iterator[int]:
    """Where each needle stands, one needle after the other."""
    for needle in needles:
        at = shape.find(needle)
        while at >= 0:
            yield at
            at = shape.find(needle, at + 1)
