"""Transbank: the poll alone, what else it may hear, and the official SDKs' answers read and masked."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from talks import Played, Stream, carry, findings

from kiosk.errors import Garbled, NoAnswer
from kiosk.evidence.redaction import redact
from kiosk.model.health import GlobalStatus, Health
from kiosk.protocols import stx, transbank
from kiosk.protocols.conversation import Send
from kiosk.protocols.transbank import POLL, PROTOCOL
from kiosk.resources import catalogue
from kiosk.simulator.device import Setup
from kiosk.simulator.transbank import build

DATA = Path(__file__).parents[2] / ".." / "shared" / "data" / "transbank"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="recorded answers of the SDKs are not beside the checkout")

# Made up: 19 fields of a sale, the account number passes Luhn.
FIELDS = (
    "0210|00|597029414300|75001087|ABC123|181278|2500|3|834|6590|000063|CR||4012888888881881|VI|14052019|111555|0|0|"
)
SALE = stx.encode(FIELDS.encode())


def played(*faults: str) -> Played:
    return Played(build(Setup(faults=set(faults))))


def test_an_ack_says_that_it_listens_and_nothing_of_its_health() -> None:
    peer = played()
    reading = carry(PROTOCOL.read("serial"), peer)
    assert reading.health == Health()
    assert [(m.name, m.value, m.ok) for m in reading.measurements] == [("transbank.poll", "ack", True)]
    assert peer.sent == [bytes.fromhex("02303130300302")]


def test_a_payment_of_the_till_is_busy_and_gets_no_ack() -> None:
    peer = played("mid_sale")
    reading = carry(PROTOCOL.read("serial"), peer)
    assert (findings(reading), reading.health.global_status) == (("terminal.busy",), GlobalStatus.BUSY)
    assert set(peer.sent) == {POLL}


def test_a_message_that_waits_in_the_line_is_left_alone() -> None:
    """It was there before anything was asked, so nothing is asked."""
    peer = Played(build(Setup()))
    peer._line = SALE
    assert findings(carry(PROTOCOL.read("serial"), peer)) == ("terminal.busy",)
    assert peer.sent == []


@pytest.mark.parametrize(
    ("fault", "error"), [("normal_mode", NoAnswer), ("refuses", Garbled), ("mid_sale_damaged", Garbled)]
)
def test_what_is_no_answer_is_never_health(fault: str, error: type[Exception]) -> None:
    for talk in (PROTOCOL.read("serial"), PROTOCOL.answers("serial")):
        peer = played(fault)
        with pytest.raises(error):
            carry(talk, peer)
        assert set(peer.sent) == {POLL}


def test_noise_before_the_ack_is_measured() -> None:
    reading = carry(PROTOCOL.read("serial"), Stream(iter([b"", b"\xf8\x00\x06"])))
    assert [(m.name, m.value) for m in reading.measurements] == [("transbank.poll", "ack"), ("transbank.stray", 2)]


@pytest.mark.parametrize(
    "data", ["0200|5000|ABC123|||0|", "0300", "0500||", "0700||", "0800", "0070", "0250|", "1200|000063|", "0260|0|"]
)
def test_nothing_but_the_poll_may_be_sent(data: str) -> None:
    frame = stx.encode(data.encode())
    assert PROTOCOL.level_of(Send(frame), "serial") is None
    assert PROTOCOL.level_of(Send(POLL + frame), "serial") is None
    assert PROTOCOL.level_of(Send(b"\x06"), "serial") is None
    assert PROTOCOL.decode(frame, "serial", None).frames[0].direction == "out"


@needs_data
def test_answers_of_the_c_sdk_are_named_field_by_field() -> None:
    """Its tests carry a letter instead of most check sums: that stays a note and the fields are read."""
    names, right = [], 0
    for answer in json.loads((DATA / "sdk_c_responses.json").read_text()):
        (frame,) = PROTOCOL.decode(bytes.fromhex(answer["hex"]), "serial", "in").frames
        names.append(frame.name)
        right += frame.ok
        assert frame.ok or "wrong check sum" in frame.note
        assert not any(field.startswith("field_") for field in frame.fields)
        assert frame.fields["response_code"] == "00"
    assert (len(names), right) == (6, 2)
    assert "Unknown" not in names


@needs_data
def test_the_wire_log_of_the_python_sdk_decodes_whole() -> None:
    for line in (DATA / "official_python_sdk_wire.log").read_text().splitlines():
        way, data = re.search(r"(H->D|D->H) (.*)", line).groups()  # type: ignore[union-attr]
        decoded = PROTOCOL.decode(bytes.fromhex(data), "serial")
        assert not decoded.rubbish
        (frame,) = decoded.frames
        assert frame.ok
        if len(data) > 2:
            assert frame.direction == ("out" if way == "H->D" else "in")


def test_fields_of_a_sale() -> None:
    (frame,) = PROTOCOL.decode(SALE, "serial").frames
    assert (frame.direction, frame.name, frame.ok, frame.note) == ("in", "Result of a sale", True, "")
    assert frame.fields["last_4_digits"] == "6590"
    assert frame.fields["card_brand"] == "VI"


def test_last_digits_and_account_are_masked_and_the_check_sum_stays_right() -> None:
    covered = [SALE[s.start : s.start + s.length] for s in PROTOCOL.card_spans(SALE, "serial")]
    assert covered == [b"6590", b"4012888888881881"]
    masked = redact(SALE, "transbank", "serial").data
    assert b"6590" not in masked
    assert b"401288" not in masked
    (frame,) = PROTOCOL.decode(masked, "serial").frames
    assert (frame.ok, frame.fields["commerce_code"]) == (True, "597029414300")


def test_details_and_vouchers_have_other_places() -> None:
    detail = stx.encode(
        b"0261|00|597029414300|75001087|000002|181278|2500|6590|63|CR||99887766|VI|14052019|111555|0|0|834|3|"
    )
    spans = PROTOCOL.card_spans(detail, "serial")
    assert [detail[s.start : s.start + s.length] for s in spans] == [b"6590", b"99887766"]
    many = stx.encode(b"0271" + FIELDS.encode()[4:] + b"VOUCHER 1234|0|597029414301|")
    assert [s.rule for s in PROTOCOL.card_spans(many, "serial")][-1] == "transbank.voucher"
    assert PROTOCOL.card_spans(stx.encode(b"0260|1234567890|"), "serial") == ()


def test_what_may_be_kept() -> None:
    for data in (POLL, b"\x06", stx.encode(b"0810|00|597029414300|75001087"), stx.encode(b"0900|81|")):
        assert PROTOCOL.admits(data, "serial")
    for body in (FIELDS, "0710|00|1|2500|", "0200|5000|ABC|||0|", "0810|00|597|750|4012888888881881", "0100|4012"):
        assert not PROTOCOL.admits(stx.encode(body.encode()), "serial")


def test_measurements_have_words() -> None:
    for language in ("en", "de"):
        texts = catalogue(language, "transbank")
        assert all(texts.has(f"transbank.{name}") for name in ("poll", "heard", "stray", "poll.ack"))
    assert transbank.DIALECT.longest == 4096
