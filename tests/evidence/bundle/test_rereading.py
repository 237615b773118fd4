"""Sealing reads a trace once more by its own framing: nothing of a card is left, and nothing else is struck."""

from kiosk.evidence.bundle.rereading import reread
from kiosk.evidence.codec import decode_trace, encode_trace
from kiosk.model.trace import Entry, TraceHeader, What
from tests.fakes.card_corpus import packed, stuffed

HEADER = TraceHeader("till-1", "/dev/ttyUSB0", "zvt", "serial", "2026-03-12T14:30:00+00:00")
PAN = "4111111111111111"
# A completion whose merchant card number, between its tags, would read like a card's number with padding behind.
LOOKS_LIKE_ONE = stuffed(bytes.fromhex("060f14000611e70f1f570500123456781f580228121f430100"))


def struck(*entries, header=HEADER):
    member, counts = reread("trace/00_till_1.jsonl", encode_trace(header, entries))
    return [entry.data for entry in decode_trace(member)[1]], dict(counts)


def test_frames_that_were_read_whole_are_left_alone():
    entries = (Entry(0.1, What.SEND, stuffed(b"\x05\x01\x00")), Entry(0.2, What.RECEIVE, LOOKS_LIKE_ONE))
    data, counts = struck(*entries)
    assert data == [entry.data for entry in entries]
    assert counts == {}


def test_card_data_that_is_still_there_is_struck():
    half = PAN.encode()
    data, counts = struck(
        Entry(0.1, What.RECEIVE, half[:7]), Entry(0.2, What.SEND, b"\x06"), Entry(0.3, What.RECEIVE, half[7:])
    )
    assert b"".join(data).replace(b"\x06", b"") == b"x" * 16
    assert counts
    field = stuffed(b"\x04\x0f\x0b\x22\xf0\xf8" + packed(PAN))
    (masked,), counts = struck(Entry(0.1, What.RECEIVE, field))
    assert bytes.fromhex("4111") not in masked
    assert counts


def test_notes_beside_the_bytes_are_read_too():
    member = encode_trace(HEADER, (Entry(0.1, What.ERROR, b"\x05\x01", note=f"Gone: {PAN}"),))
    masked, counts = reread("trace/00_till_1.jsonl", member)
    assert PAN.encode() not in masked
    assert len(masked) == len(member)
    assert counts


def test_what_is_no_trace_or_written_otherwise_is_guessed_at_in_full():
    for name in ("log.jsonl", "trace/00_till_1.jsonl"):
        masked, counts = reread(name, b'{"line":"4111 1111 1111 1111"}\n')
        assert b"4111 1111" not in masked
        assert counts
    spaced = encode_trace(HEADER, (Entry(0.1, What.RECEIVE, PAN.encode()),)).replace(b'"data":"', b'"data": "')
    assert b"NDExMTExMTExMTExMTExMQ" not in reread("trace/00_till_1.jsonl", spaced)[0]
