"""ESC/POS: status bits, real bytes of real printers, ids, and what may never be sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from talks import Played, Stream, carry, findings

from kiosk.errors import Garbled, NoAnswer
from kiosk.model.health import GlobalStatus, PrinterStatus
from kiosk.model.terminal import Level
from kiosk.protocols import escpos
from kiosk.protocols.conversation import Send
from kiosk.protocols.escpos import PROTOCOL
from kiosk.resources import catalogue
from kiosk.resources import findings as known_findings
from kiosk.simulator.device import Setup
from kiosk.simulator.escpos import build

DATA = Path(__file__).parents[2] / ".." / "shared" / "data" / "escpos" / "real_status_bytes.json"


@pytest.mark.skipif(not DATA.is_file(), reason="recorded bytes of real printers are not here")
def test_bytes_of_real_printers() -> None:
    for entry in json.loads(DATA.read_text(encoding="utf-8")):
        sent, came = bytes.fromhex(entry["cmd"]), bytes.fromhex(entry["rsp"])
        decoded = PROTOCOL.decode(sent + came, "serial", None)
        assert not decoded.rubbish
        assert decoded.frames[-1].name == "Printer status"
        assert decoded.frames[-1].fields["says"] == ["drawer_pin_high"]


def test_a_roll_that_was_taken_out() -> None:
    """Decimal 114, as users of real printers report it after DLE EOT 4."""
    assert escpos.flags(escpos.PAPER, 114) == ("paper_end",)


FAULTS = {
    "paper_out": ("printer.no_paper", PrinterStatus.NO_PAPER),
    "paper_low": ("printer.paper_low", PrinterStatus.PAPER_LOW),
    "cover_open": ("printer.cover_open", PrinterStatus.OUT_OF_ORDER),
    "cutter": ("printer.cutter", PrinterStatus.OUT_OF_ORDER),
    "hot": ("printer.hot", PrinterStatus.OUT_OF_ORDER),
    "broken": ("printer.error", PrinterStatus.OUT_OF_ORDER),
    "offline": ("printer.offline", PrinterStatus.OUT_OF_ORDER),
}


def played(*faults: str) -> Played:
    return Played(build(Setup(faults=set(faults))))


@pytest.mark.parametrize(("fault", "meaning"), FAULTS.items())
def test_a_fault_is_found(fault: str, meaning: tuple[str, PrinterStatus]) -> None:
    reading = carry(PROTOCOL.read("serial"), played(fault))
    assert (findings(reading), reading.health.printer) == ((meaning[0],), meaning[1])
    assert reading.findings[0].severity is known_findings()[meaning[0]].severity


def test_several_faults_are_all_told() -> None:
    reading = carry(PROTOCOL.read("serial"), played("paper_out", "cover_open", "cutter"))
    assert findings(reading) == ("printer.no_paper", "printer.cover_open", "printer.cutter")


def test_a_healthy_printer_tells_who_it_is() -> None:
    health = carry(PROTOCOL.read("raw"), played()).health
    assert (health.make, health.model, health.software) == ("Auentaler", "RP-80", "2.04 ESC")
    assert (health.global_status, health.printer) == (GlobalStatus.OK, PrinterStatus.OK)


def test_a_printer_that_tells_only_one_status_has_no_known_paper() -> None:
    reading = carry(PROTOCOL.read("serial"), Stream(iter([b"", b"\x12"])))
    assert reading.health.printer is None
    assert reading.findings == ()


def test_a_one_way_adapter_is_silence_and_not_health() -> None:
    with pytest.raises(NoAnswer):
        carry(PROTOCOL.read("serial"), played("one_way"))


def test_bytes_that_are_no_status_are_named() -> None:
    with pytest.raises(Garbled):
        carry(PROTOCOL.read("serial"), played("wrong_bytes"))


def test_a_report_in_between_is_no_answer() -> None:
    """A printer with automatic reports on sends four bytes of its own accord."""
    report = bytes.fromhex("14000c0f")
    said = iter([report, report + b"\x12", b"\x12", b"\x12", report + b"\x72"])
    reading = carry(PROTOCOL.read("serial"), Stream(said))
    assert findings(reading) == ("printer.no_paper",)


@pytest.mark.parametrize("byte", range(256))
def test_only_fixed_bits_make_a_status(byte: int) -> None:
    assert escpos.is_status(byte) == (byte & 0b10010011 == 0b00010010)


def test_reports_say_the_same_as_single_bytes() -> None:
    assert escpos.report_flags(bytes.fromhex("38000000")) == ("offline", "cover_open")
    assert escpos.report_flags(bytes.fromhex("18080000")) == ("offline", "cutter_error")
    assert escpos.report_flags(bytes.fromhex("1800030c")[:3]) == ("offline", "paper_near_end")
    assert not escpos.is_report(b"\x12\x00\x00\x00")


FORBIDDEN = ["1B40", "100501", "100502", "1014010003", "1B700019FA", "1D6104", "1D5600", "48616C6C6F", "1B3D01", "10"]


@pytest.mark.parametrize("text", FORBIDDEN)
def test_nothing_that_acts_may_be_sent(text: str) -> None:
    assert PROTOCOL.level_of(Send(bytes.fromhex(text)), "serial") is None
    assert PROTOCOL.level_of(Send(b"\x10\x04\x01" + bytes.fromhex(text)), "serial") is None


def test_questions_may_be_sent_and_set_nothing_going() -> None:
    for data in escpos.ASKS:
        assert PROTOCOL.level_of(Send(data), "serial") is Level.INTERNAL
        assert not PROTOCOL.may_act(Send(data), "serial")


def test_what_may_be_kept() -> None:
    assert all(
        PROTOCOL.admits(data, "raw") for data in (b"\x12", b"\x10\x04\x01", b"\x5fRP-80\x00", b"\x14\x00\x00\x0f")
    )
    assert not any(PROTOCOL.admits(data, "raw") for data in (b"", b"4012888888881881", b"\x5fopen", b"4"))


def test_every_flag_has_words() -> None:
    names = {name for bits in escpos.BITS.values() for name in bits.values()}
    for language in ("en", "de"):
        texts = catalogue(language, "escpos")
        assert all(texts.has(f"escpos.says.{name}") for name in names)
