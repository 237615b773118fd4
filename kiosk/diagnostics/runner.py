"""Runs checks on many terminals at once, one lane a port, and streams what they find; must not read a resource."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from kiosk.diagnostics import check as collected
from kiosk.diagnostics.channels import opening
from kiosk.diagnostics.channels.channel import Channel
from kiosk.diagnostics.check import Check
from kiosk.diagnostics.examination import Examination, Terms, unjudged
from kiosk.evidence.trace import Trace
from kiosk.model.finding import FindingKind
from kiosk.model.report import BrokenCheck, Facts, Report, RunDone, RunEvent, TerminalDone, TerminalReport
from kiosk.model.terminal import Level, Terminal
from kiosk.model.trace import TraceHeader
from kiosk.protocols.protocol import Protocol, protocols

POLL = 0.02  # seconds between two looks at `cancelled`
GRACE = 1.0  # seconds after the deadline before a lane that is stuck in a system call is left behind


class Plan(Struct, frozen=True):
    """What to run. `deadline` is in seconds for the whole.

    `may_act`: a person said that nobody is paying, so that a command which may set something going is allowed;
    without it such a command is held back from every terminal that `asks_first`.
    """

    terminals: tuple[Terminal, ...]
    level: Level
    deadline: float
    facts: Facts
    may_act: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished run: the report, one trace a terminal, and the tracebacks of checks that broke."""

    report: Report
    traces: tuple[Trace, ...]
    broken: tuple[BrokenCheck, ...] = ()
    not_recorded: tuple[str, ...] = ()  # checks of a replay that the recording is too old for
    abandoned: tuple[str, ...] = ()  # terminals whose lane had not come back: their ports are held by ourselves
    lanes: tuple[threading.Thread, ...] = ()

    @property
    def held(self) -> tuple[str, ...]:
        """Addresses of ports that lanes of this run still have: the system has not come back to them."""
        alive = {lane.name for lane in self.lanes if lane.is_alive()}
        ports = (one.terminal.port.address for one in self.report.terminals)
        return tuple(address for address in ports if _lane_name(address) in alive)

    def settle(self, seconds: float) -> None:
        """Wait for lanes that had not come back, at most so long: before the next run, which would find their ports
        held. After a cancel that takes one slice of waiting; in a system call it may take for ever.
        """
        until = time.monotonic() + seconds
        for lane in self.lanes:
            lane.join(max(0.0, until - time.monotonic()))


def _never() -> bool:
    return False


def run(
    plan: Plan,
    *,
    emit: Callable[[RunEvent], None],
    cancelled: Callable[[], bool] = _never,
    registry: tuple[Check, ...] | None = None,
    kinds: Mapping[str, FindingKind] | None = None,
    open_channel: Callable[[Terminal], Channel] | None = None,
    recorded: Mapping[str, Set[str]] | None = None,
) -> Outcome:
    """Check all terminals at once; `emit` is called in this thread, and `RunDone` is the last event.

    Ends within 100 ms of `cancelled` turning true, and at most a second after the deadline. `kinds` are the findings
    of `findings.toml` (which hop each breaks); without them a finding breaks the hop of the check that made it.
    `recorded` is for a replay: the checks of each terminal that may talk, for the recording holds what they asked.
    """
    began = time.monotonic()
    inbox: _Inbox = queue.SimpleQueue()
    stop = threading.Event()
    terms = Terms(
        facts=plan.facts,
        level=plan.level,
        deadline=began + plan.deadline,
        may_act=plan.may_act,
        checks=collected.checks() if registry is None else collected.in_order(registry),
        kinds=kinds or {},
        open_channel=open_channel or opening.open_channel,
        cancelled=stop.is_set,
        tell=inbox.put,
        recorded=recorded,
    )
    examinations = tuple(_prepared(terminal, terms) for terminal in plan.terminals)
    watch = _Watch(emit, {e.terminal.id: e for e in examinations})
    lanes: tuple[threading.Thread, ...] = ()
    try:
        if not cancelled():  # it may have been while the facts were gathered
            lanes = _start_lanes(examinations, inbox)
        was_cancelled = watch.follow(inbox, cancelled, terms.deadline + GRACE)
    finally:
        stop.set()  # also when a person interrupts: not one more byte
    report = _report(plan, watch.reports(), time.monotonic() - began, was_cancelled)
    emit(RunDone(report))
    broken = tuple(b for e in examinations for b in e.broken)
    missing = tuple(dict.fromkeys(id for e in examinations for id in e.not_recorded))
    traces = tuple(e.trace for e in examinations)
    return Outcome(report, traces, broken, missing, tuple(watch.open) if lanes else (), lanes)


