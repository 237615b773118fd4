"""Every word of a bundle as lines of text, for the page on which staff see what will be sent."""

from __future__ import annotations

import msgspec

from kiosk.evidence.bundle.contents import Contents

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
        lines = tuple(f"{e.at:.3f} {e.what.value} {e.data.hex(' ')} {e.note}".rstrip() for e in entries)
        sections.append(("trace", (*_lines(header), *lines)))
    sections.append(("log", contents.log))
    sections.append(("screenshots", tuple(name for name, _ in contents.screenshots)))
    return tuple((id, lines) for id, lines in sections if lines)


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
