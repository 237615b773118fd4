"""ID TECH: the maker's own frames, HID reports, who the reader is, what may be sent, and what is never kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talks import Played, Stream, carry, findings

from kiosk.errors import Garbled, NoAnswer
from kiosk.model.finding import Severity
from kiosk.model.health import GlobalStatus, Reading
from kiosk.model.terminal import Level
from kiosk.protocols.conversation import Control, Line, Send
from kiosk.protocols.idtech import PROTOCOL, codes, transport
from kiosk.protocols.idtech.health import text_of
from kiosk.resources import catalogue
from kiosk.resources import findings as known_findings
from kiosk.simulator.device import Setup
from kiosk.simulator.idtech import build

DATA = Path(__file__).parents[2] / ".." / "shared" / "data" / "idtech" / "vectors.json"
TAG = "5669564f746563683200"
PING = bytes.fromhex(TAG + "18010000b3cd")  # the guide's own example, section 2.8.2
PONG = bytes.fromhex(TAG + "18000000fa83")
NUMBER = b"4012888888881881"  # a public test number


@pytest.mark.skipif(not DATA.is_file(), reason="frames of the maker's manuals are not here")
@pytest.mark.parametrize("framing", ["serial", "hid"])
def test_frames_of_the_makers_manuals(framing: str) -> None:
    for vector in json.loads(DATA.read_text(encoding="utf-8"))["vectors"]:
        decoded = PROTOCOL.decode(bytes.fromhex(vector["hex"]), framing, None)
        assert not decoded.rubbish, vector["name"]
        (frame,) = decoded.frames
        assert (frame.ok, frame.note) == (True, ""), vector["name"]
        assert frame.direction == ("out" if "cmd" in vector["name"] else "in")
        if frame.direction == "out":
            assert PROTOCOL.level_of(Send(bytes.fromhex(vector["hex"])), "serial") is Level.INTERNAL


def test_the_ping_of_the_guide() -> None:
    assert transport.frame(0x18, 1, "serial") == PING
    ping, pong = PROTOCOL.decode(PING + PONG, "serial").frames
    assert (ping.direction, ping.name, pong.direction, pong.fields["says"]) == ("out", "Ping", "in", "ok")


def test_a_frame_ends_where_its_length_says_and_zeros_fill_the_report() -> None:
    """A frame as an app's log showed it, and as reports carry it."""
    told = bytes.fromhex(TAG + "010000001253")
    for data in (told.ljust(63, b"\0"), b"\x01" + told.ljust(63, b"\0")):
        (frame,) = PROTOCOL.decode(data, "hid").frames
        assert (frame.offset, frame.length, frame.ok) == (0, len(data), True)
    (frame, *_), (rest,) = (decoded := PROTOCOL.decode(told + bytes(47), "serial")).frames, decoded.rubbish
    assert (frame.length, rest.length) == (16, 47)


def test_both_orders_of_the_check_sum_are_read() -> None:
    turned = PING[:-2] + PING[:-3:-1]
    (frame,) = PROTOCOL.decode(turned, "serial", "out").frames
    assert frame.ok
    assert frame.note == "the check sum stands the other way round"
    assert PROTOCOL.level_of(Send(turned), "serial") is None


@given(data=st.binary(max_size=400), command=st.integers(0, 255), second=st.integers(0, 255))
def test_reports_carry_what_a_frame_holds(data: bytes, command: int, second: int) -> None:
    for framing in transport.FRAMINGS:
        wire = transport.frame(command, second, framing, data)
        (piece,) = transport.Decoder(framing).feed(wire)
        assert (piece.command, piece.second, piece.data, piece.good) == (command, second, data, True)
        assert bytes(wire[p] for p in piece.places) == data
        assert piece.length == len(wire)


def test_a_frame_that_is_cut_off_gives_way_to_the_next() -> None:
    decoded = PROTOCOL.decode(PONG[:14] + PONG, "serial", "in")
    assert [(f.offset, f.ok) for f in decoded.frames] == [(14, True)]
    reports = transport.frame(0x09, 0, "hid", b"x" * 100)
    assert PROTOCOL.decode(reports[:64] + b"\x01" + reports[65:], "hid", "in").frames == ()


def test_a_length_that_cannot_be_is_rubbish() -> None:
    assert PROTOCOL.decode(bytes.fromhex(TAG + "1800ffff") + bytes(20), "serial", "in").frames == ()


def played(*faults: str, framing: str = "serial") -> Played:
    return Played(build(Setup(framing=framing, faults=set(faults))))


@pytest.mark.parametrize("framing", ["serial", "hid"])
def test_a_healthy_reader_tells_who_it_is(framing: str) -> None:
    reading = carry(PROTOCOL.read(framing), played(framing=framing))
    assert reading.health.global_status is GlobalStatus.OK
    assert (reading.health.software, reading.health.serial) == ("VP-Demo_2.01.074", "864Z403958")
    measured = {m.name: m.value for m in reading.measurements}
    assert measured["idtech.processor"] == "M"
    assert "CL L1,1.30" in str(measured["idtech.modules"])
    assert measured["idtech.locked"] is False


FAULTS = {
    "tamper": "terminal.tamper",
    "keys_lost": "terminal.keys_missing",
    "loader": "terminal.out_of_order",
    "failed": "protocol.refused",
}


