"""Telium: ENQ, ACK, EOT and never a frame; EOT behind every ENQ; the card's number in a report is masked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talks import Played, Stream, carry, findings, outcome

from kiosk.errors import DeviceError, Garbled, NoAnswer
from kiosk.evidence.redaction import redact
from kiosk.model.health import GlobalStatus
from kiosk.protocols import stx
from kiosk.protocols.conversation import Receive, Send
from kiosk.protocols.telium import PROTOCOL
from kiosk.resources import catalogue
from kiosk.simulator.device import Setup
from kiosk.simulator.telium import build

# A payment over 91.10 euros, as an open implementation of Concert makes it: it must never be emitted.
NEVER = b"\x02" + bytes.fromhex("3031303030303931313030313039373820") + b" " * 9 + b"A010B010" + b"\x03\x0f"
REPORT = b"4012888888881881".ljust(55)
FULL = stx.encode(b"01" + b"0" + b"00000911" + b"1" + REPORT + b"978" + b" " * 10)
SHORT = stx.encode(b"01" + b"7" + b"00000911" + b"1" + b"978" + b" " * 10)


def played(*faults: str) -> Played:
    return Played(build(Setup(faults=set(faults))))


def test_ready_is_ok_and_the_talk_is_ended() -> None:
    peer = played()
    reading = carry(PROTOCOL.read("serial"), peer)
    assert (reading.health.global_status, reading.findings) == (GlobalStatus.OK, ())
    assert peer.sent == [b"\x05", b"\x04"]


@pytest.mark.parametrize(("fault", "said"), [("busy", "nak"), ("wants_to_talk", "enq")])
def test_not_ready_is_busy(fault: str, said: str) -> None:
    reading = carry(PROTOCOL.read("serial"), played(fault))
    assert (findings(reading), reading.health.global_status) == (("terminal.busy",), GlobalStatus.BUSY)
    assert (reading.measurements[0].value, reading.measurements[0].ok) == (said, False)


def test_an_enquiry_of_the_terminal_itself_is_not_answered() -> None:
    """It has an answer for the till; an ACK of ours would fetch it, and the till would never hear of it."""
    peer = played()
    peer._line = b"\x05"
    assert findings(carry(PROTOCOL.read("serial"), peer)) == ("terminal.busy",)
    assert peer.sent == []


WORDS = [b"\x06", b"\x15", b"\x05", b"\x04", b"", b"\xf8\x00", b"\x00" * 20 + b"\x06", FULL, b"\x02half"]


@given(pieces=st.lists(st.sampled_from(WORDS), max_size=8))
def test_every_enquiry_has_its_end_whatever_came(pieces: list[bytes]) -> None:
    class Heard(Stream):
        def __init__(self) -> None:
            super().__init__(iter(pieces))
            self.sent: list[bytes] = []

        def heard(self, data: bytes) -> None:
            self.sent.append(data)

    for talk in (PROTOCOL.read("serial"), PROTOCOL.answers("serial")):
        peer = Heard()
        outcome(talk, peer)  # type: ignore[arg-type]
        assert peer.sent == [b"\x05", b"\x04"] * (len(peer.sent) // 2)


def test_even_a_line_without_end_gets_its_end() -> None:
    class Endless(Played):
        def says(self) -> bytes:
            return b"\x00" * 4096

    peer = Endless(build(Setup()))
    assert isinstance(outcome(PROTOCOL.read("serial"), peer), DeviceError)
    assert peer.sent.count(b"\x05") == peer.sent.count(b"\x04")


@pytest.mark.parametrize(("fault", "error"), [("wrong_answer", Garbled)])
def test_what_is_no_answer_is_never_health(fault: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        carry(PROTOCOL.read("serial"), played(fault))


def test_closing_a_talk_that_waits_raises_nothing() -> None:
    """A run that a person stops sends not one byte more; the terminal ends such an enquiry by its own time."""
    talk = PROTOCOL.read("serial")
    next(talk)
    assert talk.send(b"") == Send(b"\x05")
    talk.close()


@pytest.mark.parametrize("late", [0, 1])
def test_an_enquiry_whose_time_is_up_gets_its_end(late: int) -> None:
    """While it listens, and just before it would have sent the end by itself."""
    talk = PROTOCOL.read("serial")
    next(talk)
    assert talk.send(b"") == Send(b"\x05")
    assert isinstance(talk.send(None), Receive)
    if late:
        assert talk.send(b"\x06") == Send(b"\x04")
    assert talk.throw(NoAnswer("late")) == Send(b"\x04")
    with pytest.raises(NoAnswer, match="late"):
        talk.send(None)


def test_silence_is_no_answer() -> None:
    with pytest.raises(NoAnswer):
        carry(PROTOCOL.answers("serial"), Stream(iter(())))


def test_a_payment_must_never_be_emitted() -> None:
    (frame,) = PROTOCOL.decode(NEVER, "serial").frames
    assert (frame.direction, frame.name, frame.ok) == ("out", "Payment request", True)
    assert frame.fields["amount"] == "00009110"
    for data in (NEVER, b"\x05" + NEVER, NEVER[:-1], b"\x02", b"\x15", b"\x05\x04"):
        assert PROTOCOL.level_of(Send(data), "serial") is None
    for sign in (b"\x05", b"\x06", b"\x04"):
        assert PROTOCOL.level_of(Send(sign), "serial") is not None


def test_no_talk_ever_sends_more_than_signs() -> None:
    for faults in ((), ("busy",), ("wants_to_talk",), ("wrong_answer",)):
        peer = played(*faults)
        outcome(PROTOCOL.read("serial"), peer)
        assert set(peer.sent) <= {b"\x05", b"\x04"}


def test_the_report_of_a_full_answer_is_masked() -> None:
    (frame,) = PROTOCOL.decode(FULL, "serial", "in").frames
    assert (frame.name, frame.fields["result"], frame.fields["currency"]) == ("Result with report", "0", "978")
    (span,) = PROTOCOL.card_spans(FULL, "serial")
    assert FULL[span.start : span.start + span.length] == REPORT
    masked = redact(FULL, "telium", "serial").data
    assert b"4012" not in masked
    assert b"1881" not in masked
    assert PROTOCOL.decode(masked, "serial", "in").frames[0].ok
    assert PROTOCOL.card_spans(SHORT, "serial") == ()


def test_frames_are_named_and_none_is_kept() -> None:
    (frame,) = PROTOCOL.decode(SHORT, "serial").frames
    assert (frame.name, frame.direction, frame.fields["result"]) == ("Result", "in", "7")
    (strange,) = PROTOCOL.decode(stx.encode(b"012"), "serial").frames
    assert (strange.name, strange.ok) == ("Unknown", False)
    assert not any(PROTOCOL.admits(data, "serial") for data in (FULL, SHORT, NEVER, b"", b"0"))
    assert all(PROTOCOL.admits(bytes([sign]), "serial") for sign in (4, 5, 6, 0x15))


def test_signs_are_named() -> None:
    decoded = PROTOCOL.decode(b"\x05\x06\x04", "serial", None)
    assert [(f.name, f.direction) for f in decoded.frames] == [("ENQ", "out"), ("ACK", "in"), ("EOT", "out")]


def test_measurements_have_words() -> None:
    for language in ("en", "de"):
        texts = catalogue(language, "telium")
        assert all(texts.has(f"telium.enquiry.{said}") for said in ("ack", "nak", "enq"))
