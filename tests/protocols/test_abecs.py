"""ABECS: packets of the specification, who the PIN pad is, that it is always closed, and what may be sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talks import Played, Stream, carry, findings

from kiosk.errors import Garbled, NoAnswer
from kiosk.model.health import GlobalStatus
from kiosk.model.terminal import Level
from kiosk.protocols.abecs import PROTOCOL, guard, messages, transport
from kiosk.protocols.conversation import Line, Send
from kiosk.protocols.framing import crc16_1021
from kiosk.resources import catalogue
from kiosk.resources import findings as known_findings
from kiosk.simulator.abecs import build
from kiosk.simulator.device import Setup

NUMBER = b"4012888888881881"  # a public test number
OPEN, OPENED, SHOWN = "164f504e17a8a9", "164f504e30303017775e", "164453503030301739" + "63"


@pytest.mark.parametrize(("body", "wire"), [(b"OPN", OPEN), (b"OPN000", OPENED), (b"DSP000", SHOWN)])
def test_packets_of_the_specification(body: bytes, wire: str) -> None:
    """Sections 2.2.2.1 and 2.2.2.2."""
    assert transport.packet(body).hex() == wire
    (piece,) = transport.Decoder().feed(bytes.fromhex(wire))
    assert (piece.kind, piece.body, piece.good) == ("message", body, True)


@given(body=st.binary(max_size=300), junk=st.binary(max_size=5))
def test_any_data_travels_and_special_bytes_never_do(body: bytes, junk: bytes) -> None:
    wire = transport.packet(body)
    assert not {0x16, 0x17} & set(wire[1:-3])
    (piece,) = transport.Decoder().feed(wire)
    assert (piece.body, piece.good, piece.length) == (body, True, len(wire))
    assert crc16_1021(body + b"\x17").to_bytes(2, "big") == wire[-2:]


def test_a_packet_without_end_and_a_broken_one_are_rubbish() -> None:
    decoder = transport.Decoder()
    pieces = decoder.feed(b"\x16" + b"A" * 3000)
    assert pieces[0].kind == "rubbish"
    assert PROTOCOL.decode(b"\x16OPN\x13\x99" + bytes.fromhex(OPENED), "serial").frames[-1].ok
    assert [f.offset for f in PROTOCOL.decode(b"\x16OPN" + bytes.fromhex(OPENED), "serial").frames] == [4]


def test_the_example_of_general_information() -> None:
    """Section 3.2.3, index 00."""
    body = b"GIN000100" + b"CYGNUS".ljust(20) + b"PPX-1;10MB".ljust(19) + b"C" + b"8065XA077X0060X".ljust(20)
    body += b"2.00" + b"001.03 130715   " + b"001101010300000".ljust(20)
    told = messages.general(messages.parse(body))
    assert (told["make"], told["model"], told["serial"]) == ("CYGNUS", "PPX-1;10MB", "001101010300000")
    assert (told["specification"], told["manager"]) == ("2.00", "001.03 130715")


def test_the_example_of_extended_information() -> None:
    """Section 3.2.4: a serial number, a maker, a key map."""
    block = b"\x80\x01\x00\x0c991274366155\x80\x04\x00\x0dHEMISPHERES  \x80\x35\x00\x05" + b"01122"
    fields, maps = messages.extended(messages.Answer("GIX", "000", (block,)))
    assert (fields, maps) == ({"serial": "991274366155", "make": "HEMISPHERES"}, ("01122",))
    with pytest.raises(Garbled):
        messages.extended(messages.Answer("GIX", "000", (block[:-1],)))


@pytest.mark.parametrize("body", [b"", b"OPN", b"opn000", b"OPN01", b"OPN040003abc", b"GIN000005abc", b"GIN0000x1a"])
def test_what_is_no_answer_is_named(body: bytes) -> None:
    with pytest.raises(Garbled):
        messages.parse(body)


def played(*faults: str) -> tuple[Played, object]:
    pad = build(Setup(faults=set(faults)))
    return Played(pad), pad


def test_a_healthy_pad_tells_who_it_is_and_is_closed() -> None:
    peer, pad = played()
    reading = carry(PROTOCOL.read("serial"), peer)
    health = reading.health
    assert (health.make, health.model, health.software) == ("CYGNUS", "PPX-1", "002.08 140228")
    assert (health.global_status, health.pin_device_ok) == (GlobalStatus.OK, True)
    assert {m.name: m.value for m in reading.measurements}["abecs.keys"] == 1
    assert peer.sent[-1] == transport.packet(guard.CLOSE)
    assert not pad.open  # type: ignore[attr-defined]


def test_an_older_pad_is_asked_the_older_question() -> None:
    peer, _ = played("old")
    reading = carry(PROTOCOL.read("serial"), peer)
    assert (reading.health.make, reading.health.pin_device_ok) == ("CYGNUS", None)
    assert transport.packet(guard.INFORMATION) in peer.sent


FAULTS = {
    "keys_lost": "terminal.keys_missing",
    "internal": "terminal.out_of_order",
    "pin_pause": "terminal.busy",
    "secure_only": "protocol.refused",
}


@pytest.mark.parametrize(("fault", "finding"), FAULTS.items())
def test_a_fault_is_found_and_the_pad_is_closed(fault: str, finding: str) -> None:
    peer, pad = played(fault)
    reading = carry(PROTOCOL.read("serial"), peer)
    assert findings(reading) == (finding,)
    assert reading.findings[0].severity is known_findings()[finding].severity
    assert not pad.open  # type: ignore[attr-defined]


@pytest.mark.parametrize("fault", ["mute_when_open", "wrong_crc"])
def test_a_pad_that_fails_in_between_is_closed_too(fault: str) -> None:
    peer, pad = played(fault)
    with pytest.raises((NoAnswer, Garbled)):
        carry(PROTOCOL.read("serial"), peer)
    assert transport.packet(guard.CLOSE) in peer.sent
    assert not pad.open  # type: ignore[attr-defined]


def test_a_pad_that_refuses_every_packet_is_named_after_three() -> None:
    peer, _ = played("deaf")
    with pytest.raises(Garbled):
        carry(PROTOCOL.read("serial"), peer)
    assert peer.sent.count(transport.packet(b"OPN")) == 3


def test_a_damaged_answer_is_asked_for_again() -> None:
    peer, _ = played("wrong_crc_once")
    assert carry(PROTOCOL.read("serial"), peer).health.make == "CYGNUS"
    assert peer.sent.count(b"\x15") == 1


def test_silence_noise_and_a_bare_word_are_told_apart() -> None:
    with pytest.raises(NoAnswer):
        carry(PROTOCOL.answers("serial"), Stream(iter([])))
    with pytest.raises(Garbled):
        carry(PROTOCOL.answers("serial"), Stream(iter([b"\xf8\xfe"])))
    assert carry(PROTOCOL.answers("serial"), Stream(iter([b"\x06\xff\x04"]))) is None


FORBIDDEN = [
    b"GCR000", b"GPN000", b"GCX000", b"GTK000", b"GOX000", b"GDU000", b"GCD016" + b"0" * 16, b"TLI012000000000000",
    b"ENB000", b"MLI000", b"GEN000", b"RMC032" + b" " * 32, b"OPN256" + b"F" * 256, b"CLO032" + b"A" * 32,
    b"GIN00204", b"DSP032" + b"\x1f" * 32, b"DSP031" + b" " * 32, b"CKE0041111",
]  # fmt: skip


@pytest.mark.parametrize("body", FORBIDDEN)
def test_nothing_that_acts_may_be_sent(body: bytes) -> None:
    assert PROTOCOL.level_of(Send(transport.packet(body)), "serial") is None


def test_what_may_be_sent() -> None:
    for body in (guard.OPEN, b"OPN000", guard.INFORMATION, guard.EXTENDED, guard.CLOSE):
        assert PROTOCOL.level_of(Send(transport.packet(body)), "serial") is Level.INTERNAL
        assert PROTOCOL.may_act(Send(transport.packet(body)), "serial"), "an open till screen would go dark"
    assert PROTOCOL.may_act(Send(b"\x18"), "serial"), "it ends a payment that runs"
    assert not PROTOCOL.may_act(Send(b"\x15"), "serial")
    assert PROTOCOL.level_of(Send(transport.packet(b"DSP032" + b"OK".ljust(32))), "serial") is Level.EXTERNAL
    assert PROTOCOL.level_of(Line(300, "8N1"), "serial") is None


def test_card_data_is_covered_and_never_kept() -> None:
    swipe = transport.packet(b"GCR000095" + NUMBER * 4 + b"\x13\x16\x17" + NUMBER)
    masked = bytearray(swipe)
    for span in PROTOCOL.card_spans(swipe, "serial"):
        masked[span.start : span.start + span.length] = b"\xee" * span.length
    assert NUMBER[:6] not in masked
    assert not PROTOCOL.admits(swipe, "serial")
    assert NUMBER.decode() not in repr(PROTOCOL.decode(swipe, "serial"))
    for kept in (b"\x06", b"\x18", bytes.fromhex(OPENED)):
        assert PROTOCOL.admits(kept, "serial")
        assert PROTOCOL.card_spans(kept, "serial") == ()


def test_decoding_names_ways_and_fields() -> None:
    talk = b"\x18\x04" + bytes.fromhex(OPEN) + b"\x06" + bytes.fromhex(OPENED)
    frames = PROTOCOL.decode(talk, "serial").frames
    assert [(f.direction, f.name) for f in frames] == [
        ("out", "CAN"), ("in", "EOT"), ("out", "Open"), ("in", "ACK"), ("in", "Open")
    ]  # fmt: skip
    wrong = bytes.fromhex(OPENED)[:-1] + b"\0"
    assert PROTOCOL.decode(wrong, "serial").frames[0].note == "wrong check sum"


def test_every_result_has_words_and_its_finding_exists() -> None:
    known = known_findings()
    for code in (*messages.RESULTS, "999"):
        meaning = messages.result(code)
        assert not meaning.finding or meaning.finding in known
        for language in ("en", "de"):
            assert catalogue(language, "abecs").has(f"abecs.result.{meaning.words}")


@pytest.mark.parametrize("byte", [0x13, 0x16, 0x17, 0x41, 0x00])
def test_a_long_run_of_one_byte_is_one_piece_of_rubbish(byte: int) -> None:
    decoded = PROTOCOL.decode(bytes([byte]) * 500_000, "serial")
    assert decoded.frames == ()
    assert [(r.offset, r.length) for r in decoded.rubbish] == [(0, 500_000)]
