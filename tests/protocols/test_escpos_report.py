"""One automatic report of a printer: on and off in one write, so that nothing leaves it on."""

from __future__ import annotations

from contextlib import suppress

import pytest
from talks import Played, Stream, carry, findings

from kiosk.diagnostics.channels.converse import converse
from kiosk.errors import Cancelled, Gone, NoAnswer
from kiosk.model.health import PrinterStatus
from kiosk.model.terminal import Level
from kiosk.protocols import escpos
from kiosk.protocols.conversation import Send
from kiosk.protocols.escpos import PROTOCOL
from kiosk.simulator.device import Setup
from kiosk.simulator.escpos import build
from tests.fakes.channels import ListChannel
from tests.fakes.device_channel import DeviceChannel

FAULTS = {
    (): ((), PrinterStatus.OK),
    ("paper_low",): (("printer.paper_low",), PrinterStatus.PAPER_LOW),
    ("paper_out",): (("printer.no_paper",), PrinterStatus.NO_PAPER),
    ("cover_open",): (("printer.cover_open",), PrinterStatus.OUT_OF_ORDER),
    ("cutter",): (("printer.cutter",), PrinterStatus.OUT_OF_ORDER),
    ("hot",): (("printer.hot",), PrinterStatus.OUT_OF_ORDER),
    ("offline",): (("printer.offline",), PrinterStatus.OUT_OF_ORDER),
}


@pytest.mark.parametrize(("faults", "expected"), FAULTS.items())
def test_a_report_says_what_single_answers_say_and_is_off_afterwards(faults, expected) -> None:
    device = build(Setup(faults=set(faults)))
    reading = carry(escpos.report("serial"), Played(device))
    assert (findings(reading), reading.health.printer) == expected
    assert device.counts()["reports"] == 2
    assert device.counts()["reporting"] == 0
    assert device.counts()["forbidden"] == 0
    assert findings(carry(PROTOCOL.read("serial"), Played(build(Setup(faults=set(faults)))))) == expected[0]


def test_on_and_off_are_one_write_and_level_external() -> None:
    assert escpos.REPORT_ONCE.hex() == "1d610f1d6100"
    assert PROTOCOL.level_of(Send(escpos.REPORT_ONCE), "serial") is Level.EXTERNAL
    assert PROTOCOL.may_act(Send(escpos.REPORT_ONCE), "serial")
    for other in ("1d610f", "1d6100", "1d61ff1d6100", "1d610f1d610f", "1d610f1d61001d610f"):
        assert PROTOCOL.level_of(Send(bytes.fromhex(other)), "serial") is None
    (frame,) = PROTOCOL.decode(escpos.REPORT_ONCE, "serial", "out").frames
    assert frame.length == len(escpos.REPORT_ONCE)
    assert PROTOCOL.admits(escpos.REPORT_ONCE, "serial")


def drive(channel, **more):
    device_clock = getattr(channel, "clock", None)
    given = {"clock": device_clock} if device_clock else {}
    return converse(
        escpos.report("serial"),
        channel,
        protocol=PROTOCOL,
        framing="serial",
        level=Level.EXTERNAL,
        deadline=1e12,
        **given,
        **more,
    )


@pytest.mark.parametrize("stop", range(4))
def test_a_cancel_at_any_moment_leaves_it_off(stop: int) -> None:
    device = build(Setup())
    asked = iter([False] * stop + [True] * 99)
    channel = DeviceChannel(device)
    with suppress(Cancelled):
        drive(channel, cancelled=lambda: next(asked))
    assert device.reporting == 0
    assert b"".join(channel.received) in (b"", escpos.REPORT_ONCE)


def test_an_error_at_any_moment_leaves_it_off() -> None:
    channel = ListChannel([0.3, Gone("pulled out")])
    with pytest.raises(Gone):
        drive(channel)
    assert channel.sent == [escpos.REPORT_ONCE]


def test_a_printer_that_reports_by_itself_is_left_so() -> None:
    """Its till switched that on; switching off would take it from the till."""
    stream, sent = Stream(iter([bytes.fromhex("1400000f")])), []
    stream.heard = sent.append  # type: ignore[method-assign]
    reading = carry(escpos.report("serial"), stream)
    assert sent == []
    assert {m.name: m.value for m in reading.measurements}["escpos.reports_by_itself"] is True


def test_no_report_is_no_fault_and_no_health() -> None:
    reading = carry(escpos.report("serial"), Played(build(Setup(faults={"no_reports"}))))
    assert (reading.measurements[0].value, findings(reading), reading.health.printer) == ("none", (), None)
    with pytest.raises(NoAnswer):
        carry(PROTOCOL.read("serial"), Stream(iter(())))
