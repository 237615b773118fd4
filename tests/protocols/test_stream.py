"""Bytes to pieces and the waiting for them, with a toy frame: one byte of length, then as many bytes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import Garbled
from kiosk.protocols import stream
from kiosk.protocols.conversation import Receive

MARK = 0x7E


class Decoder(stream.Decoder[stream.Piece]):
    """`7E length body`; all else is rubbish, one byte at a time."""

    def take(self, held: bytes, at: int, over: bool) -> stream.Piece | None:
        if held[at] != MARK:
            return stream.Piece("rubbish", self._offset + at, 1)
        if len(held) < at + 2 or len(held) < at + 2 + held[at + 1]:
            return stream.Piece("rubbish", self._offset + at, 1) if over else None
        return stream.Piece("frame", self._offset + at, 2 + held[at + 1])


class Listener(stream.Listener[stream.Piece]):
    bounds = stream.Bounds(noise=10, taken=40, pieces=3)
    between = 0.5
    whose = "toy"

    def __init__(self) -> None:
        stream.Listener.__init__(self)
        self.decoder = Decoder()

    def cut(self) -> stream.Piece:
        return stream.Piece("cut", 0, 0)


class Wire:
    """Hands out what stands ready and remembers how long each wait was to be."""

    def __init__(self, *said: bytes) -> None:
        self.said: Iterator[bytes] = iter(said)
        self.waits: list[float] = []

    def answer(self, wish: object) -> bytes:
        assert isinstance(wish, Receive)
        self.waits.append(wish.timeout)
        return next(self.said, b"")


def heard(listener: Listener, wire: Wire, timeout: float = 2.0) -> stream.Piece | None:
    talk = listener.next(timeout)
    try:
        wish = next(talk)
        while True:
            wish = talk.send(wire.answer(wish))
    except StopIteration as stop:
        return stop.value


@given(data=st.binary(max_size=60), cuts=st.lists(st.integers(0, 60), max_size=6))
def test_chunks_change_nothing_and_nothing_is_lost(data: bytes, cuts: list[int]) -> None:
    whole, parts = Decoder(), Decoder()
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    at_once = whole.feed(data) + whole.finish()
    split = [p for a, b in pairwise(places) for p in parts.feed(data[a:b])] + parts.finish()
    assert [p for p in at_once if p.kind == "frame"] == [p for p in split if p.kind == "frame"]
    assert sum(p.length for p in split) == len(data) == sum(p.length for p in at_once)
    assert [p.offset for p in at_once] == sorted(p.offset for p in at_once)


def test_rubbish_that_touches_is_one_run() -> None:
    assert Decoder().feed(b"abc\x7e\x01x") == [stream.Piece("rubbish", 0, 3), stream.Piece("frame", 3, 3)]


def test_what_is_dropped_counts_in_later_offsets() -> None:
    decoder = Decoder()
    assert decoder.feed(b"\x7e\x05ab") == []
    assert decoder.waiting
    decoder.drop()
    assert not decoder.waiting
    assert decoder.feed(b"\x7e\x00") == [stream.Piece("frame", 4, 2)]


def test_a_frame_is_waited_for_and_noise_is_counted() -> None:
    listener, wire = Listener(), Wire(b"ab\x7e", b"\x01", b"x\x7e\x00")
    assert heard(listener, wire) == stream.Piece("frame", 2, 3)
    assert wire.waits == [2.0, 0.5, 0.5]
    assert heard(listener, wire) == stream.Piece("frame", 5, 2)
    assert (listener.noise, listener.heard, listener.taken) == (2, 2, 7)


def test_silence_is_none_and_a_frame_that_breaks_off_is_told() -> None:
    listener = Listener()
    assert heard(listener, Wire()) is None
    assert heard(listener, Wire(b"\x7e\x09")) == stream.Piece("cut", 0, 0)
    assert heard(listener, Wire()) is None


def test_a_short_wait_stays_short_in_the_middle_of_a_frame() -> None:
    wire = Wire(b"\x7e\x09")
    heard(Listener(), wire, timeout=0.1)
    assert wire.waits == [0.1, 0.1]


@pytest.mark.parametrize("flood", [b"a" * 11, b"\x7e\x00" * 4, b"\x7e\x27" + b"a" * 39])
def test_there_is_an_end_to_what_makes_no_sense(flood: bytes) -> None:
    with pytest.raises(Garbled, match="messages of the toy"):
        heard(Listener(), Wire(flood))
