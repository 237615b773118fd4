"""Runs today's checks on recorded traces, without waiting and without a port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kiosk.diagnostics.channels.channel import Channel
from kiosk.diagnostics.channels.opening import kind_of
from kiosk.diagnostics.channels.replay import ReplayChannel
from kiosk.diagnostics.runner import Outcome, Plan, run
from kiosk.errors import BundleError
from kiosk.model.finding import FindingKind
from kiosk.model.report import Report
from kiosk.model.terminal import Terminal
from kiosk.model.trace import Entry, TraceHeader, What

DEADLINE = 60.0  # seconds; a replay never waits, so this only bounds a fault of our own

Recording = tuple[TraceHeader, Sequence[Entry]]


def replay(report: Report, traces: Sequence[Recording], kinds: Mapping[str, FindingKind] | None = None) -> Outcome:
    """The run that `report` tells of once more, on what its channels gave. Raises `BundleError` without facts.

    A check that the recording knows nothing of, for an older kiosk made it, is told as not recorded, never as broken.
    """
    if report.facts is None:
        raise BundleError("This bundle holds no facts about the PC, so its checks cannot run again.")
    entries = {header.terminal: recorded for header, recorded in traces}

    channels: dict[str, Channel] = {}

    def open_channel(terminal: Terminal) -> Channel:
        """The same recording goes on where a port was opened again."""
        kind = kind_of(terminal.port.address)
        return channels.setdefault(terminal.id, ReplayChannel(entries.get(terminal.id, ()), kind))

    plan = Plan(
        tuple(one.terminal for one in report.terminals),
        report.level,
        DEADLINE,
        report.facts,
        may_act=not any(e.note.startswith("Barred:") for recorded in entries.values() for e in recorded),
    )
    recorded = {one.terminal.id: _begun(entries.get(one.terminal.id, ())) for one in report.terminals}
    return run(plan, emit=lambda _event: None, kinds=kinds, open_channel=open_channel, recorded=recorded)


def _begun(entries: Sequence[Entry]) -> frozenset[str]:
    return frozenset(entry.note for entry in entries if entry.what is What.CHECK_BEGINS)
