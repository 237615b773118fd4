"""The simulated receipt printer against bytes written by hand here."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kiosk.simulator.device import Setup
from kiosk.simulator.escpos import build

STATUS = {
    (): ["12", "12", "12", "12"],
    ("paper_out",): ["1a", "32", "12", "7e"],
    ("paper_low",): ["12", "12", "12", "1e"],
    ("cover_open",): ["1a", "16", "12", "12"],
    ("cutter",): ["1a", "52", "1a", "12"],
    ("hot",): ["1a", "52", "52", "12"],
    ("broken",): ["1a", "52", "32", "12"],
}


@pytest.mark.parametrize(("faults", "expected"), STATUS.items())
def test_status_bytes(faults: tuple[str, ...], expected: list[str]) -> None:
    printer = build(Setup(faults=set(faults)))
    answers = [printer.feed(bytes([0x10, 0x04, n]))[0].data.hex() for n in (1, 2, 3, 4)]
    assert answers == expected


def test_a_question_inside_a_job_is_answered_and_the_rest_is_printed() -> None:
    printer = build(Setup())
    replies = printer.feed(b"Total 3,50\n\x10\x04\x01more")
    assert [r.data for r in replies] == [b"\x12"]
    assert printer.counts()["printed"] == 15


def test_ids_and_sensors() -> None:
    printer = build(Setup(name="Muster P1"))
    assert printer.feed(b"\x1d\x49\x42\x1d\x49\x43")[0].data == b"_Muster\x00"
    assert printer.feed(b"\x1d\x72\x01")[0].data == b"\x00"


def test_what_acts_is_counted_and_not_answered() -> None:
    printer = build(Setup())
    assert printer.feed(b"\x1b\x70\x00") == []
    assert printer.counts()["forbidden"] == 1


def test_paper_in_cures_both() -> None:
    printer = build(Setup(faults={"paper_out", "paper_low", "cutter"}))
    printer.say(["paper", "in"])
    assert printer.faults == {"cutter"}


@dataclass(frozen=True)
class Asked:
    request_type: int
    request: int


def test_what_it_says_by_the_printer_class():
    printer = build(Setup(name="Muster P1", serial="7"))
    id = printer.control(Asked(0xA1, 0))
    assert id == bytes([0, len(id)]) + b"MFG:Muster;MDL:P1;CMD:ESC/POS;CLS:PRINTER;SN:7;"
    assert printer.control(Asked(0xA1, 1)) == b"\x18"
    assert build(Setup(faults={"paper_out"})).control(Asked(0xA1, 1)) == b"\x20"
    assert printer.control(Asked(0x21, 2)) == b""
