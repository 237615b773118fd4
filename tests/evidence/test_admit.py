"""Listed messages stay, all else becomes filler that the protocol still cuts into the same frames."""

import msgspec
import pytest

from kiosk.evidence.admit import FILLER, admit, admit_header
from kiosk.model.trace import Entry, TraceHeader, What
from kiosk.protocols.protocol import protocols
from tests.fakes.card_corpus import packed, stuffed

KEY = b"k" * 32
STATUS = bytes.fromhex("060f0100")
RECEIPT = b"\x06\xd1\x10\x40Summe EUR 12,90"
PAYMENT = b"\x04\x0f\x0e\x27\x00\x22\xf0\xf8" + packed("4111111111111111") + b"\x0b"


def header(framing):
    return TraceHeader("till-1", "tcp://10.0.0.4:20007", "zvt", framing, "2026-03-12T14:30:00+00:00")


def wire(message, framing):
    return stuffed(message) if framing == "serial" else message


@pytest.mark.parametrize("framing", ["serial", "tcp"])
@pytest.mark.parametrize("message", [STATUS, bytes.fromhex("800000"), bytes.fromhex("061e016c")])
def test_listed_messages_stay_byte_for_byte(framing, message):
    entries = (Entry(0.1, What.RECEIVE, wire(message, framing)),)
    assert admit(entries, header(framing), KEY) == entries


@pytest.mark.parametrize("framing", ["serial", "tcp"])
def test_others_become_filler_with_type_and_hash(framing):
    data = wire(RECEIPT, framing)
    (kept,) = admit((Entry(0.1, What.RECEIVE, data),), header(framing), KEY)
    assert len(kept.data) == len(data)
    assert b"Summe" not in kept.data
    assert kept.data.count(FILLER) >= 10
    assert kept.note.lower().startswith("filled 06d1 ")
    assert not any(c.isdigit() for c in kept.note.split()[-1])
    (frame,) = protocols()["zvt"].decode(kept.data, framing, "in").frames
    assert (frame.command.lower(), frame.length) == ("06d1", len(data))


def test_the_hash_tells_equal_messages_and_needs_the_key():
    def note(message, key):
        return admit((Entry(0.1, What.RECEIVE, message),), header("tcp"), key)[0].note

    assert note(RECEIPT, KEY) == note(RECEIPT, KEY)
    assert note(RECEIPT, KEY) != note(RECEIPT, b"other")


@pytest.mark.parametrize("cut", range(1, len(PAYMENT)))
def test_a_message_in_two_pieces(cut):
    pieces = (
        Entry(0.1, What.RECEIVE, PAYMENT[:cut]),
        Entry(0.2, What.SILENCE, seconds=0.1),
        Entry(0.3, What.RECEIVE, PAYMENT[cut:]),
    )
    kept = admit(pieces, header("tcp"), KEY)
    assert [len(e.data) for e in kept] == [cut, 0, len(PAYMENT) - cut]
    assert b"\x11\x11" not in b"".join(e.data for e in kept)


def test_what_is_no_frame_stays_masked():
    kept = admit(
        (Entry(0.1, What.RECEIVE, b"?? 4111111111111111 ??"),),
        msgspec.structs.replace(header("tcp"), protocol=None),
        KEY,
    )
    assert kept[0].data == b"?? xxxxxxxxxxxxxxxx ??"


def test_notes_and_ports_hide_addresses():
    entry = Entry(0.1, What.ERROR, note="Gone: tcp://10.0.0.4:20007 with 4111111111111111")
    (kept,) = admit((entry,), header("tcp"), KEY)
    assert "10.0.0" not in kept.note
    assert "4111" not in kept.note
    assert admit_header(header("tcp"), KEY).port in kept.note


def test_twice_is_once():
    once = admit((Entry(0.1, What.RECEIVE, RECEIPT + STATUS + PAYMENT),), header("tcp"), KEY)
    assert [e.data for e in admit(once, header("tcp"), KEY)] == [e.data for e in once]
