"""From a nexo diagnosis to a normalised reading, one to one where nexo has the word; silence never gets here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosk.model.finding import Finding, Measurement, Severity
from kiosk.model.health import GlobalStatus, Health, PrinterStatus, Reading
from kiosk.protocols.nexo.messages import Diagnosis, Status, additional

LOW_BATTERY = 20  # percent; judgement
_OVERALL = {
    "OK": GlobalStatus.OK,
    "Busy": GlobalStatus.BUSY,
    "Maintenance": GlobalStatus.MAINTENANCE,
    "Unreachable": GlobalStatus.UNREACHABLE,
}
_OVERALL_FINDING = {
    GlobalStatus.BUSY: "terminal.busy",
    GlobalStatus.MAINTENANCE: "terminal.maintenance",
    GlobalStatus.UNREACHABLE: "terminal.out_of_order",
}
_PRINTER = {
    "OK": PrinterStatus.OK,
    "PaperLow": PrinterStatus.PAPER_LOW,
    "NoPaper": PrinterStatus.NO_PAPER,
    "PaperJam": PrinterStatus.PAPER_JAM,
    "OutOfOrder": PrinterStatus.OUT_OF_ORDER,
}
_PRINTER_FINDING = {
    PrinterStatus.PAPER_LOW: "printer.paper_low",
    PrinterStatus.NO_PAPER: "printer.no_paper",
    PrinterStatus.PAPER_JAM: "printer.jam",
    PrinterStatus.OUT_OF_ORDER: "printer.error",
}
CONDITIONS = {
    "Busy": "terminal.busy",
    "DeviceOut": "terminal.out_of_order",
    "UnavailableDevice": "terminal.out_of_order",
    "UnreachableHost": "bank.unreachable",
}
"""ErrorCondition; any other is a refusal."""
_SEVERITY = {
    "terminal.tamper": Severity.HALT,
    "terminal.busy": Severity.WARNING,
    "terminal.maintenance": Severity.WARNING,
    "terminal.battery_low": Severity.WARNING,
    "terminal.unsent_payments": Severity.WARNING,
    "printer.paper_low": Severity.WARNING,
    "protocol.refused": Severity.WARNING,
}
_POIID = re.compile(r"([A-Za-z0-9]+)-([0-9]{6,12})")  # Adyen's terminals: model and serial number


def reading_of(diagnosis: Diagnosis, terminal: str) -> Reading:
    """`terminal` is the POIID that the answer names. A word that nexo does not have is "other", never fine."""
    status, told = diagnosis.status, additional(diagnosis.result.additional)
    name = _POIID.fullmatch(terminal)
    health = Health(
        global_status=_overall(diagnosis),
        security_ok=status.security,
        pin_device_ok=status.pin_device,
        card_reader_ok=status.card_reader,
        printer=_PRINTER.get(status.printer or ""),
        communication_ok=status.communication,
        battery_percent=_percent(told.get("batteryLevel", "")),
        unsent_payments=_count(told.get("unconfirmedBatchCount", "")),
        model=name[1] if name else None,
        software=told.get("firmwareVersion") or None,
        serial=name[2] if name else None,
        terminal_id=told.get("terminalId") or terminal or None,
    )
    findings = tuple(dict.fromkeys(_findings(diagnosis, health)))
    return Reading(health, tuple(_measured(diagnosis, status)), tuple(_finding(id) for id in findings))


def _overall(diagnosis: Diagnosis) -> GlobalStatus | None:
    """A diagnosis that failed is never fine, whatever else stands in it."""
    told = _OVERALL.get(diagnosis.status.overall or "")
    if diagnosis.result.result == "Failure" and told in (None, GlobalStatus.OK):
        return GlobalStatus.MAINTENANCE
    return told


def _percent(text: str) -> int | None:
    """ "100%"."""
    number = _count(text.removesuffix("%"))
    return number if number is not None and number <= 100 else None


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else None


def _findings(diagnosis: Diagnosis, health: Health) -> Iterator[str]:
    """The worst first. nexo has one flag for a lost and for a broken security module: it is taken for the worse."""
    status = diagnosis.status
    if status.security is False:
        yield "terminal.tamper"
    if status.pin_device is False:
        yield "terminal.pin_device_broken"
    if status.card_reader is False:
        yield "terminal.card_reader_broken"
    if diagnosis.result.result == "Failure":
        yield CONDITIONS.get(diagnosis.result.condition or "", "protocol.refused")
    if status.communication is False or any(host.reachable is False for host in diagnosis.hosts):
        yield "bank.unreachable"
    if health.printer in _PRINTER_FINDING:
        yield _PRINTER_FINDING[health.printer]
    if (overall := _OVERALL.get(status.overall or "")) in _OVERALL_FINDING:
        yield _OVERALL_FINDING[overall]
    if health.unsent_payments:
        yield "terminal.unsent_payments"
    if health.battery_percent is not None and health.battery_percent < LOW_BATTERY:
        yield "terminal.battery_low"


def _finding(id: str) -> Finding:
    return Finding(id, _SEVERITY.get(id, Severity.FAULT), {"source": "diagnosis"})


def _measured(diagnosis: Diagnosis, status: Status) -> Iterator[Measurement]:
    told = additional(diagnosis.result.additional)
    words = {"Success": "ok", "Partial": "partial", "Failure": "failed"}.get(diagnosis.result.result, "other")
    yield Measurement("nexo.result", words, raw=(diagnosis.result.condition or "")[:60], ok=words == "ok")
    if status.overall is not None and status.overall not in _OVERALL:
        yield Measurement("nexo.overall", "other", raw=status.overall[:60])
    if status.printer is not None and status.printer not in _PRINTER:
        yield Measurement("nexo.printer", "other", raw=status.printer[:60])
    if status.fraud_prevention is not None:
        yield Measurement("nexo.fraud_prevention", status.fraud_prevention)
    if (battery := _percent(told.get("batteryLevel", ""))) is not None:
        yield Measurement("nexo.battery", battery, "%", (LOW_BATTERY, 100), battery >= LOW_BATTERY)
    if (unsent := _count(told.get("unconfirmedBatchCount", ""))) is not None:
        yield Measurement("nexo.unsent", unsent, limits=(0, 0), ok=unsent == 0)
    for host in diagnosis.hosts[:10]:
        yield Measurement("nexo.host", str(host.acquirer)[:60], ok=host.reachable)
