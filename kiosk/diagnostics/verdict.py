"""A report as the one JSON document of `kiosk check` and `kiosk replay`, and whether two reports agree; pure."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from kiosk.model.finding import Finding, Measurement, Severity
from kiosk.model.report import Report, TerminalReport
from kiosk.model.siblings import Incident, incidents
from kiosk.model.text import Text

Say = Callable[[Text], str]


def document(report: Report, say: Say) -> dict[str, object]:
    """The shape that the command line promises; `say` renders a text in the language of the reader."""
    facts = report.facts
    return {
        "schema": 1,
        "started": report.started.isoformat(),
        "seconds": report.seconds,
        "level": str(report.level),
        "cancelled": report.cancelled,
        "terminals": [_terminal(one, say) for one in report.terminals],
        "incidents": [_incident(one, say) for one in incidents(report.terminals)],
        "host": {fact.name: fact.value for fact in facts.host} if facts else {},
    }


def _incident(one: Incident, say: Say) -> dict[str, object]:
    return {**msgspec.to_builtins(one), "text": common(one, say)}


def common(one: Incident, say: Say) -> str:
    """One sentence for staff on what several terminals share."""
    trouble = Text(one.finding)
    return say(Text(f"check.incident.{one.shared}", {"n": len(one.terminals), "trouble": trouble, "what": one.what}))


def _terminal(one: TerminalReport, say: Say) -> dict[str, object]:
    terminal, health = one.terminal, one.health
    return {
        "id": terminal.id,
        "port": terminal.port.address,
        "make": terminal.make or health.make or "",
        "model": terminal.model or health.model or "",
        "serial": terminal.serial or health.serial or "",
        "protocol": terminal.protocol,
        "health": msgspec.to_builtins(health),
        "chain": [{"hop": str(link.hop), "state": str(link.state)} for link in one.chain],
        "findings": [_finding(f, say) for f in one.findings],
        "measurements": [_measurement(m) for m in one.measurements],
        "ran": list(one.ran),
        "seconds": one.seconds,
    }


def _finding(finding: Finding, say: Say) -> dict[str, object]:
    return {
        "id": finding.id,
        "severity": str(finding.severity),
        "text": says(finding, say),
        "data": dict(finding.data),
    }


def _measurement(m: Measurement) -> dict[str, object]:
    return {"name": m.name, "value": m.value, "unit": m.unit, "limits": m.limits, "ok": m.ok, "raw": m.raw}


def says(finding: Finding, say: Say) -> str:
    """One sentence for staff."""
    return say(Text(f"{finding.id}.says", dict(finding.data)))


def worst(report: Report) -> Severity:
    found = (f.severity for one in report.terminals for f in one.findings)
    return max(found, key=lambda severity: severity.rank, default=Severity.INFO)


def same(one: Report, other: Report) -> bool:
    """Whether two runs reached the same findings: terminal, id, severity and data; never timings or order."""
    return _found(one) == _found(other)


def _found(report: Report) -> set[bytes]:
    encode = msgspec.json.Encoder(order="sorted").encode
    return {encode((one.terminal.id, f.id, f.severity, f.data)) for one in report.terminals for f in one.findings}
