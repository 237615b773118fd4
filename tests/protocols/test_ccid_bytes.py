"""CCID's bytes: answers to reset, what is decoded, and what may be kept."""

from __future__ import annotations

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talks import Played, carry, findings

from kiosk.evidence.admit import admit
from kiosk.evidence.redaction import redact
from kiosk.model.health import Reading
from kiosk.model.trace import Entry, TraceHeader, What
from kiosk.protocols.ccid import PROTOCOL, atr, descriptor, messages
from kiosk.resources import catalogue
from kiosk.simulator.ccid import build
from kiosk.simulator.device import Setup


def played(*faults: str) -> Played:
    return Played(build(Setup(faults=set(faults))))


def card_test(peer: Played) -> Reading:
    assert PROTOCOL.card_test is not None
    return carry(PROTOCOL.card_test("raw"), peer)


# --- answers to reset ------------------------------------------------------------------------------------------------


def with_check(text: str) -> bytes:
    said = bytes.fromhex(text)
    return said + bytes([reduce(lambda a, b: a ^ b, said[1:])])


@pytest.mark.parametrize(
    ("data", "protocols", "count"),
    [
        (bytes.fromhex("3B00"), (0,), 0),
        (bytes.fromhex("3B024142"), (0,), 2),
        (bytes.fromhex("3F6525002C09699000"), (0,), 5),
        (with_check("3B8001"), (1,), 0),
        (with_check("3B9411811F0341424344"), (1, 15), 4),
        (with_check("3B808001"), (0, 1), 0),
    ],
)
def test_structure_of_an_answer_to_reset(data: bytes, protocols: tuple[int, ...], count: int) -> None:
    found = atr.parse(data)
    assert found is not None
    assert (found.protocols, found.historical[1], found.good, found.length) == (protocols, count, True, len(data))


def test_an_answer_to_reset_is_named() -> None:
    contact = atr.parse(with_check("3B9611 8131FE45 414243444546"))
    assert contact is not None
    said = atr.words(contact)
    assert said["protocols"] == ["T=1"]
    assert said["name"] == "contact card, in blocks (T=1)"
    assert said["speed"] == "372/1"
    contactless = atr.parse(with_check("3B8180014F"))
    assert contactless is not None
    assert atr.words(contactless)["name"] == "contactless card"
    classes = atr.parse(with_check("3B80811F03"))
    assert classes is not None
    assert atr.voltages_of(classes) == ("5 V", "3 V")


@pytest.mark.parametrize(
    "text", ["", "3B", "3C00", "3B01", "3B0041", "3B80", "3B8001", "3B8081", "3B" + "0F" + "41" * 32, "3B80 81 00 80"]
)
def test_what_is_no_answer_to_reset(text: str) -> None:
    assert atr.parse(bytes.fromhex(text)) is None


def test_a_wrong_check_byte_is_seen() -> None:
    found = atr.parse(with_check("3B810141")[:-1] + b"\x00")
    assert found is not None
    assert not found.good


@given(data=st.binary(max_size=40))
def test_any_bytes_are_an_answer_to_reset_or_none(data: bytes) -> None:
    found = atr.parse(b"\x3b" + data)
    if found is not None:
        atr.words(found)
        assert sum(found.historical) <= found.length == len(data) + 1


# --- what may be kept ------------------------------------------------------------------------------------------------


def block(data: bytes, status: int = 0) -> bytes:
    return b"\x80" + len(data).to_bytes(4, "little") + bytes((0, 1, status, 0, 0)) + data


def kept(came: bytes) -> bytes:
    header = TraceHeader("reader", "usb:1-1", "ccid", "raw", "2026-03-12T14:30:00+00:00")
    (entry,) = admit((Entry(0.1, What.RECEIVE, came),), header, b"key")
    return entry.data


@pytest.mark.parametrize("fault", ["", "bad_atr", "short_atr"])
def test_a_finding_rests_only_on_what_is_kept(fault: str) -> None:
    """Structure and the judgement of the check byte stay; what the card says of itself goes."""

    class Admitted(Played):
        def says(self) -> bytes:
            return kept(super().says())

    faults = set(filter(None, [fault]))
    raw, bare = card_test(Played(build(Setup(faults=faults)))), card_test(Admitted(build(Setup(faults=faults))))
    assert findings(raw) == findings(bare)
    assert b"KIOSK" not in kept(block(build(Setup(faults=faults)).atr()))


