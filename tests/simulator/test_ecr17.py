"""The simulated ECR17 terminal against bytes written by hand here."""

import pytest

from kiosk.errors import Usage
from kiosk.simulator.device import Setup
from kiosk.simulator.ecr17 import build

ASK = bytes.fromhex("0230303030303030303073033c")
CHECKS = {"": 0x3C, "lrc_stx": 0x3D, "lrc_noext": 0x3F, "lrc_stx_noext": 0x3E}


def said(question: bytes, *faults: str) -> list[bytes]:
    return [reply.data for reply in build(Setup(faults={f for f in faults if f})).feed(question)]


@pytest.mark.parametrize("fault", CHECKS)
def test_each_check_sum_takes_its_own_and_refuses_the_others(fault: str) -> None:
    for check in CHECKS.values():
        answer = said(ASK[:-1] + bytes([check]), fault)
        assert answer[0][:2] == (b"\x06\x03" if check == CHECKS[fault] else b"\x15\x03")
        assert len(answer) == (2 if check == CHECKS[fault] else 1)


def test_the_status_field_by_field() -> None:
    ack, frame = said(ASK)
    assert ack.hex() == "060379"
    assert frame[1:-2] == b"36463343" + b"0s" + b"0" * 10 + b"0201261230" + b"2" + b"ECR17-03.11     "
    assert said(ASK, "keys_corrupted", "update_pending")[1][31:32] == b"4"
    assert said(ASK, "clock_wrong")[1][25:27] == b"19"


def test_what_is_between_question_and_answer() -> None:
    assert said(ASK, "progress")[1] == b"\x01ATTENDERE PREGO     \x04"
    assert said(ASK, "plain_ack")[0] == b"\x06"
    assert said(ASK, "till_not_set_up") == []
    assert len(said(ASK, "no_answer_after_ack")) == 1
    assert said(ASK[:-1] + b"\x00", "drops_wrong") == []
    assert len(said(ASK[:-1] + b"\x00", "lenient")) == 2


def test_it_repeats_what_is_refused_and_counts_payments() -> None:
    terminal = build(Setup())
    frame = terminal.feed(ASK)[1].data
    assert [r.data for r in terminal.feed(bytes.fromhex("15036a"))] == [frame]
    assert terminal.feed(bytes.fromhex("060379")) == []
    assert terminal.feed(b"\x02000000000P\x03" + bytes([0x7F ^ 0x30 ^ 0x50])) == []
    assert (terminal.counts()["forbidden"], terminal.counts()["acknowledged"]) == (1, 1)
    with pytest.raises(Usage):
        terminal.say(["paper", "in"])
