"""Every word of a bundle as lines of text, for the page on which staff see what will be sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from kiosk.evidence.bundle.contents import Contents
from kiosk.evidence.redaction import mask_stream, redact
from kiosk.model.trace import Entry, TraceHeader, What

Section = tuple[str, tuple[str, ...]]


def readable(contents: Contents) -> tuple[Section, ...]:
    """(section id, lines) in the order of the file: terminals, findings, host, guidance, trace, log, screenshots."""
    report = contents.report
    sections: list[Section] = [
        ("terminals", tuple(line for t in report.terminals for line in _lines(t.terminal) + _lines(t.health))),
        ("findings", tuple(f"{t.terminal.id}: {_one(f)}" for t in report.terminals for f in t.findings)),
        ("measurements", tuple(f"{t.terminal.id}: {_one(m)}" for t in report.terminals for m in t.measurements)),
        ("host", _lines(report.facts)),
        ("guidance", _lines(contents.guidance)),
    ]
    for header, entries in contents.traces:
        lines = tuple(
            f"{e.at:.3f} {e.what.value} {e.data.hex(' ')} {e.note}".rstrip() for e in _masked(header, entries)
        )
        sections.append(("trace", (*_lines(header), *lines)))
    sections.append(("log", contents.log))
    sections.append(("screenshots", tuple(name for name, _ in contents.screenshots)))
    return tuple((id, tuple(_plain(line) for line in lines)) for id, lines in sections if lines)


def _masked(header: TraceHeader, entries: Sequence[Entry]) -> Iterator[Entry]:
    """A second lock: what was never sealed shows no card data either."""
    for what in What:
        places = [i for i, e in enumerate(entries) if e.what is what]
        chunks, _ = mask_stream([entries[i].data for i in places], header.protocol, header.framing)
        clean = dict(zip(places, chunks, strict=True))
        entries = [msgspec.structs.replace(e, data=clean.get(i, e.data)) for i, e in enumerate(entries)]
    yield from entries


def _plain(line: str) -> str:
    return redact(line.encode()).data.decode(errors="replace")


def _lines(value: object) -> tuple[str, ...]:
    """One line a field that says something; what is empty or unknown is left out."""
    return tuple(_flat("", msgspec.to_builtins(value)))


def _flat(name: str, value: object) -> list[str]:
    if isinstance(value, dict):
        named = value.get("name")
        if isinstance(named, str) and "value" in value:
            return [f"{name}{named}: {value['value']} {value.get('unit', '')}".rstrip()]
        return [line for k, v in value.items() for line in _flat(f"{name}{k}.", v)]
    if isinstance(value, list | tuple):
        return [line for i, v in enumerate(value, 1) for line in _flat(f"{name}{i}.", v)]
    return [] if value in (None, "") else [f"{name.rstrip('.')}: {value}"]


def _one(value: object) -> str:
    built = msgspec.to_builtins(value)
    return ", ".join(f"{k}={v}" for k, v in built.items() if v not in (None, "", {}))