def _report(plan: Plan, terminals: tuple[TerminalReport, ...], seconds: float, was_cancelled: bool) -> Report:
    return Report(plan.facts.at, round(seconds, 3), plan.level, terminals, plan.facts, was_cancelled)


@dataclass(frozen=True, slots=True)
class _LaneEnded:
    """The examination of one terminal ended."""

    report: TerminalReport


_Inbox: TypeAlias = "queue.SimpleQueue[RunEvent | _LaneEnded]"


@dataclass(slots=True)
class _Watch:
    """The run as its caller sees it: hands events on until every lane has ended, or nobody waits any more."""

    emit: Callable[[RunEvent], None]
    open: dict[str, Examination]
    done: dict[str, TerminalReport] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    def follow(self, inbox: _Inbox, cancelled: Callable[[], bool], cap: float) -> bool:
        """True if it was cancelled."""
        self.order = tuple(self.open)
        while self.open and time.monotonic() < cap:
            if cancelled():
                return True
            try:
                self.take(inbox.get(timeout=POLL))
            except queue.Empty:
                continue
        return False

    def take(self, message: RunEvent | _LaneEnded) -> None:
        if not isinstance(message, _LaneEnded):
            self.emit(message)
            return
        id = message.report.terminal.id
        told = self.open.pop(id).judged
        for event in unjudged(message.report, told):
            self.emit(event)
        self.done[id] = message.report
        self.emit(TerminalDone(message.report))

    def reports(self) -> tuple[TerminalReport, ...]:
        """In the plan's order; of a terminal that did not come to its end, what is known."""
        known = self.done | {id: e.report() for id, e in self.open.items()}
        return tuple(known[id] for id in self.order)


def _with_usb(terminal: Terminal, facts: Facts) -> Terminal:
    """A listed terminal has an address alone; what discovery saw there tells its hub and how it talks."""
    seen = facts.port(terminal.port.address)
    if terminal.port.usb is not None or seen is None or seen.usb is None:
        return terminal
    return replace(terminal, port=replace(terminal.port, usb=seen.usb))


def _prepared(listed: Terminal, terms: Terms) -> Examination:
    terminal = _with_usb(listed, terms.facts)
    protocol = protocols().get(terminal.protocol or "")
    framing = _framing(terminal, protocol)
    began = terms.facts.at.isoformat()
    header = TraceHeader(terminal.id, terminal.port.address, terminal.protocol, framing, began, terminal.baud)
    return Examination(terminal, terms, protocol, framing, Trace(header))


def _framing(terminal: Terminal, protocol: Protocol | None) -> str:
    if terminal.framing or protocol is None:
        return terminal.framing or ""
    return protocol.default_framing.get(opening.kind_of(terminal.port.address), protocol.framings[0])


def _start_lanes(examinations: Sequence[Examination], inbox: _Inbox) -> tuple[threading.Thread, ...]:
    """One daemon thread a port: a lane that is stuck in a system call never keeps the program from ending."""
    lanes: dict[str, list[Examination]] = {}
    for examination in examinations:
        lanes.setdefault(examination.terminal.port.address, []).append(examination)
    started = []
    for address, members in lanes.items():
        started.append(threading.Thread(target=_lane, args=(members, inbox), name=_lane_name(address), daemon=True))
        started[-1].start()
    return tuple(started)


def _lane_name(address: str) -> str:
    return f"lane {address}"


def _lane(members: Sequence[Examination], inbox: _Inbox) -> None:
    for examination in members:
        examination.began = time.monotonic()
        examination.examine()
        inbox.put(_LaneEnded(examination.report()))