@pytest.mark.parametrize(("fault", "finding"), FAULTS.items())
def test_a_fault_is_found(fault: str, finding: str) -> None:
    peer = played(fault)
    reading = carry(PROTOCOL.read("serial"), peer)
    assert findings(reading) == (finding,)
    assert reading.findings[0].severity is known_findings()[finding].severity
    assert reading.health.global_status is GlobalStatus.MAINTENANCE
    assert len(peer.sent) == 1, "after a bad status nothing more is asked"


def test_a_tripped_tamper_switch_halts() -> None:
    reading = carry(PROTOCOL.read("hid"), played("tamper", framing="hid"))
    assert (reading.findings[0].severity, reading.health.security_ok) == (Severity.HALT, False)


def test_a_fault_told_at_a_later_question_is_found_too() -> None:
    pong, tampered = PONG, transport.frame(0x12, 0x1D, "serial")
    reading = carry(PROTOCOL.read("serial"), Stream(iter([pong, tampered])))
    assert findings(reading) == ("terminal.tamper",)


def test_questions_that_a_reader_does_not_know_are_no_fault() -> None:
    reading = carry(PROTOCOL.read("serial"), played("old"))
    assert (reading.findings, reading.health.software) == ((), "VP-Demo_2.01.074")


def test_after_silence_nothing_more_is_asked() -> None:
    peer = played("mute_after_ping")
    reading = carry(PROTOCOL.read("serial"), peer)
    assert (reading.health.serial, reading.findings, len(peer.sent)) == (None, (), 2)


def test_wrong_check_sums_are_garbled_and_noise_is_not_silence() -> None:
    with pytest.raises(Garbled):
        carry(PROTOCOL.read("serial"), played("wrong_crc"))
    with pytest.raises(Garbled):
        carry(PROTOCOL.answers("serial"), Stream(iter([b"\xf8\x00\x7f"])))
    with pytest.raises(NoAnswer):
        carry(PROTOCOL.answers("hid"), Stream(iter([])))


def test_what_comes_unasked_is_stepped_over() -> None:
    swipe = transport.frame(0x02, 0, "serial", b"%B" + NUMBER + b"^A/B^2512101?")
    reading = carry(PROTOCOL.read("serial"), Stream(iter([swipe + PONG])))
    assert isinstance(reading, Reading)
    assert NUMBER.decode() not in repr(reading)


FORBIDDEN = ["0201", "0240", "2c01", "9001", "0400", "0403", "0502", "1801" + "000100", "0b01"]


@pytest.mark.parametrize("text", FORBIDDEN)
def test_nothing_that_acts_may_be_sent(text: str) -> None:
    raw = bytes.fromhex(text)
    for framing in PROTOCOL.framings:
        wire = transport.frame(raw[0], raw[1], framing, raw[2:])
        assert PROTOCOL.level_of(Send(wire), framing) is None
        assert PROTOCOL.level_of(Send(transport.frame(0x18, 1, framing) + wire), framing) is None


def test_the_nine_questions_may_be_sent_and_set_nothing_going() -> None:
    assert len(codes.ASKS) == 9
    for framing in PROTOCOL.framings:
        for ask in codes.ASKS:
            wish = Send(transport.frame(*ask, framing))
            assert PROTOCOL.level_of(wish, framing) is Level.INTERNAL
            assert not PROTOCOL.may_act(wish, framing)
        assert PROTOCOL.level_of(Control(0x21, 9, 0x300, 0, b"\0\1\0"), framing) is None
        assert PROTOCOL.level_of(Line(300, "8N1"), framing) is None


@pytest.mark.parametrize("framing", ["serial", "hid"])
def test_card_data_is_covered_and_never_kept(framing: str) -> None:
    swipe = transport.frame(0x02, 0x23, framing, b"\xdf\xee\x23\x20" + NUMBER * 6)
    masked = bytearray(swipe)
    for span in PROTOCOL.card_spans(swipe, framing):
        masked[span.start : span.start + span.length] = b"\xee" * span.length
    assert NUMBER[-8:] not in masked
    assert not PROTOCOL.admits(swipe, framing)
    assert NUMBER.decode() not in repr(PROTOCOL.decode(swipe, framing))
    assert PROTOCOL.admits(transport.frame(0x09, 0, framing, b"\xdf\x62\x011"), framing)
    assert PROTOCOL.card_spans(transport.frame(0x09, 0, framing, b"\xdf\x62\x011"), framing) == ()


def test_texts_of_answers() -> None:
    assert text_of(bytes.fromhex("df61024d00")) == "M"
    assert text_of(b"630Z000001" + bytes(5)) == "630Z000001"
    assert text_of(b"A\r\nB\0") == "A; B"
    assert text_of(bytes.fromhex("021a2b3c4d5e")) == "021A2B3C4D5E"
    assert text_of(b"\xdf\x61\x99x") == "DF619978"


def test_every_status_has_words_and_its_finding_exists() -> None:
    known = known_findings()
    for status in range(256):
        meaning = codes.meaning(status)
        assert not meaning.finding or meaning.finding in known
        for language in ("en", "de"):
            assert catalogue(language, "idtech").has(f"idtech.status.{meaning.words}")
