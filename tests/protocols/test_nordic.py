"""Verifone Point ECR: status codes, reader, environment, version in parts, and what gets no ACK."""

from __future__ import annotations

import pytest
from talks import Played, Stream, carry, findings

from kiosk.errors import Garbled, NoAnswer, Refused
from kiosk.evidence.redaction import redact
from kiosk.model.health import GlobalStatus
from kiosk.protocols import nordic, stx
from kiosk.protocols.conversation import Send
from kiosk.protocols.nordic import PROTOCOL
from kiosk.resources import catalogue
from kiosk.resources import findings as known_findings
from kiosk.simulator.device import Setup
from kiosk.simulator.nordic import build

FAULTS = {
    "blacklist_old": "terminal.diagnosis_due",
    "keys_old": "terminal.diagnosis_due",
    "not_configured": "terminal.not_initialised",
    "no_connection": "bank.unreachable",
    "strange_code": "terminal.strange_status",
    "card_inserted": "terminal.card_inserted",
    "test_mode": "terminal.test_mode",
    "mid_payment": "terminal.busy",
    "refuses": "protocol.refused",
}
RESULT = b"4" + b"01000" + b"7" + b"4012888888881881   " + b"A0000000031010"


def played(*faults: str) -> Played:
    return Played(build(Setup(faults=set(faults))))


@pytest.mark.parametrize(("fault", "finding"), FAULTS.items())
def test_a_fault_is_found(fault: str, finding: str) -> None:
    reading = carry(PROTOCOL.read("serial"), played(fault))
    assert findings(reading) == (finding,)
    assert reading.findings[0].severity is known_findings()[finding].severity
    assert reading.health.global_status is not GlobalStatus.OK or fault in ("card_inserted", "test_mode")


def test_several_faults_are_all_told() -> None:
    reading = carry(PROTOCOL.read("serial"), played("keys_old", "test_mode", "card_inserted"))
    assert findings(reading) == ("terminal.diagnosis_due", "terminal.test_mode", "terminal.card_inserted")


@pytest.mark.parametrize("faults", [(), ("in_parts",), ("message_waiting",)])
def test_a_healthy_terminal_tells_its_version(faults: tuple[str, ...]) -> None:
    reading = carry(PROTOCOL.read("serial"), played(*faults))
    assert (reading.health.global_status, reading.findings) == (GlobalStatus.OK, ())
    assert reading.health.software == "PointECR 4.20.1"
    waiting = next(m for m in reading.measurements if m.name == "nordic.message_waiting")
    assert waiting.value is ("message_waiting" in faults)


def test_a_version_that_is_refused_is_not_reported() -> None:
    reading = carry(PROTOCOL.read("serial"), played("no_version"))
    assert (reading.health.software, reading.findings) == (None, ())


def test_the_frames_are_those_of_the_interface() -> None:
    peer = played()
    carry(PROTOCOL.read("serial"), peer)
    assert peer.sent[:3] == [b"\x05", bytes.fromhex("027330300370"), b"\x06"]


def test_a_message_of_a_payment_gets_no_ack() -> None:
    """A payment without the till's ACK is cancelled by the terminal; an ACK of ours would make it stand."""
    peer = played("mid_payment")
    assert carry(PROTOCOL.read("serial"), peer).health.global_status is GlobalStatus.BUSY
    assert b"\x06" not in peer.sent


def test_an_answer_before_its_ack_counts() -> None:
    status = stx.encode(b"S0000000")
    said = iter([b"", b"\x06", status, b"\x15", b"\x15"])
    assert carry(PROTOCOL.read("serial"), Stream(said)).health.global_status is GlobalStatus.OK


