"""Caisse-AP: nothing is ever sent; its messages are read tag by tag, the card's tags masked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talks import Stream, carry, findings

from kiosk.errors import Garbled
from kiosk.evidence.redaction import redact
from kiosk.model.health import GlobalStatus, Health
from kiosk.protocols.caisse_ap import PROTOCOL
from kiosk.protocols.conversation import Line, Send

REQUEST = b"CZ0040300CJ012247300000000CA00201CB003100CD0010CE003978"
RESULT = REQUEST + b"AE00210CC003001AA0164012888888881881AB0042712AC006123456CF0101010000000AI014A0000000031010"


def test_only_the_connection_is_judged() -> None:
    assert not PROTOCOL.asks
    assert carry(PROTOCOL.read("tcp"), Stream(iter(()))).health == Health()


def test_a_message_that_comes_unasked_is_a_payment_that_is_on() -> None:
    reading = carry(PROTOCOL.read("tcp"), Stream(iter([REQUEST + b"AE00211", b""])))
    assert (findings(reading), reading.health.global_status) == (("terminal.busy",), GlobalStatus.BUSY)


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request\r\n", REQUEST[:-1], b"\x06", REQUEST + b"!"])
def test_another_service_is_named(said: bytes) -> None:
    for talk in (PROTOCOL.read("tcp"), PROTOCOL.answers("tcp")):
        with pytest.raises(Garbled):
            carry(talk, Stream(iter([said, b""])))


@given(data=st.binary(max_size=40))
def test_nothing_may_be_sent(data: bytes) -> None:
    assert PROTOCOL.level_of(Send(data), "tcp") is None
    assert PROTOCOL.level_of(Send(REQUEST), "tcp") is None
    assert PROTOCOL.level_of(Line(9600, "7E1"), "tcp") is None
    assert PROTOCOL.may_act(Send(data), "tcp")


def test_tags_are_named() -> None:
    decoded = PROTOCOL.decode(REQUEST + REQUEST + b"AE00201AF00209", "tcp")
    assert [(f.direction, f.name, f.ok) for f in decoded.frames] == [
        ("out", "Payment request", True),
        ("in", "Payment result", True),
    ]
    assert decoded.frames[0].fields["amount"] == "100"
    assert (decoded.frames[1].fields["result"], decoded.frames[1].fields["reason"]) == ("01", "09")
    assert decoded.rubbish == ()


def test_what_is_no_message_is_marked() -> None:
    decoded = PROTOCOL.decode(b"xx" + REQUEST + b"ZZ001A" + b"??", "tcp")
    assert [(r.offset, r.length) for r in decoded.rubbish] == [(0, 2), (len(REQUEST) + 8, 2)]
    assert decoded.frames[0].note == "unknown: ZZ"


def test_the_tags_of_the_card_are_masked() -> None:
    rules = [span.rule for span in PROTOCOL.card_spans(RESULT, "tcp")]
    assert rules == ["caisse_ap.AA", "caisse_ap.AB", "caisse_ap.CF"]
    masked = redact(RESULT, "caisse_ap", "tcp").data
    assert b"4012888888881881" not in masked
    assert b"AB004xxxx" in masked
    assert masked.startswith(REQUEST)
    assert not PROTOCOL.admits(masked, "tcp")


def test_filler_keeps_tags_and_lengths() -> None:
    filler = PROTOCOL.filled(RESULT, "tcp")
    assert filler is not None
    assert len(filler) == len(RESULT)
    assert b"4012" not in filler
    assert PROTOCOL.decode(filler, "tcp").frames[0].name == "Payment result"
    assert PROTOCOL.filled(b"??", "tcp") is None
