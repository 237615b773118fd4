"""A report as one JSON document, and whether two reports agree."""

import msgspec

from kiosk.diagnostics import verdict
from kiosk.diagnostics.chain import whole
from kiosk.model.finding import Finding, Measurement, Severity
from kiosk.model.health import Health
from kiosk.model.report import Facts, HostFact, Report, TerminalReport
from kiosk.model.terminal import Level, Port, Terminal
from tests.diagnostics.conftest import NOW

BUSY = Finding("port.busy", Severity.FAULT, {"pid": 7, "name": "till"})


def report(*findings, seconds=1.0, measurements=()):
    terminal = Terminal("1", Port("/dev/x"), protocol="zvt")
    one = TerminalReport(terminal, whole({}), Health(make="Toy"), findings, measurements, ("a",), seconds)
    return Report(NOW, seconds, Level.INTERNAL, (one,), Facts(NOW, host=(HostFact("os", "Linux"),)))


def test_the_document_has_the_shape_that_is_promised():
    document = verdict.document(report(BUSY, measurements=(Measurement("m", 1, "s", (0, 2), True),)), lambda t: t.id)
    (terminal,) = document["terminals"]
    assert {"schema", "started", "seconds", "terminals", "host"} <= document.keys()
    assert {
        "port",
        "make",
        "model",
        "serial",
        "protocol",
        "health",
        "chain",
        "findings",
        "measurements",
    } <= terminal.keys()
    assert document["host"] == {"os": "Linux"}
    assert terminal["make"] == "Toy"
    assert terminal["chain"][0] == {"hop": "pc", "state": "not_checked"}
    assert terminal["findings"] == [
        {"id": "port.busy", "severity": "fault", "text": "port.busy.says", "data": {"pid": 7, "name": "till"}}
    ]
    assert {"name", "value", "unit", "limits", "ok"} <= terminal["measurements"][0].keys()
    assert msgspec.json.decode(msgspec.json.encode(document))["schema"] == 1


def test_the_worst_finding_decides():
    assert verdict.worst(report()) is Severity.INFO
    assert verdict.worst(report(BUSY, Finding("x", Severity.WARNING))) is Severity.FAULT


def test_timings_and_order_do_not_matter_but_data_does():
    other = Finding("terminal.busy", Severity.WARNING)
    swapped = Finding("port.busy", Severity.FAULT, {"name": "till", "pid": 7})
    assert verdict.same(report(BUSY, other), report(other, swapped, seconds=9.0))
    assert not verdict.same(report(BUSY), report(Finding("port.busy", Severity.FAULT, {"pid": 8, "name": "till"})))
    assert not verdict.same(report(BUSY), report())
