"""The USB channel and whole checks over USB/IP's own messages: descriptors, endpoints and requests are no mock's."""

from datetime import UTC, datetime

import pytest

from kiosk.diagnostics.channels import usb as channel_usb
from kiosk.diagnostics.channels.usb import UsbChannel
from kiosk.diagnostics.runner import Plan, run
from kiosk.model.health import PrinterStatus
from kiosk.model.report import Facts, SeenPort
from kiosk.model.terminal import Kind, Level, Port, Terminal
from kiosk.protocols.conversation import Control, NotReported
from kiosk.resources import findings
from kiosk.simulator import ccid, escpos
from kiosk.simulator.device import Setup
from tests.fakes.usbip_device import PRINTER, READER, plugged

ADDRESS = "usb:1-1"


@pytest.fixture
def seen(monkeypatch):
    """`seen(device)`: the one device on the bus; claiming is the kernel's business and left out."""

    def put(device):
        monkeypatch.setattr(channel_usb, "all_devices", lambda: [device])
        for name in ("claim_interface", "release_interface"):
            monkeypatch.setattr(channel_usb.usb.util, name, lambda d, n: None)
        monkeypatch.setattr(channel_usb.usb.util, "dispose_resources", lambda d: None)

    return put


def checked(protocol, kind, level=Level.INTERNAL):
    terminal = Terminal("1", Port(ADDRESS), kind, protocol=protocol)
    facts = Facts(datetime.now(UTC), (SeenPort(ADDRESS, True),))
    outcome = run(Plan((terminal,), level, 10.0, facts, True), emit=lambda _: None, kinds=findings())
    assert outcome.broken == ()
    (one,) = outcome.report.terminals
    return one, {m.name: m.value for m in one.measurements}


@pytest.mark.parametrize(
    ("fault", "id"),
    [
        (None, "reader.card_answered"),
        ("mute_card", "reader.card_mute"),
        ("bad_atr", "reader.card_unreadable"),
        ("hardware_error", "terminal.card_reader_broken"),
        ("busy_slot", "terminal.busy"),
        ("slow_card", "reader.card_answered"),
    ],
)
def test_a_card_reader_is_checked_over_usb(seen, fault, id):
    with plugged(ccid.build(Setup(faults={fault} - {None})), READER) as device:
        seen(device)
        one, measured = checked("ccid", Kind.SMART_CARD_READER, Level.INTERACTIVE)
    assert [f.id for f in one.findings] == [id]
    assert measured["ccid.voltages"] == "5 V, 3 V, 1.8 V", "its description came by a control transfer"
    assert device.played.device.counts()["forbidden"] == 0


@pytest.mark.parametrize(("protocol", "software"), [("escpos", "2.04 ESC"), ("usb_printer", None)])
@pytest.mark.parametrize(
    ("fault", "printer"),
    [(None, PrinterStatus.OK), ("paper_out", PrinterStatus.NO_PAPER), ("broken", PrinterStatus.OUT_OF_ORDER)],
)
def test_a_printer_is_checked_over_usb_with_and_without_its_own_language(seen, protocol, software, fault, printer):
    with plugged(escpos.build(Setup(faults={fault} - {None})), PRINTER) as device:
        seen(device)
        one, measured = checked(protocol, Kind.PRINTER)
    assert one.health.printer is printer
    assert one.health.model == "RP-80"
    assert one.health.software == (None if fault else software), "a printer that is off line tells no ids"
    assert "usb_printer.status" in measured
    assert ("escpos.status_1" in measured) == (protocol == "escpos")
    counts = device.played.device.counts()
    assert (counts["printed"], counts["forbidden"]) == (0, 0)
    assert {(0xA1, 0), (0xA1, 1)} == {asked[:2] for asked in device.played.asked}


def test_a_request_that_the_device_stalls_is_not_reported(seen):
    with plugged(escpos.build(Setup()), PRINTER) as device:
        seen(device)
        with UsbChannel(ADDRESS) as channel:
            assert isinstance(channel.control(Control(0xA1, 9, 0, 0, length=9), 0.05), NotReported)
            assert channel.receive(16, 0.05) == b""
