"""Server-sent events from bytes cut anywhere; the same as all at once."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.escalation.stream import LONGEST, Beat, Reader, Sent

WIRE = (
    b'event: hello\ndata: {"epoch":"e"}\n\n: beat\n\n'
    b"id: abc\r\nevent: case\r\ndata: one\r\ndata: two\r\n\r\ndata: bare\n\n"
)
MEANT = [Sent("hello", '{"epoch":"e"}', ""), Beat(), Sent("case", "one\ntwo", "abc"), Sent("message", "bare", "abc")]


@given(st.lists(st.integers(0, len(WIRE)), max_size=8))
def test_it_does_not_matter_where_it_is_cut(cuts: list[int]):
    reader, found = Reader(), []
    edges = [0, *sorted(cuts), len(WIRE)]
    for start, end in pairwise(edges):
        found += reader.feed(WIRE[start:end])
    assert found == MEANT


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_rubbish_never_raises(chunks: list[bytes]):
    reader = Reader()
    for chunk in chunks:
        reader.feed(chunk)


@pytest.mark.parametrize("chunk", [b"x" * 65536, b"data: x\n" * 8192])
def test_a_stream_without_ends_does_not_fill_the_memory(chunk: bytes):
    reader = Reader()
    with pytest.raises(ValueError, match="without ends"):
        for _ in range(LONGEST // len(chunk) + 2):
            reader.feed(chunk)
