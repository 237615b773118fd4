"""MagTek: examples of the maker's manuals, both report sizes, what may be set, and a port without feature reports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talks import Played, Stream, carry, findings

from kiosk.errors import DeviceError, Garbled, NoAnswer
from kiosk.model.health import GlobalStatus
from kiosk.model.terminal import Level
from kiosk.protocols import magtek
from kiosk.protocols.conversation import Control, NotReported, Send
from kiosk.protocols.magtek import PROTOCOL
from kiosk.resources import catalogue
from kiosk.resources import findings as known_findings
from kiosk.simulator.device import Setup
from kiosk.simulator.magtek import build


def setting(data: bytes, **changed: int) -> Control:
    fields = {"request_type": 0x21, "request": 9, "value": 0x300, "index": 0, **changed}
    return Control(**fields, data=data)


def played(*faults: str, **told: str) -> Played:
    return Played(build(Setup(faults=set(faults), **told)))


def test_the_example_of_the_manual_is_read_although_its_length_is_wrong() -> None:
    """`00 01 32 31 30 34 32 38 31 32 44 30 31`: eleven characters after a length of one."""
    report = bytes.fromhex("00013231303432383132443031").ljust(24, b"\0")
    assert magtek.parse(report) == magtek.Answer(0, b"21042812D01")
    assert magtek.parse(bytes.fromhex("0003313233").ljust(60, b"\0")) == magtek.Answer(0, b"123")


@pytest.mark.parametrize("size", [0, 1, 23, 25, 59, 61, 64])
def test_other_sizes_are_no_answer(size: int) -> None:
    with pytest.raises((Garbled, NoAnswer)):
        magtek.parse(bytes(size))


@pytest.mark.parametrize("report", ["0017", "0000000001", "99", "000155aa"])
def test_what_cannot_be_is_named(report: str) -> None:
    with pytest.raises(Garbled):
        magtek.parse(bytes.fromhex(report).ljust(24, b"\0"))


def test_a_healthy_reader_tells_who_it_is() -> None:
    reading = carry(PROTOCOL.read("feature"), played(serial="B0AA112"))
    assert (reading.health.software, reading.health.serial) == ("21042812D01", "B0AA112")
    assert (reading.health.global_status, reading.findings) == (GlobalStatus.OK, ())


def test_a_reader_with_long_reports_is_asked_in_its_own_size() -> None:
    peer = played("encrypting")
    reading = carry(PROTOCOL.read("feature"), peer)
    assert [len(data) for data in peer.sent] == [24, 60, 60, 60]
    assert ("magtek.version", "V05") in [(m.name, m.value) for m in reading.measurements]


def test_a_property_that_is_a_setting_is_no_version() -> None:
    reading = carry(PROTOCOL.read("feature"), played())
    assert "magtek.version" not in [m.name for m in reading.measurements]


@pytest.mark.parametrize("fault", ["failed", "not_now"])
def test_a_reader_that_fails_is_out_of_order(fault: str) -> None:
    reading = carry(PROTOCOL.read("feature"), played(fault))
    assert findings(reading) == ("terminal.out_of_order",)
    assert reading.findings[0].severity is known_findings()["terminal.out_of_order"].severity


def test_a_port_without_feature_reports_is_told_as_such() -> None:
    talk = PROTOCOL.read("feature")
    next(talk)
    talk.send(None)
    with pytest.raises(DeviceError, match="feature"):
        talk.send(NotReported("control transfers"))
    with pytest.raises(NoAnswer):
        carry(PROTOCOL.answers("feature"), Stream(iter([])))


def test_four_properties_may_be_asked_and_set_nothing_going() -> None:
    for number in (0, 1, 3, 4):
        for size in (24, 60):
            wish = setting(magtek.question(number, size))
            assert PROTOCOL.level_of(wish, "feature") is Level.INTERNAL
            assert not PROTOCOL.may_act(wish, "feature")
    assert PROTOCOL.level_of(Control(0xA1, 1, 0x300, 0, length=60), "feature") is Level.INTERNAL


FORBIDDEN = [
    setting(bytes.fromhex("010401313233").ljust(24, b"\0")),  # writes a serial number
    setting(bytes.fromhex("0200").ljust(24, b"\0")),  # reset
    setting(bytes.fromhex("000102").ljust(24, b"\0")),
    setting(bytes.fromhex("000110").ljust(24, b"\0")),
    setting(bytes.fromhex("00010001").ljust(24, b"\0")),
    setting(magtek.question(0), value=0x200),
    setting(magtek.question(0), value=0x301),
    setting(magtek.question(0), index=1),
    setting(magtek.question(0), request=0x0A),
    setting(magtek.question(0), request_type=0x40),
    setting(magtek.question(0)[:-1]),
    setting(b""),
    Control(0xA1, 1, 0x100, 0, length=60),
    Control(0xA1, 1, 0x300, 0, length=64),
    Control(0x80, 6, 0x300, 0, length=60),
    Send(magtek.question(0)),
]


@pytest.mark.parametrize("wish", FORBIDDEN)
def test_nothing_else_may_be_set_or_got(wish: Control | Send) -> None:
    assert PROTOCOL.level_of(wish, "feature") is None


@given(data=st.binary(max_size=64))
def test_no_other_bytes_may_be_set(data: bytes) -> None:
    allowed = data in magtek.QUESTIONS
    assert (PROTOCOL.level_of(setting(data), "feature") is not None) == allowed


def test_reports_are_decoded_and_kept() -> None:
    asked, told = magtek.question(0), bytes.fromhex("0003313233").ljust(24, b"\0")
    out, back = PROTOCOL.decode(asked + told, "feature").frames
    assert (out.direction, out.fields, back.direction) == ("out", {"property": "software"}, "in")
    assert back.fields == {"result": "ok", "value": "123"}
    assert PROTOCOL.admits(asked, "feature")
    assert PROTOCOL.admits(told, "feature")
    assert not PROTOCOL.admits(b";4012888888881881=25121011000?", "feature")
    assert PROTOCOL.decode(b"\x05" * 25, "feature").rubbish[0].length == 25


def test_every_result_has_words() -> None:
    for language in ("en", "de"):
        texts = catalogue(language, "magtek")
        assert all(texts.has(f"magtek.result.{words}") for words in (*magtek.RESULTS.values(), "other"))
