"""The simulated ABECS PIN pad against packets of the specification."""

from __future__ import annotations

import pytest

from kiosk.errors import Usage
from kiosk.simulator.abecs import build
from kiosk.simulator.device import Setup

OPEN, OPENED = bytes.fromhex("164f504e17a8a9"), bytes.fromhex("164f504e30303017775e")


def test_opening_is_acknowledged_and_answered() -> None:
    pad = build(Setup())
    assert [r.data for r in pad.feed(b"\x18" + OPEN)] == [b"\x04", b"\x06", OPENED]
    assert pad.open
    assert [r.data for r in pad.feed(b"\x15")] == [OPENED], "it repeats its last answer"


def test_a_damaged_packet_is_refused() -> None:
    assert [r.data for r in build(Setup()).feed(OPEN[:-2] + b"\0\0")] == [b"\x15"]
    assert build(Setup()).feed(OPEN[:-1]) == []


@pytest.mark.parametrize(("fault", "code"), [("internal", b"040"), ("pin_pause", b"044"), ("secure_only", b"009")])
def test_faults_are_results(fault: str, code: bytes) -> None:
    assert code in build(Setup(faults={fault})).feed(OPEN)[1].data


def test_what_travels_holds_no_special_byte() -> None:
    pad = build(Setup())
    answer = pad.feed(bytes.fromhex("16474958") + b"\x17" + _sum(b"GIX\x17"))[1].data
    assert not {0x16, 0x17} & set(answer[1:-3])
    assert b"\x13\x36\x13\x37" in answer


def _sum(data: bytes) -> bytes:
    value = 0
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return value.to_bytes(2, "big")


def test_other_commands_are_unknown_and_counted() -> None:
    pad = build(Setup())
    assert b"ERR010" in pad.feed(b"\x16GCR\x17" + _sum(b"GCR\x17"))[1].data
    assert pad.counts()["forbidden"] == 1
    with pytest.raises(Usage):
        pad.say(["card", "in"])
