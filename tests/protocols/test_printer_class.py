"""The USB printer class: ids of IEEE 1284, the port's state, and nothing that resets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.protocols import printer_class
from kiosk.protocols.printer_class import Told


def id_of(text: str, order: str = "big") -> bytes:
    return (len(text) + 2).to_bytes(2, order) + text.encode("latin-1")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;CLS:PRINTER;DES:EPSON TM-T20II;",
            {"make": "EPSON", "model": "TM-T20II", "commands": "ESC/POS"},
        ),
        (
            "MANUFACTURER:Star;MODEL:TSP143;COMMAND SET:STAR;SERN:042 ;",
            {"make": "Star", "model": "TSP143", "serial": "042", "commands": "STAR"},
        ),
        ("mfg: Custom ;mdl:VKP80;sn:A1;", {"make": "Custom", "model": "VKP80", "serial": "A1"}),
        ("MFG:;MDL", {}),
        ("", {}),
    ],
)
@pytest.mark.parametrize("order", ["big", "little"])
def test_an_id_is_read(text: str, told: dict[str, str], order: str) -> None:
    assert printer_class.device_id(id_of(text, order)) == told


@pytest.mark.parametrize(
    ("status", "flags"),
    [
        (0x18, ()),
        (0x38, ("paper_end",)),
        (0x08, ("offline",)),
        (0x10, ("error",)),
        (0x20, ("paper_end", "offline", "error")),
        (None, ()),
    ],
)
def test_a_state_is_read(status: int | None, flags: tuple[str, ...]) -> None:
    assert Told(status=status).flags == flags


def test_bits_that_are_not_in_use_make_it_no_state() -> None:
    assert [b for b in range(256) if printer_class.is_status(b)] == [0, 8, 0x10, 0x18, 0x20, 0x28, 0x30, 0x38]


def test_the_two_questions_read_and_nothing_else_is_one() -> None:
    assert {(w.request_type, w.request) for w in printer_class.ASKS} == {(0xA1, 0), (0xA1, 1)}
    assert all(w.length and not w.data for w in printer_class.ASKS)


@given(data=st.binary(max_size=200))
def test_any_bytes_are_an_id_of_bounded_texts(data: bytes) -> None:
    assert all(0 < len(text) <= 120 for text in printer_class.device_id(data).values())
