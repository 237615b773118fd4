"""The simulated MagTek reader against the examples of the manuals."""

from __future__ import annotations

import pytest

from kiosk.errors import Usage
from kiosk.simulator.device import Setup
from kiosk.simulator.magtek import build


def test_a_property_is_what_was_set_and_then_got() -> None:
    reader = build(Setup(serial="123"))
    (software,) = reader.feed(bytes.fromhex("000100"))
    assert software.data.hex() == "000b3231303432383132443031" + "00" * 11
    (serial,) = reader.feed(bytes.fromhex("000101"))
    assert serial.data.hex() == "0003313233" + "00" * 19
    (unknown,) = reader.feed(bytes.fromhex("000110"))
    assert unknown.data[0] == 0x02


@pytest.mark.parametrize(("fault", "first"), [("failed", 1), ("not_now", 7), ("old", 2)])
def test_faults_are_result_codes(fault: str, first: int) -> None:
    (reply,) = build(Setup(faults={fault})).feed(bytes.fromhex("000103"))
    assert (reply.data[0], len(reply.data)) == (first, 24)


def test_long_reports_and_a_wrong_length() -> None:
    assert len(build(Setup(faults={"encrypting"})).feed(b"\0\1\0")[0].data) == 60
    assert build(Setup(faults={"short_length"})).feed(b"\0\1\0")[0].data[1:4].hex() == "013231"


def test_writing_and_resetting_are_counted() -> None:
    reader = build(Setup())
    reader.feed(bytes.fromhex("010401313233"))
    reader.feed(bytes.fromhex("0200"))
    assert reader.counts() == {"questions": 0, "forbidden": 2}
    with pytest.raises(Usage):
        reader.say(["swipe"])
