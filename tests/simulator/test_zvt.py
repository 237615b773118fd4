"""The simulated ZVT terminal against bytes written by hand here: no code of the kiosk's own protocol."""

from __future__ import annotations

import pytest

from kiosk.errors import Usage
from kiosk.simulator.device import Reply, Setup
from kiosk.simulator.zvt import CONDITIONS, FAULTS, build

ENQUIRY = bytes.fromhex("1002050105123456030410033094")
ACK_DONE = bytes.fromhex("10028000001003f51f")
ACK = b"\x06"


def said(replies: list[Reply]) -> bytes:
    return b"".join(reply.data for reply in replies)


def test_an_enquiry_is_acknowledged_then_answered_then_ended() -> None:
    terminal = build(Setup(latency=1.5))
    assert said(terminal.feed(ENQUIRY)) == ACK + ACK_DONE
    (completion,) = terminal.feed(ACK)
    assert completion.after == 1.5
    assert completion.data.startswith(bytes.fromhex("1002060f"))
    assert b"4.12.7\x00" in completion.data  # status 00 behind the software version
    assert said(terminal.feed(ACK + ACK_DONE)) == ACK
    assert terminal.counts()["acknowledged"] == 1


def test_bytes_may_come_one_by_one() -> None:
    terminal = build(Setup())
    assert b"".join(said(terminal.feed(bytes([b]))) for b in ENQUIRY) == ACK + ACK_DONE


def test_a_damaged_frame_is_refused_and_its_own_is_repeated() -> None:
    terminal = build(Setup())
    assert said(terminal.feed(ENQUIRY[:-1] + b"\x00")) == b"\x15"
    terminal.feed(ENQUIRY)
    assert said(terminal.feed(b"\x15")) == ACK_DONE


PAYMENTS = ["06010704000000001000", "061800", "060006123456de0978", "065003123456", "0600"]


@pytest.mark.parametrize("text", PAYMENTS)
def test_a_payment_is_never_answered(text: str) -> None:
    terminal = build(Setup(framing="tcp"))
    assert terminal.feed(bytes.fromhex(text)) == []


def test_forbidden_commands_are_counted() -> None:
    terminal = build(Setup(framing="tcp"))
    terminal.feed(bytes.fromhex("061800"))
    assert terminal.counts()["forbidden"] == 1


@pytest.mark.parametrize("fault", CONDITIONS)
def test_each_condition_tells_its_status_byte(fault: str) -> None:
    terminal = build(Setup(framing="tcp", faults={fault}))
    answer = said(terminal.feed(bytes.fromhex("050100")))
    assert answer[:5] == bytes.fromhex("800000060f")
    assert answer[-1] == CONDITIONS[fault].status
    assert fault in FAULTS


def test_the_seed_makes_the_numbers() -> None:
    first, second, third = (build(Setup(seed=n)) for n in (1, 1, 2))
    assert first.serial == second.serial != third.serial


def test_paper_and_card_are_switched_by_words() -> None:
    terminal = build(Setup(faults={"paper_out"}))
    terminal.say(["paper", "in"])
    terminal.say(["card", "in"])
    assert terminal.faults == {"card_inserted"}
    with pytest.raises(Usage):
        terminal.say(["dance"])
