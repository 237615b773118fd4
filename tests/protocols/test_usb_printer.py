"""USB printers by their class alone, and together with ESC/POS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from talks import findings

from kiosk.errors import NoAnswer
from kiosk.model.health import GlobalStatus, PrinterStatus, Reading
from kiosk.model.terminal import Level
from kiosk.protocols import escpos, usb_printer
from kiosk.protocols.conversation import Control, Conversation, NotReported, Receive, Send
from kiosk.protocols.printer_class import ASKS, Told
from kiosk.resources import catalogue
from kiosk.resources import findings as known_findings

ID = b"\x00\x1eMFG:Star;MDL:TSP143;SN:042;"


def told(status: int) -> Reading:
    return usb_printer.reading_of(Told({"make": "Star"}, status))


@pytest.mark.parametrize(
    ("status", "id", "printer"),
    [
        (0x18, (), PrinterStatus.OK),
        (0x38, ("printer.no_paper",), PrinterStatus.NO_PAPER),
        (0x20, ("printer.no_paper",), PrinterStatus.NO_PAPER),
        (0x10, ("printer.error",), PrinterStatus.OUT_OF_ORDER),
        (0x08, ("printer.offline",), PrinterStatus.OUT_OF_ORDER),
    ],
)
def test_a_state_becomes_health(status: int, id: tuple[str, ...], printer: PrinterStatus) -> None:
    reading = told(status)
    assert (findings(reading), reading.health.printer) == (id, printer)
    assert all(f.severity is known_findings()[f.id].severity for f in reading.findings)


def test_a_name_without_a_state_says_nothing_of_health() -> None:
    health = usb_printer.reading_of(Told({"make": "Star"}, None)).health
    assert (health.make, health.printer, health.global_status) == ("Star", None, None)


def answered(talk: Conversation[Reading], controls: list[object], came: Iterator[bytes] | None = None) -> Reading:
    """Control transfers get the answers of a list, bytes those of an iterator."""
    answer: object = None
    line = came or iter(())
    while True:
        try:
            wish = talk.send(answer)
        except StopIteration as stop:
            return stop.value
        if isinstance(wish, Control):
            answer = controls.pop(0)
        else:
            answer = next(line, b"") if isinstance(wish, Receive) else None


def test_it_asks_name_and_state() -> None:
    health = answered(usb_printer.read("raw"), [ID, b"\x18"]).health
    assert (health.make, health.model, health.serial) == ("Star", "TSP143", "042")
    assert health.global_status is GlobalStatus.OK


@pytest.mark.parametrize("nothing", [NotReported("x"), b"", b"\xff"])
def test_silence_is_no_answer(nothing: object) -> None:
    with pytest.raises(NoAnswer):
        answered(usb_printer.read("raw"), [b"", nothing])
    with pytest.raises(NoAnswer):
        answered(usb_printer.answers("raw"), [NotReported("x"), nothing])


def test_nothing_is_printed_and_nothing_is_reset() -> None:
    for wish in (
        Send(b"\x10\x04\x01"),
        Send(b"x"),
        Control(0x21, 2, 0, 0),
        Control(0x23, 2, 0, 0),
        Control(0xA1, 0, 1, 0, length=9),
    ):
        assert usb_printer.PROTOCOL.level_of(wish, "raw") is None
        assert escpos.PROTOCOL.level_of(wish, "raw") is (Level.INTERNAL if wish == Send(b"\x10\x04\x01") else None)
    for wish in ASKS:
        assert usb_printer.PROTOCOL.level_of(wish, "raw") is Level.INTERNAL
        assert not usb_printer.PROTOCOL.may_act(wish, "raw")
        assert escpos.PROTOCOL.level_of(wish, "raw") is Level.INTERNAL
        assert escpos.PROTOCOL.level_of(wish, "serial") is None, "a serial line has no control transfers"


STATUS = (b"", b"\x12", b"\x12", b"\x12", b"\x12")


def test_a_printer_that_speaks_escpos_over_usb_gets_both_readings() -> None:
    reading = answered(escpos.read("raw"), [ID, b"\x18"], iter(STATUS))
    assert {m.name for m in reading.measurements} >= {"escpos.status_1", "usb_printer.status", "usb_printer.commands"}
    assert (reading.health.make, reading.health.serial) == ("Star", "042")


def test_escpos_is_believed_where_both_tell() -> None:
    """Many printers answer the class with a state that never changes."""
    assert findings(answered(escpos.read("raw"), [ID, b"\x38"], iter(STATUS))) == ()
    out = (b"", b"\x1a", b"\x32", b"\x12", b"\x7e")
    assert findings(answered(escpos.read("raw"), [ID, b"\x18"], iter(out))) == ("printer.no_paper",)


def test_the_class_tells_what_escpos_left_out() -> None:
    said = iter((b"", b"\x12"))
    assert findings(answered(escpos.read("raw"), [ID, b"\x38"], said)) == ("printer.no_paper",)
    assert answered(escpos.read("raw"), [ID, b"\x18"], iter((b"", b"\x12"))).health.printer is PrinterStatus.OK


def test_answers_are_decoded_and_only_they_are_kept() -> None:
    (state,) = usb_printer.PROTOCOL.decode(b"\x38", "raw", None).frames
    assert state.fields == {"says": ["paper_end"]}
    whole = len(ID).to_bytes(2, "big") + ID[2:]
    (name,) = usb_printer.PROTOCOL.decode(whole, "raw", "in").frames
    assert name.fields == {"make": "Star", "model": "TSP143", "serial": "042"}
    assert usb_printer.PROTOCOL.admits(whole, "raw")
    assert not usb_printer.PROTOCOL.admits(b"Total 3,50", "raw")


def test_measurements_have_words() -> None:
    for language in ("en", "de"):
        assert all(catalogue(language, "usb_printer").has(m.name) for m in told(0x18).measurements)
