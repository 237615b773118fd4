"""Hard stops, asked before any planning: evidence after which no remedy, or no harmful one, may be offered.

Halt beats everything. Hold bars what restarts, resets, cuts power or repeats; harmless steps and the expert stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from kiosk.guidance.model import Remedy
from kiosk.model.finding import Finding, FindingKind, Severity


class Stops(Struct, frozen=True):
    """`halt` is the finding that stops all help, empty if none does; `holds` are those that bar harmful remedies."""

    halt: str = ""
    holds: tuple[str, ...] = ()


def stop_for(findings: Iterable[Finding], kinds: Mapping[str, FindingKind]) -> Stops:
    """A finding that calls itself a halt is one, even where its id is not on the list."""
    findings = tuple(findings)
    loud = [f.id for f in findings if f.severity is Severity.HALT]
    return stop_among((f.id for f in findings), kinds, loud)


def stop_among(ids: Iterable[str], kinds: Mapping[str, FindingKind], halts: Iterable[str] = ()) -> Stops:
    """The same from ids alone, in the order given."""
    ids = tuple(ids)
    known = [kinds[id] for id in ids if id in kinds]
    halt = next(iter([*(k.id for k in known if k.halt or k.severity is Severity.HALT), *halts]), "")
    return Stops(halt, tuple(k.id for k in known if k.hold))


def held_back(stops: Stops, remedies: Iterable[Remedy]) -> frozenset[str]:
    """Ids of the remedies that a hold bars, or all of them after a halt."""
    if stops.halt:
        return frozenset(remedy.id for remedy in remedies)
    return frozenset(remedy.id for remedy in remedies if remedy.destructive) if stops.holds else frozenset()
