"""The simulated card reader against bytes written by hand here."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from kiosk.errors import Usage
from kiosk.simulator.ccid import build
from kiosk.simulator.device import Setup

STATUS, ON, OFF = "65000000000007000000", "62000000000008000000", "63000000000009000000"
ATR = "3b8581 31fe45 4b494f534b".replace(" ", "")


def said(reader, text):
    return [reply.data.hex() for reply in reader.feed(bytes.fromhex(text))]


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ((), ["81000000000007010001"]),
        (("powered",), ["81000000000007000000"]),
        (("no_card",), ["81000000000007020001"]),
        (("hardware_error",), ["8100000000000741fb00"]),
        (("busy_slot",), ["8100000000000741e000"]),
        (("old_answer",), ["81000000000006020000", "81000000000007010001"]),
        (("slow_card",), ["81000000000007810300"] * 2 + ["81000000000007010001"]),
    ],
)
def test_slot_status(faults, expected):
    assert said(build(Setup(faults=set(faults))), STATUS) == expected


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        (("no_card",), "8000000000000842fe00"),
        (("mute_card",), "8000000000000841fe00"),
        (("parity",), "8000000000000841fd00"),
        (("hardware_error",), "8000000000000841fb00"),
        (("busy_slot",), "8000000000000841e000"),
        (("short_atr",), "80040000000008000000" + ATR[:8]),
    ],
)
def test_power_on(faults, expected):
    assert said(build(Setup(faults=set(faults))), ON) == [expected]


def test_a_card_is_powered_and_its_check_byte_is_right_or_wrong():
    reader = build(Setup())
    (answer,) = said(reader, ON)
    assert answer.startswith("800c0000000008000000" + ATR)
    whole = bytes.fromhex(answer)[10:]
    check = 0
    for byte in whole[1:]:
        check ^= byte
    assert check == 0
    assert said(reader, STATUS) == ["81000000000007000000"]
    assert said(reader, OFF) == ["81000000000009010001"]
    (wrong,) = said(build(Setup(faults={"bad_atr"})), ON)
    assert wrong[:-2] == answer[:-2]
    assert wrong != answer


def test_parameters_only_of_a_powered_card():
    asked = "6c00000000000a000000"
    assert said(build(Setup(faults={"powered"})), asked) == ["8207000000000a000001" + "1110004500fe00"]
    assert said(build(Setup()), asked) == ["8200000000000a41fe00"]


def test_what_is_forbidden_is_counted_and_refused_and_stray_bytes_are_dropped():
    reader = build(Setup())
    assert said(reader, "6f0500000000010000" + "0000a4040000") == ["81000000000001410000"]
    assert said(reader, "ff00" + STATUS) == ["81000000000007010001"]
    assert (reader.counts()["forbidden"], reader.counts()["stray"]) == (1, 2)


def test_a_second_slot_is_there_only_with_its_fault():
    second = "65000000000107000000"
    assert said(build(Setup()), second) == ["81000000000107420500"]
    assert said(build(Setup(faults={"two_slots"})), second) == ["81000000000107020001"]


def test_a_card_goes_in_and_out():
    reader = build(Setup(faults={"no_card"}))
    reader.say(["card", "in"])
    assert said(reader, STATUS) == ["81000000000007010001"]
    reader.say(["card", "out"])
    assert said(reader, STATUS) == ["81000000000007020001"]
    with pytest.raises(Usage):
        reader.say(["paper", "in"])


def test_its_description_is_one_configuration_with_three_endpoints():
    whole = build(Setup()).control(SimpleNamespace(request_type=0x80, request=6))
    assert build(Setup()).control(SimpleNamespace(request_type=0x21, request=1)) == b""
    assert int.from_bytes(whole[2:4], "little") == len(whole) == 9 + 9 + 54 + 21
    kinds, at = [], 0
    while at < len(whole):
        kinds.append(whole[at + 1])
        at += whole[at]
    assert kinds == [2, 4, 0x21, 5, 5, 5]
