"""CCID: how a reader is, the card test, and what may never be sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talks import Played, Stream, carry, findings, recordings

from kiosk.errors import Busy, Garbled, NoAnswer
from kiosk.model.health import GlobalStatus, Reading
from kiosk.model.terminal import Level
from kiosk.protocols.ccid import PROTOCOL
from kiosk.protocols.conversation import Control, Receive, Send
from kiosk.resources import findings as known_findings
from kiosk.simulator.ccid import build
from kiosk.simulator.device import Setup


def played(*faults: str) -> Played:
    return Played(build(Setup(faults=set(faults))))


# --- health ----------------------------------------------------------------------------------------------------------

FAULTS = {
    "no_card": (("reader.no_card",), GlobalStatus.OK, True),
    "hardware_error": (("terminal.card_reader_broken",), GlobalStatus.MAINTENANCE, False),
    "busy_slot": (("terminal.busy",), GlobalStatus.BUSY, None),
    "old_answer": ((), GlobalStatus.OK, True),
    "slow_card": ((), GlobalStatus.OK, True),
    "mute_card": ((), GlobalStatus.OK, True),  # only power tells that a card is mute
}


@pytest.mark.parametrize(("fault", "meaning"), FAULTS.items())
def test_a_state_is_read(fault: str, meaning: tuple[tuple[str, ...], GlobalStatus, bool | None]) -> None:
    reading = carry(PROTOCOL.read("raw"), played(fault))
    told = (findings(reading), reading.health.global_status, reading.health.card_reader_ok)
    assert told == meaning
    assert all(f.severity is known_findings()[f.id].severity for f in reading.findings)


def test_a_mute_card_that_a_daemon_knows_of_is_told_and_the_reader_not_judged() -> None:
    mute = bytes.fromhex("81000000000001 41FE00")
    reading = carry(PROTOCOL.read("raw"), Stream(iter([mute])))
    assert (findings(reading), reading.health.card_reader_ok) == (("reader.card_mute",), None)


def test_silence_is_no_answer_and_other_bytes_are_garbled() -> None:
    with pytest.raises(NoAnswer):
        carry(PROTOCOL.answers("raw"), Stream(iter(())))
    with pytest.raises(Garbled):
        carry(PROTOCOL.answers("raw"), Stream(iter([b"Hello, printer"])))


def test_a_reader_that_asks_for_more_time_without_end_is_ended() -> None:
    waits = (bytes.fromhex("8100000000") + bytes((0, 1 + i // 100, 0x81, 3, 0)) for i in range(10_000))
    with pytest.raises(Garbled):
        carry(PROTOCOL.read("raw"), Stream(waits))


def test_two_slots_are_both_asked() -> None:
    recording = next(r for r in recordings() if r.name == "ccid_two_slots")
    assert [data[5] for data in recording.sent] == [0, 1]


# --- the card test -------------------------------------------------------------------------------------------------

TESTS = {
    "": ("reader.card_answered", True),
    "powered": ("reader.card_answered", True),
    "slow_card": ("reader.card_answered", True),
    "old_answer": ("reader.card_answered", True),
    "mute_card": ("reader.card_mute", None),
    "bad_atr": ("reader.card_unreadable", None),
    "short_atr": ("reader.card_unreadable", None),
    "parity": ("reader.card_unreadable", None),
    "hardware_error": ("terminal.card_reader_broken", False),
    "no_card": ("reader.no_card", None),
}


def card_test(peer: Played | Stream) -> Reading:
    assert PROTOCOL.card_test is not None
    return carry(PROTOCOL.card_test("raw"), peer)


@pytest.mark.parametrize(("fault", "meaning"), TESTS.items())
def test_a_card_test_tells(fault: str, meaning: tuple[str, bool | None]) -> None:
    peer = played(*filter(None, [fault]))
    reading = card_test(peer)
    assert (findings(reading), reading.health.card_reader_ok) == ((meaning[0],), meaning[1])
    assert all(f.severity is known_findings()[f.id].severity for f in reading.findings)
    powered = [data[0] for data in peer.sent if data[0] in (0x62, 0x63)]
    assert powered == ([] if fault == "no_card" else [0x62, 0x63]), "what was switched on is switched off"


def test_a_card_that_another_program_works_with_is_left_alone() -> None:
    peer = played("busy_slot")
    with pytest.raises(Busy):
        card_test(peer)
    assert {data[0] for data in peer.sent} == {0x65}


def test_a_card_that_comes_while_it_waits_is_tested() -> None:
    reader = build(Setup(faults={"no_card"}))
    peer = Played(reader)
    talk, answer, waits = PROTOCOL.card_test("raw"), None, 0
    try:
        while True:
            wish = talk.send(answer)
            answer = None
            if isinstance(wish, Send):
                peer.heard(wish.data)
            elif isinstance(wish, Receive):
                answer = peer.says()
                waits += wish.timeout < 1
                if waits == 3:
                    reader.say(["card", "in"])
    except StopIteration as stop:
        assert findings(stop.value) == ("reader.card_answered",)


def test_a_card_that_stays_silent_is_switched_off_before_the_error() -> None:
    present = bytes.fromhex("81000000000001010001")
    off = bytes.fromhex("81000000000003010001")
    with pytest.raises(NoAnswer):
        card_test(Stream(iter([present, b"", off])))


def test_no_word_of_the_card_about_itself_is_in_a_reading() -> None:
    assert "KIOSK" not in repr(card_test(played()))
    assert b"KIOSK".hex() not in repr(card_test(played())).lower()


# --- what may be sent ------------------------------------------------------------------------------------------------

ALLOWED = {
    "65000000000001000000": Level.INTERNAL,
    "6500000000037F000000": Level.INTERNAL,
    "6C000000000001000000": Level.INTERNAL,
    "62000000000001000000": Level.EXTERNAL,
    "62000000000001030000": Level.EXTERNAL,
    "63000000000001000000": Level.EXTERNAL,
}
REFUSED = [
    "62000000000001040000",
    "62000000000001000001",
    "65000000000001010000",
    "65010000000001000000FF",
    "65000000000001000000" + "65000000000002000000",
    "650000000000010000",
    "6F050000000001000000" + "00A4040000",
    "6F000000000001000000",
    *(f"{kind:02X}000000000001000000" for kind in (0x61, 0x69, 0x6A, 0x6B, 0x6D, 0x6E, 0x71, 0x72, 0x73, 0x80, 0x00)),
]


@pytest.mark.parametrize(("text", "level"), ALLOWED.items())
def test_questions_and_power_are_on_the_list(text: str, level: Level) -> None:
    wish = Send(bytes.fromhex(text))
    assert PROTOCOL.level_of(wish, "raw") is level
    assert PROTOCOL.may_act(wish, "raw") == (level is Level.EXTERNAL)


@pytest.mark.parametrize("text", REFUSED)
def test_everything_else_is_refused(text: str) -> None:
    assert PROTOCOL.level_of(Send(bytes.fromhex(text)), "raw") is None


@given(kind=st.integers(0, 255), rest=st.binary(min_size=9, max_size=30))
def test_no_exchange_with_a_card_is_ever_allowed(kind: int, rest: bytes) -> None:
    level = PROTOCOL.level_of(Send(bytes([kind]) + rest), "raw")
    assert level is None or (kind in (0x62, 0x63, 0x65, 0x6C) and not any(rest[:4]) and len(rest) == 9)


def test_of_control_transfers_only_the_description_may_be_read() -> None:
    assert PROTOCOL.level_of(Control(0x80, 6, 0x0200, 0, length=1024), "raw") is Level.INTERNAL
    for wish in (
        Control(0x80, 6, 0x0300, 0, length=1024),
        Control(0x00, 9, 1, 0),
        Control(0x21, 1, 0, 0),
        Control(0xA1, 2, 0, 0, length=4),
    ):
        assert PROTOCOL.level_of(wish, "raw") is None
