"""Pieces hold all that may be card data in a member, and nothing falls between two of them."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.evidence.bundle import pieces
from kiosk.evidence.bundle.pieces import OVERLAP, WINDOW, Piece, pieces_of, windows
from kiosk.evidence.codec import encode_trace
from kiosk.model.trace import Entry, TraceHeader, What

HEADER = TraceHeader("till-1", "/dev/ttyUSB0", "zvt", "serial", "2026-03-12T14:30:00+00:00")
NAME = "trace/00_till_1.jsonl"


def data(*entries, name=NAME, member=None):
    return [piece.data for piece in pieces_of(name, member or encode_trace(HEADER, entries))]


def test_a_trace_is_its_header_its_notes_its_streams_and_every_write_alone():
    entries = (
        Entry(0.0, What.OPEN),
        Entry(0.1, What.SEND, b"ab"),
        Entry(0.2, What.RECEIVE, b"12", note="said \u00e9"),
        Entry(0.3, What.SEND, b"cd"),
        Entry(0.4, What.CONTROL_IN, b"56"),
        Entry(0.5, What.RECEIVE, b"34"),
        Entry(0.6, What.ERROR, b"78", note="said \u00e9"),
    )
    first, *rest = pieces_of(NAME, encode_trace(HEADER, entries))
    assert first.data.count(b"\n") == 2
    assert b"till-1" in first.data
    assert "said \u00e9".encode() in first.data
    streams = [b"abcd", b"1234", b"56", b"78"]
    assert rest == [Piece(d, "zvt", "serial") for d in (*streams, b"ab", b"cd", b"12", b"34", b"56", b"78")]


def test_what_reads_back_otherwise_is_a_piece_as_it_lies_there():
    entry = Entry(0.1, What.RECEIVE, b"x", note="n")
    member = encode_trace(HEADER, (entry,))
    for odd in (
        member.replace(b'"note"', b'"more":"4111","note"'),
        member.replace(b":0.1", b": 0.1"),
        member.replace(b":0.1", b":0.10"),
        member.replace(b"till-1", b"\\u0074ill-1"),
        member.rstrip(),
        member + b"\n",
        member + b"no trace",
        encode_trace(HEADER, (Entry(0.4111111111111111, What.RECEIVE, b"x"),)),
        encode_trace(HEADER, (Entry(0.1, What.SILENCE, seconds=4111111111111111.0),)),
    ):
        assert data(member=odd) == [odd]
    assert data(name="log.jsonl", member=member) == [member]
    assert data(member=member) != [member]


def test_a_time_of_a_run_is_too_short_for_a_card_number():
    (first, *_) = data(Entry(999999.999999, What.SILENCE, seconds=999999.999999))
    assert b"999999" not in first


def test_a_picture_is_a_piece_as_it_is():
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    assert data(name="screenshots/home.png", member=picture) == [picture]


@given(st.lists(st.binary(max_size=9), max_size=60), st.integers(1, 30), st.integers(0, 20))
def test_whatever_is_short_enough_is_whole_in_one_window(parts, size, overlap):
    pieces.WINDOW, pieces.OVERLAP = size, overlap
    try:
        found = list(windows(parts))
    finally:
        pieces.WINDOW, pieces.OVERLAP = WINDOW, OVERLAP
    whole = b"".join(parts)
    at, spans = 0, []
    for window in found:
        at = whole.index(window, at) if overlap + size > len(whole) else at
        spans.append(window)
    assert b"".join(parts) == b"" or found
    for start in range(len(whole)):
        assert any(whole[start : start + overlap + 1] in window for window in spans)
