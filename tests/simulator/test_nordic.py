"""The simulated Point ECR terminal against bytes written by hand here."""

import pytest

from kiosk.errors import Usage
from kiosk.simulator.device import Setup
from kiosk.simulator.nordic import build

STATUS, VERSION = bytes.fromhex("027330300370"), bytes.fromhex("027330320372")


def said(question: bytes, *faults: str) -> list[bytes]:
    return [reply.data for reply in build(Setup(faults=set(faults))).feed(question)]


@pytest.mark.parametrize(
    ("faults", "body"),
    [
        ((), b"S0000000"),
        (("card_inserted", "test_mode", "message_waiting"), b"S0000111"),
        (("keys_old", "blacklist_old"), b"S0004000"),
        (("not_configured",), b"S1012000"),
        (("mid_payment",), b"220000"),
    ],
)
def test_the_status(faults: tuple[str, ...], body: bytes) -> None:
    check = 0
    for byte in body + b"\x03":
        check ^= byte
    assert said(STATUS, *faults) == [b"\x06", b"\x02" + body + b"\x03" + bytes([check])]


def test_knocking_and_refusing() -> None:
    assert said(b"\x05") == [b"\x06"]
    assert said(b"\x05", "refuses") == [b"\x15"]
    assert said(STATUS, "knocks_only") == []
    assert said(VERSION, "no_version") == [b"\x15"]


def test_the_second_part_comes_after_an_ack() -> None:
    terminal = build(Setup(faults={"in_parts"}))
    first = terminal.feed(VERSION)[1].data
    assert first[-2:-1] == b"\x17"
    (second,) = terminal.feed(b"\x06")
    assert first[1:-2] + second.data[1:-2] == b"SPointECR 4.20.1"
    assert [r.data for r in terminal.feed(b"\x15")] == [first]


def test_damage_and_payments_are_counted() -> None:
    terminal = build(Setup())
    assert [r.data for r in terminal.feed(STATUS[:-1] + b"\x00")] == [b"\x15"]
    assert terminal.feed(bytes.fromhex("0237320306")) == []
    assert (terminal.counts()["damaged"], terminal.counts()["forbidden"]) == (1, 1)


def test_orders() -> None:
    terminal = build(Setup())
    terminal.say(["card", "in"])
    assert terminal.faults == {"card_inserted"}
    terminal.say(["card", "out"])
    assert terminal.faults == set()
    with pytest.raises(Usage):
        terminal.say(["paper", "in"])