@pytest.mark.parametrize(("fault", "error"), [("wrong_checksum", Garbled), ("knocks_only", NoAnswer)])
def test_what_is_no_answer_is_never_health(fault: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        carry(PROTOCOL.read("serial"), played(fault))


def test_another_device_that_says_ack_is_no_terminal_of_this_kind() -> None:
    peer = Stream(iter([b"", b"\x06"]))
    with pytest.raises(NoAnswer):
        carry(PROTOCOL.answers("serial"), peer)


@pytest.mark.parametrize("fault", ["mid_payment", "card_inserted", "strange_code"])
def test_a_terminal_that_is_not_at_ease_talks(fault: str) -> None:
    peer = played(fault)
    assert carry(PROTOCOL.answers("serial"), peer) is None
    assert peer.sent[0] == nordic.STATUS


def test_a_refusal_is_named() -> None:
    with pytest.raises(Refused):
        carry(PROTOCOL.answers("serial"), played("refuses"))


def test_lost_twins_are_no_status_though_the_check_sum_is_right() -> None:
    short = stx.encode(b"S00000")
    with pytest.raises(Garbled):
        carry(PROTOCOL.read("serial"), Stream(iter([b"", b"\x06", b"\x06" + short])))


FORBIDDEN = ["s01", "S20", "S21", "72", "10000000001000", "s03", "s0", ""]


@pytest.mark.parametrize("body", FORBIDDEN)
def test_nothing_that_pays_or_changes_a_mode_may_be_sent(body: str) -> None:
    assert PROTOCOL.level_of(Send(stx.encode(body.encode())), "serial") is None
    assert PROTOCOL.level_of(Send(nordic.STATUS + stx.encode(body.encode())), "serial") is None


def test_card_numbers_are_masked() -> None:
    wire = stx.encode(RESULT)
    (span,) = PROTOCOL.card_spans(wire, "serial")
    assert wire[span.start : span.start + span.length] == b"4012888888881881   "
    masked = redact(wire, "nordic", "serial").data
    assert b"4012" not in masked
    assert PROTOCOL.decode(masked, "serial", "in").frames[0].ok
    customer = stx.encode(b"D0" + b"6403123456789".ljust(20) + b"01")
    assert [s.rule for s in PROTOCOL.card_spans(customer, "serial")] == ["nordic.customer_number"]


def test_frames_are_named() -> None:
    wire = b"\x05\x06" + nordic.STATUS + b"\x06" + stx.encode(b"S0003110") + b"\x06" + stx.encode(RESULT)
    decoded = PROTOCOL.decode(wire, "serial", None)
    assert [(f.name, f.direction) for f in decoded.frames] == [
        ("ENQ", "out"),
        ("ACK", "in"),
        ("Status request", "out"),
        ("ACK", "in"),
        ("Status", "in"),
        ("ACK", "out"),
        ("Result of a transaction", "in"),
    ]
    assert decoded.frames[4].fields == {"code": "0003", "reader": "1", "environment": "1", "message": "0"}
    (strange,) = PROTOCOL.decode(stx.encode(b"?x"), "serial").frames
    assert (strange.name, strange.ok) == ("Unknown", False)


def test_what_may_be_kept() -> None:
    for data in (b"\x05", b"\x06", b"\x15", nordic.STATUS, stx.encode(b"S0000000"), stx.encode(b"SPointECR 4")):
        assert PROTOCOL.admits(data, "serial")
    for data in (stx.encode(RESULT), stx.encode(b"220000"), b"", b"4012", stx.encode(b"S" + b"x" * 99)):
        assert not PROTOCOL.admits(data, "serial")


PART = stx.encode(b"SPoint", end=stx.ETB)
REST = stx.encode(b"ECR 4.20.1")
DAMAGED = REST[:-1] + bytes([REST[-1] ^ 0x40])


def test_a_version_in_parts_is_one_message_and_kept_whole() -> None:
    (frame,) = PROTOCOL.decode(PART + REST, "serial", "in").frames
    assert (frame.name, frame.length, frame.ok) == ("Status", len(PART + REST), True)
    assert frame.fields == {"text": "PointECR 4.20.1"}
    assert PROTOCOL.admits(PART + REST, "serial")
    assert PROTOCOL.admits(PART + DAMAGED + REST, "serial"), "a part that had to be sent again"
    assert not PROTOCOL.decode(PART + DAMAGED + REST, "serial", "in").frames[0].ok
    assert not PROTOCOL.admits(REST, "serial"), "alone it may be part of anything"
    assert not PROTOCOL.admits(PART + stx.encode(b"x" * 60), "serial")
    assert not PROTOCOL.admits(PART + b"\x06" + REST, "serial")


@pytest.mark.parametrize("cut", [8, 12, 20])
def test_a_card_number_is_masked_across_parts(cut: int) -> None:
    wire = stx.encode(RESULT[:cut], end=stx.ETB) + stx.encode(RESULT[cut:])
    spans = PROTOCOL.card_spans(wire, "serial")
    assert b"".join(wire[s.start : s.start + s.length] for s in spans) == b"4012888888881881   "
    masked = redact(wire, "nordic", "serial").data
    assert all(masked[s.start : s.start + s.length].strip(b" x") == b"" for s in spans)
    filler = PROTOCOL.filled(wire, "serial")
    assert filler is not None
    (again,) = PROTOCOL.decode(filler, "serial", "in").frames
    assert (again.command, again.length, again.ok) == ("34", len(wire), True)


def test_every_code_has_words() -> None:
    for language in ("en", "de"):
        texts = catalogue(language, "nordic")
        assert all(texts.has(f"nordic.status.{code}") for code in (*nordic.CODES, "nak", "unknown"))
        assert all(texts.has(f"nordic.advice.{meaning.advice}") for meaning in nordic.CODES.values())
