"""The simulated Telium terminal against bytes written by hand here."""

import pytest

from kiosk.errors import Usage
from kiosk.simulator.device import Setup
from kiosk.simulator.telium import build


@pytest.mark.parametrize(
    ("fault", "answer"), [(None, "06"), ("busy", "15"), ("wants_to_talk", "05"), ("wrong_answer", "04")]
)
def test_answers_to_an_enquiry(fault: str | None, answer: str) -> None:
    replies = build(Setup(faults={fault} if fault else set())).feed(b"\x05")
    assert [r.data.hex() for r in replies] == [answer]


def test_an_enquiry_without_end_blocks_the_next() -> None:
    terminal = build(Setup())
    assert terminal.feed(b"\x05")
    assert terminal.feed(b"\x05") == []
    assert [r.data for r in terminal.feed(b"\x04\x05\x04")] == [b"\x06"]
    assert terminal.counts()["unended"] == 1


def test_a_payment_is_counted_and_not_answered() -> None:
    terminal = build(Setup(faults={"slow"}))
    assert terminal.feed(b"\x05")[0].after > 2.0
    assert terminal.feed(b"\x02010000911000\x03\x0f\x06") == []
    assert (terminal.counts()["forbidden"], terminal.counts()["acknowledged"]) == (1, 1)
    with pytest.raises(Usage):
        terminal.say(["card", "in"])