def test_the_structure_of_an_answer_to_reset_is_kept() -> None:
    whole = build(Setup()).atr()
    assert kept(block(whole)) == block(whole[:6] + b"\xee" * 6)
    assert redact(block(whole), "ccid", "raw").data == block(whole[:6] + b"\xee" * 6)


def test_what_is_exchanged_with_a_card_is_not_kept() -> None:
    answer = bytes.fromhex("5A0840128888888818815F24032512315F200A") + b"MUSTER/MAX\x90\x00"
    assert kept(block(answer)) == block(b"\xee" * len(answer))
    sent = b"\x6f" + len(answer).to_bytes(4, "little") + bytes(5) + answer
    masked = redact(sent, "ccid", "raw").data
    assert masked == sent[:10] + b"\xee" * len(answer)
    assert not PROTOCOL.admits(masked, "raw")


def test_states_and_questions_are_kept() -> None:
    for text in ("65000000000001000000", "81000000000001010001", "82070000000001000001" + "1110004500FE00", "5003"):
        assert PROTOCOL.admits(bytes.fromhex(text), "raw")
        assert not PROTOCOL.card_spans(bytes.fromhex(text), "raw")


# --- decoding --------------------------------------------------------------------------------------------------------


def test_every_error_has_its_word() -> None:
    said = {}
    for code in (0xFE, 0xFB, 0xFD, 0xF8, 0xF7, 0xF6, 0xE0, 0x00, 0x05, 0x90, 0x11):
        (frame,) = PROTOCOL.decode(bytes((0x81, 0, 0, 0, 0, 0, 1, 0x41, code, 0)), "raw", "in").frames
        said[code] = frame.fields["error"]
    assert list(said.values()) == [
        "card_mute",
        "hardware_error",
        "parity",
        "bad_atr_ts",
        "bad_atr_tck",
        "protocol_not_supported",
        "slot_busy",
        "not_supported",
        "no_such_slot",
        "vendor",
        "bad_parameter",
    ]
    (frame,) = PROTOCOL.decode(bytes.fromhex("81000000000001 42FE00"), "raw", "in").frames
    assert frame.fields["error"] == "no_card"


def test_a_talk_is_decoded_both_ways() -> None:
    data = bytes.fromhex("62000000000001010000") + block(build(Setup()).atr()) + bytes.fromhex("5003 51000102")
    decoded = PROTOCOL.decode(data, "raw", None)
    assert not decoded.rubbish
    on, atr_frame, change, broken = decoded.frames
    assert (on.direction, on.fields["voltage"]) == ("out", "5 V")
    assert atr_frame.fields["atr"]["protocols"] == ["T=1"]
    assert "bytes" not in atr_frame.fields
    assert change.fields["slots"] == ["slot 0: card, changed"]
    assert broken.fields == {"slot": 0, "sequence": 1, "overcurrent": False}


def test_two_slots_change() -> None:
    assert messages.changes(0b1001) == ["slot 0: card", "slot 1: no card, changed"]


def test_words_for_what_a_reader_says() -> None:
    said = {*descriptor.FEATURES.values(), "card_mute", "no_card", "hardware_error", "slot_busy", *messages.CARD}
    measured = {m.name for fault in ("", "two_slots") for m in _measured(fault)} | {m.name for m in _measured("test")}
    for language in ("en", "de"):
        texts = catalogue(language, "ccid")
        assert all(texts.has(f"ccid.says.{name}") for name in said)
        assert all(texts.has(name) for name in measured)


def _measured(fault: str) -> tuple[object, ...]:
    if fault == "test":
        return card_test(played()).measurements
    own = descriptor.find(build(Setup()).description())
    assert own is not None
    return (*descriptor.measurements(descriptor.parse(own)), *carry(PROTOCOL.read("raw"), played(fault)).measurements)
