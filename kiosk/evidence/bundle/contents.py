"""What a bundle holds, and its members as bytes and back; does no I/O and hides nothing by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from kiosk.errors import BundleError
from kiosk.evidence.codec import decode_trace, encode_trace
from kiosk.model import wire
from kiosk.model.bounds import Few
from kiosk.model.bundle import GuidanceRecord
from kiosk.model.finding import Finding
from kiosk.model.report import Facts, Report
from kiosk.model.trace import Entry, TraceHeader
from kiosk.model.wire import NOT_READABLE

MANIFEST, SIGNATURE = "manifest.json", "signature.txt"
HEALTH, FINDINGS, HOST, GUIDANCE, LOG = "health.json", "findings.json", "host.json", "guidance.json", "log.jsonl"
TRACE_NAME = re.compile(r"trace/[a-z0-9_]{1,60}\.jsonl")
SCREENSHOT_NAME = re.compile(r"screenshots/[a-z0-9_]{1,60}\.png")

Traces = tuple[tuple[TraceHeader, tuple[Entry, ...]], ...]


class Contents(Struct, frozen=True):
    """Everything an expert needs. `screenshots` show the kiosk's own window: (name, PNG)."""

    report: Report
    traces: Traces = ()
    guidance: GuidanceRecord = GuidanceRecord()
    log: tuple[str, ...] = ()
    screenshots: tuple[tuple[str, bytes], ...] = ()


class _Findings(Struct, frozen=True):
    """`findings.json`: of each terminal, in the order of the report."""

    terminals: Few[Few[Finding]] = ()


class _Line(Struct, frozen=True):
    line: Annotated[str, Meta(max_length=20_000)]


def to_members(contents: Contents) -> dict[str, bytes]:
    """Member name -> bytes, without manifest and signature."""
    traces = {
        trace_name(i, header): encode_trace(header, entries) for i, (header, entries) in enumerate(contents.traces)
    }
    return other_members(contents) | traces


def other_members(contents: Contents) -> dict[str, bytes]:
    """As `to_members`, without the traces."""
    report = contents.report
    bare = tuple(msgspec.structs.replace(t, findings=()) for t in report.terminals)
    members = {
        HEALTH: wire.encode(msgspec.structs.replace(report, terminals=bare, facts=None)),
        FINDINGS: wire.encode(_Findings(tuple(t.findings for t in report.terminals))),
        HOST: wire.encode(report.facts),
        GUIDANCE: wire.encode(contents.guidance),
        LOG: b"".join(wire.encode(_Line(line[:20_000])) + b"\n" for line in contents.log),
    }
    for name, picture in contents.screenshots:
        members[f"screenshots/{_plain(name)}.png"] = picture
    return members


def trace_name(index: int, header: TraceHeader) -> str:
    return f"trace/{index:02d}_{_plain(header.terminal)[:50]}.jsonl"


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.removesuffix(".png").lower()).strip("_")[:60] or "unnamed"


def from_members(members: Mapping[str, bytes]) -> Contents:
    """Raises `BundleError` on members that are missing or do not fit."""
    try:
        report = _report(members)
        guidance = wire.decode(members.get(GUIDANCE, b"{}"), GuidanceRecord)
        log = tuple(wire.decode(line, _Line).line for line in members.get(LOG, b"").split(b"\n") if line)
    except KeyError as e:
        raise BundleError(f"The file lacks {e.args[0]}.") from e
    except NOT_READABLE as e:
        raise BundleError("A part of the file cannot be read.") from e
    names = sorted(members)
    traces = tuple(decode_trace(members[name]) for name in names if TRACE_NAME.fullmatch(name))
    pictures = tuple((name, members[name]) for name in names if SCREENSHOT_NAME.fullmatch(name))
    return Contents(report, traces, guidance, log, pictures)


def _report(members: Mapping[str, bytes]) -> Report:
    report = wire.decode(members[HEALTH], Report)
    findings = wire.decode(members[FINDINGS], _Findings).terminals
    facts = wire.decode(members[HOST], Facts | None)  # type: ignore[arg-type]
    if len(findings) != len(report.terminals):
        raise BundleError("The findings do not belong to this report.")
    whole = tuple(msgspec.structs.replace(t, findings=f) for t, f in zip(report.terminals, findings, strict=True))
    return msgspec.structs.replace(report, terminals=whole, facts=facts)
