"""The simulated Transbank terminal against bytes written by hand here."""

import pytest

from kiosk.errors import Usage
from kiosk.simulator.device import Setup
from kiosk.simulator.transbank import build

POLL = bytes.fromhex("02303130300302")


@pytest.mark.parametrize(
    ("fault", "answer"), [(None, "06"), ("refuses", "15"), ("normal_mode", ""), ("mid_sale", "02303930307c38317c0303")]
)
def test_answers_to_a_poll(fault: str | None, answer: str) -> None:
    replies = build(Setup(faults={fault} if fault else set())).feed(POLL)
    assert b"".join(r.data for r in replies).hex() == answer


def test_a_damaged_poll_gets_a_nak_and_a_sale_nothing() -> None:
    terminal = build(Setup())
    assert [r.data for r in terminal.feed(POLL[:-1] + b"\x00")] == [b"\x15"]
    assert terminal.feed(bytes.fromhex("02303230307c3132337c0331")) == []
    assert terminal.counts() == {"polls": 0, "damaged": 1, "forbidden": 1, "acknowledged": 0}


def test_a_slow_one_is_late_and_orders_are_refused() -> None:
    assert build(Setup(faults={"slow"})).feed(POLL)[0].after > 2.0
    with pytest.raises(Usage):
        build(Setup()).say(["paper", "in"])
