"""Several terminals with one trouble: what they share, and when they share nothing."""

import pytest

from kiosk.model.finding import Finding, Severity
from kiosk.model.health import Health
from kiosk.model.report import TerminalReport
from kiosk.model.siblings import Incident, hub, incidents
from kiosk.model.terminal import Port, Terminal, Usb

SILENT = Finding("protocol.no_answer", Severity.FAULT)
LOW = Finding("printer.paper_low", Severity.WARNING)
INFO = Finding("host.power_saving", Severity.INFO)


def one(id, *findings, path="", model=""):
    usb = Usb("11ca", "0220", path=path) if path else None
    return TerminalReport(Terminal(id, Port(f"/dev/{id}", usb=usb), make="Make", model=model), (), findings=findings)


def shared(*terminals):
    return incidents(terminals)


def test_all_on_one_hub():
    ill = one("a", SILENT, path="1-4.1", model="X"), one("b", SILENT, path="1-4.2", model="Y")
    assert shared(*ill, one("c", path="1-2", model="X")) == (Incident("protocol.no_answer", "hub", "1-4", ("a", "b")),)


def test_a_healthy_one_on_the_hub_clears_the_hub():
    ill = one("a", SILENT, path="1-4.1", model="X"), one("b", SILENT, path="1-4.2", model="X")
    assert shared(*ill, one("c", path="1-4.3", model="Y")) == (
        Incident("protocol.no_answer", "model", "Make X", ("a", "b")),
    )


def test_all_of_this_pc():
    assert shared(one("a", SILENT, model="X"), one("b", SILENT, INFO)) == (
        Incident("protocol.no_answer", "pc", "", ("a", "b")),
    )


def test_one_payment_host():
    down = Finding("bank.unreachable", Severity.FAULT, {"host": "h:1"})
    other = Finding("bank.unreachable", Severity.FAULT, {"host": "h:2"})
    assert shared(one("a", down), one("b", down, other), one("c")) == (
        Incident("bank.unreachable", "host", "h:1", ("a", "b")),
    )


@pytest.mark.parametrize(
    "terminals",
    [
        (),
        (one("a", SILENT),),
        (one("a", SILENT), one("b", LOW)),
        (one("a", INFO), one("b", INFO)),
        (one("a", SILENT), one("b", SILENT), one("c")),  # they share nothing that the healthy one does not
    ],
)
def test_no_common_cause(terminals):
    assert shared(*terminals) == ()


def test_a_device_straight_at_the_pc_hangs_on_no_hub():
    assert hub(one("a", path="1-4.2.3").terminal) == "1-4.2"
    assert hub(one("a", path="1-4").terminal) == ""
    assert hub(one("a").terminal) == ""


def test_a_model_that_only_the_terminals_themselves_told():
    def told(id, model):
        return TerminalReport(Terminal(id, Port(f"/dev/{id}")), (), Health(make="M", model=model), findings=(SILENT,))

    healthy = TerminalReport(Terminal("c", Port("/dev/c")), (), Health(make="M", model="Z"))
    assert shared(told("a", "X"), told("b", "X"), healthy) == (
        Incident("protocol.no_answer", "model", "M X", ("a", "b")),
    )
    assert shared(told("a", "X"), told("b", "Y"), healthy) == ()
