"""nexo: a real vendor's answer, health one to one, HTTP in pieces and bounds, and the one request that may be sent."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talks import Played, Stream, carry, findings

from kiosk.errors import Garbled, NoAnswer, Refused
from kiosk.model.finding import Severity
from kiosk.model.health import GlobalStatus, PrinterStatus
from kiosk.model.terminal import Level
from kiosk.protocols.conversation import Control, Send
from kiosk.protocols.nexo import PROTOCOL, http, messages
from kiosk.protocols.nexo.health import reading_of
from kiosk.protocols.nexo.request import request
from kiosk.resources import catalogue
from kiosk.resources import findings as known_findings
from kiosk.simulator.device import Setup
from kiosk.simulator.nexo import build

DATA = Path(__file__).parents[2] / ".." / "shared" / "data" / "nexo" / "adyen_diagnosis_response_V400m.json"
NUMBER = "4012888888881881"  # a public test number


def over_http(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@pytest.mark.skipif(not DATA.is_file(), reason="the vendor's answer is not here")
def test_the_answer_of_a_real_terminal() -> None:
    body = DATA.read_bytes()
    answer = messages.parse(body)
    assert answer.diagnosis is not None
    reading = reading_of(answer.diagnosis, answer.header.terminal)
    health = reading.health
    assert (health.global_status, health.printer) == (GlobalStatus.OK, PrinterStatus.OK)
    assert (health.communication_ok, health.security_ok, health.card_reader_ok) == (True, None, None)
    assert (health.battery_percent, health.unsent_payments) == (100, 0)
    assert (health.software, health.model, health.serial) == ("adyen_v1_49p5", "V400m", "346403161")
    assert (health.terminal_id, reading.findings) == ("V400m-346403161", ())
    wire = over_http(body)
    (frame,) = PROTOCOL.decode(wire, "http").frames
    assert (frame.direction, frame.name, frame.fields["batteryLevel"]) == ("in", "Diagnosis answer", "100%")
    assert PROTOCOL.admits(wire, "http")
    masked = bytearray(wire)
    for span in PROTOCOL.card_spans(wire, "http"):
        masked[span.start : span.start + span.length] = b"x" * span.length
    assert b"WyB7ICJBZGRy" not in masked
    assert b"ADYEN_MERCHANT" not in masked
    assert b"batteryLevel=100%25" in masked


def played(*faults: str) -> Played:
    return Played(build(Setup(framing="tcp", faults=set(faults))))


FAULTS = {
    "paper_out": "printer.no_paper",
    "paper_low": "printer.paper_low",
    "paper_jam": "printer.jam",
    "printer_broken": "printer.error",
    "busy": "terminal.busy",
    "maintenance": "terminal.maintenance",
    "security": "terminal.tamper",
    "pin_pad": "terminal.pin_device_broken",
    "card_reader": "terminal.card_reader_broken",
    "no_network": "bank.unreachable",
    "battery_low": "terminal.battery_low",
    "unsent": "terminal.unsent_payments",
}


@pytest.mark.parametrize(("fault", "finding"), FAULTS.items())
def test_a_fault_is_found(fault: str, finding: str) -> None:
    reading = carry(PROTOCOL.read("http"), played(fault))
    assert findings(reading) == (finding,)
    assert reading.findings[0].severity is known_findings()[finding].severity


def test_several_faults_come_worst_first() -> None:
    reading = carry(PROTOCOL.read("http"), played("unsent", "security", "paper_out"))
    assert findings(reading) == ("terminal.tamper", "printer.no_paper", "terminal.unsent_payments")
    assert reading.findings[0].severity is Severity.HALT


def test_what_is_not_told_stays_unknown() -> None:
    health = carry(PROTOCOL.read("http"), played("short")).health
    assert (health.global_status, health.printer, health.security_ok) == (GlobalStatus.OK, None, None)
    assert (health.battery_percent, health.unsent_payments) == (None, None)


def test_words_that_nexo_does_not_have_are_never_fine() -> None:
    reading = carry(PROTOCOL.read("http"), played("new_words"))
    assert (reading.health.global_status, reading.health.printer) == (None, None)
    told = {m.name: (m.value, m.raw) for m in reading.measurements}
    assert told["nexo.overall"] == ("other", "Dreaming")
    assert told["nexo.printer"] == ("other", "PaperUpsideDown")


def test_a_terminal_is_asked_again_by_the_name_it_tells() -> None:
    peer = played("own_name")
    carry(PROTOCOL.read("http"), peer)
    first, second = (
        json.loads(data.partition(b"\r\n\r\n")[2])["SaleToPOIRequest"]["MessageHeader"] for data in peer.sent
    )
    assert (first["POIID"], second["POIID"]) == ("0", "V400m-906691059")
    assert first["ServiceID"] != second["ServiceID"]


def test_one_run_never_sends_a_number_twice() -> None:
    peer = played("used_number")
    carry(PROTOCOL.answers("http"), peer)
    carry(PROTOCOL.read("http"), peer)
    assert len(set(peer.sent)) == len(peer.sent)


def test_a_number_that_came_before_is_not_used_again() -> None:
    peer = played("used_number")
    assert carry(PROTOCOL.read("http"), peer).findings == ()
    assert len(peer.sent) == 2


def test_a_failed_diagnosis_is_never_fine() -> None:
    body = b'{"SaleToPOIResponse":{"MessageHeader":{"MessageCategory":"Diagnosis","ServiceID":"2","POIID":"0"},'
    body += b'"DiagnosisResponse":{"Response":{"Result":"Failure","ErrorCondition":"Strange"},'
    body += b'"POIStatus":{"GlobalStatus":"OK"}}}}'
    reading = carry(PROTOCOL.read("http"), Stream(iter([over_http(body)])))
    assert findings(reading) == ("protocol.refused",)
    assert reading.health.global_status is GlobalStatus.MAINTENANCE


def test_a_host_that_cannot_be_reached_is_told() -> None:
    host = messages.Host("0", False)
    reading = reading_of(messages.Diagnosis(messages.Result("Success"), hosts=(host,)), "")
    assert findings(reading) == ("bank.unreachable",)


@pytest.mark.parametrize(("fault", "error"), [("sealed", Refused), ("closed", Refused), ("other_server", Garbled)])
def test_what_is_no_diagnosis_is_an_error_of_ours(fault: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        carry(PROTOCOL.read("http"), played(fault))


def test_rejecting_for_ever_ends_by_itself() -> None:
    event = b'{"SaleToPOIRequest":{"MessageHeader":{"POIID":"X"},"EventNotification":{"EventToNotify":"Reject"}}}'
    with pytest.raises(Refused):
        carry(PROTOCOL.read("http"), Stream(iter([over_http(event)] * 9)))
    assert carry(PROTOCOL.answers("http"), Stream(iter([over_http(event)]))) is None


def test_another_questions_answer_is_not_ours() -> None:
    peer = played()
    carry(PROTOCOL.read("http"), peer)
    other = peer._device.feed(request("0", "77"))[0].data  # type: ignore[attr-defined]
    with pytest.raises(Garbled):
        carry(PROTOCOL.read("http"), Stream(iter([other])))


def test_half_an_answer_and_silence_are_told_apart() -> None:
    whole = over_http(b"{}" * 50)
    with pytest.raises(Garbled):
        carry(PROTOCOL.read("http"), Stream(iter([whole[:60]])))
    with pytest.raises(NoAnswer):
        carry(PROTOCOL.answers("http"), Stream(iter([])))


HOSTILE = [
    b"HTTP/1.1 200 OK\r\n\r\n{}",  # ends with the connection
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    b"HTTP/1.1 999999 OK\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    over_http(b"x" * (http.MOST_BODY + 1)),
    b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70000,
]


@pytest.mark.parametrize("data", HOSTILE)
def test_hostile_http_is_named(data: bytes) -> None:
    with pytest.raises(Garbled):
        http.take(data)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"SaleToPOIResponse":{}}', b"[" * 60000, b'{"a":1}'])
def test_hostile_json_is_named(body: bytes) -> None:
    with pytest.raises(Garbled):
        messages.parse(body)


@given(
    data=st.binary(max_size=300),
    front=st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"POST / HTTP/1.1\r\nHost: x\r\n\r\n"]),
)
def test_any_bytes_are_taken(data: bytes, front: bytes) -> None:
    with suppress(Garbled):
        http.take(front + data)


def test_the_one_request() -> None:
    wish = Send(request("V400m-346403161", "1"))
    assert PROTOCOL.level_of(wish, "http") is Level.INTERNAL
    assert not PROTOCOL.may_act(wish, "http")
    online = Send(request("V400m-346403161", "1", hosts=True))
    assert PROTOCOL.level_of(online, "http") is Level.EXTERNAL
    assert PROTOCOL.may_act(online, "http")
    (frame,) = PROTOCOL.decode(wish.data, "http").frames
    assert (frame.direction, frame.name) == ("out", "Diagnosis request")


GOOD = request("P", "1")
FORBIDDEN = [
    GOOD.replace(b"Diagnosis", b"Payment"),
    GOOD.replace(b'"Diagnosis"', b'"Reversal"'),
    GOOD.replace(b"/nexo", b"/other"),
    GOOD.replace(b"POST", b"GET"),
    GOOD.replace(b"\r\n\r\n", b"\r\nX: y\r\n\r\n"),
    GOOD + GOOD,
    GOOD + b" ",
    GOOD[:-1],
    GOOD.replace(b'"POIID":"P"', b'"POIID":"P","POIID":"Q"'),
    GOOD.replace(b'"POIID":"P"', b'"POIID":"P\\u0022"'),
    GOOD.replace(b"false", b'false,"PaymentRequest":{}'),
    GOOD.replace(b"Service", b"Device"),
    request("P", "1" * 11),
    request("", "1"),
    request("P" * 61, "1"),
    request('P"},"x":{"', "1"),
]


@pytest.mark.parametrize("data", FORBIDDEN)
def test_nothing_else_may_be_sent(data: bytes) -> None:
    assert PROTOCOL.level_of(Send(data), "http") is None


def test_no_control_transfer_is_on_the_list() -> None:
    assert PROTOCOL.level_of(Control(0x21, 9, 0x300, 0, b"\0\1\0"), "http") is None


@given(at=st.integers(0, len(GOOD) - 1), byte=st.integers(0, 255))
def test_a_changed_byte_is_refused_or_still_the_same_request(at: int, byte: int) -> None:
    changed = GOOD[:at] + bytes([byte]) + GOOD[at + 1 :]
    if PROTOCOL.level_of(Send(changed), "http") is not None:
        header = json.loads(changed.partition(b"\r\n\r\n")[2])["SaleToPOIRequest"]["MessageHeader"]
        assert changed == request(header["POIID"], header["ServiceID"])


def test_card_data_is_covered_and_never_kept() -> None:
    body = f'{{"SaleToPOIResponse":{{"MessageHeader":{{"MessageCategory":"Payment"}},"PaymentResponse":"{NUMBER}"}}}}'
    wire = over_http(body.encode())
    masked = bytearray(wire)
    for span in PROTOCOL.card_spans(wire, "http"):
        masked[span.start : span.start + span.length] = b"x" * span.length
    assert NUMBER.encode() not in masked
    assert not PROTOCOL.admits(wire, "http")
    assert NUMBER not in repr(PROTOCOL.decode(wire, "http"))
    assert PROTOCOL.admits(GOOD, "http")


def test_additional_answers_are_bounded() -> None:
    assert messages.additional("a=1&b=2%25&a=3") == {"a": "1", "b": "2%"}
    assert messages.additional("&".join(f"k{i}=1" for i in range(99))) == {}


def test_every_word_has_a_text() -> None:
    for language in ("en", "de"):
        texts = catalogue(language, "nexo")
        for id in (
            "nexo.result.ok",
            "nexo.result.partial",
            "nexo.result.failed",
            "nexo.overall.other",
            "nexo.printer.other",
        ):
            assert texts.has(id)


@pytest.mark.parametrize(
    "piece", [b"POST /", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nA: ", b"POST /x HTTP/1.1\r\n"]
)
def test_beginnings_without_end_are_rubbish_in_one_pass(piece: bytes) -> None:
    """A megabyte of them took minutes when each was read on its own."""
    data = piece * (500_000 // len(piece))
    (rubbish,) = PROTOCOL.decode(data, "http").rubbish
    assert (rubbish.offset, rubbish.length) == (0, len(data))
