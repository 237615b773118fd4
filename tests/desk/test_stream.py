"""Cursors and the form of a message."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.desk.stream import pack, sse, unpack


@given(st.dictionaries(st.text(min_size=1, max_size=80), st.integers(0, 2**53), max_size=20))
def test_a_cursor_comes_back_as_it_went(cursor):
    assert unpack(pack(cursor)) == cursor


@given(st.text(max_size=200))
def test_rubbish_raises_one_kind_of_error(text):
    try:
        unpack(text)
    except msgspec.DecodeError:
        return


@pytest.mark.parametrize("text", ["@@", "e30x", "W10", "ä"])
def test_no_cursor(text):
    with pytest.raises(msgspec.DecodeError):
        unpack(text)


def test_a_message_with_line_breaks_stays_one_message():
    assert sse("case", b'{"a":\n1}', "7") == b'id: 7\nevent: case\ndata: {"a":\ndata: 1}\n\n'
    assert sse("hello", b"{}") == b"event: hello\ndata: {}\n\n"
