"""The simulated ID TECH reader against bytes of the maker's guide."""

from __future__ import annotations

import pytest

from kiosk.errors import Usage
from kiosk.simulator.device import Setup
from kiosk.simulator.idtech import build

TAG = "5669564f746563683200"
PING = bytes.fromhex(TAG + "18010000b3cd")
PONG = bytes.fromhex(TAG + "18000000fa83")


def test_a_ping_is_answered_with_the_bytes_of_the_guide() -> None:
    reader = build(Setup())
    assert [r.data for r in reader.feed(PING)] == [PONG]
    assert reader.feed(PING[:7]) == []
    assert [r.data for r in reader.feed(PING[7:])] == [PONG]
    assert reader.counts() == {"questions": 2, "forbidden": 0}


def test_the_serial_number_is_the_one_of_the_guide() -> None:
    reader = build(Setup(serial="630Z000001"))
    (reply,) = reader.feed(bytes.fromhex(TAG + "1201000018a5"))
    assert reply.data == bytes.fromhex(TAG + "1200000f3633305a303030303031000000000094bc")


def test_reports_are_filled_up() -> None:
    reader = build(Setup(framing="hid"))
    (reply,) = reader.feed(b"\x01" + PING + bytes(47))
    assert reply.data == b"\x01" + PONG + bytes(47)
    (long,) = reader.feed(b"\x01" + bytes.fromhex(TAG + "092000005611") + bytes(47))
    assert len(long.data) % 64 == 0


@pytest.mark.parametrize(("fault", "status"), [("tamper", 0x1D), ("keys_lost", 0x16), ("loader", 0x11)])
def test_faults_are_status_bytes(fault: str, status: int) -> None:
    (reply,) = build(Setup(faults={fault})).feed(PING)
    assert reply.data[11] == status


def test_what_acts_is_counted_and_refused() -> None:
    reader = build(Setup())
    (reply,) = reader.feed(bytes.fromhex(TAG + "02010000bfbe"))
    assert reply.data[10:12] == b"\x02\x03"
    assert reader.counts()["forbidden"] == 1
    with pytest.raises(Usage):
        reader.say(["card", "in"])
