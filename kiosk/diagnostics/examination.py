"""One terminal under examination: runs its checks in order and keeps what they yield; must not know other terminals."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from kiosk.diagnostics import chain, guessing, signal
from kiosk.diagnostics.channels.channel import Channel
from kiosk.diagnostics.channels.converse import converse
from kiosk.diagnostics.check import Check, Yield
from kiosk.diagnostics.guessing import Probe
from kiosk.diagnostics.loopback import LOOPBACK
from kiosk.errors import Cancelled, DeviceError, NotRecorded
from kiosk.evidence.trace import Trace
from kiosk.model.finding import Finding, FindingKind, Hop, HopState, Link, Measurement, Severity
from kiosk.model.health import Health, Reading
from kiosk.model.report import BrokenCheck, Facts, HopChanged, Looking, RunEvent, SeenPort, TerminalReport
from kiosk.model.terminal import Level, Terminal
from kiosk.model.trace import What
from kiosk.protocols.conversation import Conversation
from kiosk.protocols.protocol import Protocol, protocols

T = TypeVar("T")
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Terms:
    """What one examination is given, besides its terminal. `deadline` is a time of `time.monotonic`."""

    facts: Facts
    level: Level
    deadline: float
    may_act: bool
    checks: tuple[Check, ...]
    kinds: Mapping[str, FindingKind]
    open_channel: Callable[[Terminal], Channel]
    cancelled: Callable[[], bool]
    tell: Callable[[RunEvent], None]
    recorded: Mapping[str, Set[str]] | None = None
    """In a replay: the checks that a recording holds, by terminal."""


@dataclass(slots=True)
class Examination:
    """The scene that checks play in. Used by one lane only; `report` may be read by others at any time."""

    terminal: Terminal
    terms: Terms
    protocol: Protocol | None
    framing: str
    trace: Trace
    judged: dict[Hop, HopState] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    measurements: list[Measurement] = field(default_factory=list)
    health: Health = field(default_factory=Health)
    ran: list[str] = field(default_factory=list)
    broken: list[BrokenCheck] = field(default_factory=list)
    not_recorded: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    _passed: set[str] = field(default_factory=set)
    _until: float = 0.0
    _is_recorded: bool = True
    _asked: int = 0  # entries of the trace before the last conversation
    _channel: Channel | None = None
    _opened: ExitStack = field(default_factory=ExitStack)

    @property
    def facts(self) -> Facts:
        return self.terms.facts

    @property
    def seen(self) -> SeenPort | None:
        return self.terms.facts.port(self.terminal.port.address)

    def open(self) -> None:
        """Open the port once; all checks of this terminal share it. Raises `DeviceError`, `NotRecorded`."""
        if not self._is_recorded:
            raise NotRecorded("The recording was made before there was this check.")
        if self._channel is not None:
            return
        try:
            self._channel = self._opened.enter_context(self.terms.open_channel(self.terminal))
        except DeviceError as e:
            self.trace.add(What.OPEN, note=f"{type(e).__name__}: {e.message}")
            raise
        self._opened.callback(self.trace.add, What.CLOSE)
        self.trace.add(What.OPEN)

    def talk(self, conversation: Conversation[T]) -> T:
        """Carry out a conversation within the time of the check that asks and of the whole run."""
        if self.protocol is None:
            conversation.close()
            raise DeviceError("No protocol is known for this terminal.", "Name its protocol.")
        self.open()
        assert self._channel is not None  # noqa: S101 - open() raises otherwise
        began, self._asked = time.monotonic(), len(self.trace.entries)
        value = converse(
            conversation,
            self._channel,
            protocol=self.protocol,
            framing=self.framing,
            level=self.terms.level,
            deadline=min(self._until, self.terms.deadline),
            cancelled=self.terms.cancelled,
            may_act=self.terms.may_act or not self.terminal.asks_first,
            trace=self.trace,
        )
        if first := signal.latency(self.trace.entries[self._asked :]):
            self.measurements += [Measurement("answer.time", round(time.monotonic() - began, 3), "s"), first]
        return value

    def loop(self, conversation: Conversation[T]) -> tuple[T, tuple[float, ...]]:
        """The plug has a guard of its own: its patterns are on no terminal's list."""
        self.open()
        assert self._channel is not None  # noqa: S101 - open() raises otherwise
        before = len(self.trace.entries)
        value = converse(
            conversation,
            self._channel,
            protocol=LOOPBACK,
            framing="raw",
            level=self.terms.level,
            deadline=min(self._until, self.terms.deadline),
            cancelled=self.terms.cancelled,
            trace=self.trace,
        )
        return value, signal.waits(self.trace.entries[before:])

    def heard(self) -> bytes:
        return signal.received(self.trace.entries[self._asked :])

    def reads(self, data: bytes) -> bool:
        if self.protocol is None:
            return False
        return any(frame.ok for frame in self.protocol.decode(data, self.framing, "in").frames)

    def overhear(self) -> bytes:
        """What comes unasked. Nothing is sent, so any protocol will do to stand guard."""
        return self._guessed(guessing.overheard(), next(iter(protocols().values())), "", guessing.LISTEN * 4)

    def probe(self, probe: Probe) -> None:
        """One harmless question. Whatever a person said before: nothing that may act goes out for a guess.

        On a network each has a connection of its own, for a server that got one wrong question reads no other.
        """
        if self._channel is not None and self._channel.kind == "tcp":
            self._opened.close()
            self._channel = None
        self._guessed(guessing.asked(probe), probe.protocol, probe.framing, guessing.SECONDS)

    def _guessed(self, conversation: Conversation[T], protocol: Protocol, framing: str, seconds: float) -> T:
        self.open()
        assert self._channel is not None  # noqa: S101 - open() raises otherwise
        return converse(
            conversation,
            self._channel,
            protocol=protocol,
            framing=framing,
            level=Level.INTERNAL,
            deadline=min(self._until, self.terms.deadline, time.monotonic() + seconds),
            cancelled=self.terms.cancelled,
            may_act=False,
            trace=self.trace,
        )

    def examine(self) -> None:
        """Run every check that suits; ends early at a broken hop, a cancel, or the deadline. Frees the port."""
        planned = [c for c in self.terms.checks if c.suits(self.terminal, self.terms.level)]
        self.judged.update(chain.lacks(self.terminal.kind))
        with self._opened:
            for number, check in enumerate(planned):
                if self._over():
                    break
                if self._due(check):
                    self._run(check, last=all(c.hop is not check.hop for c in planned[number + 1 :]))

    def _over(self) -> bool:
        return chain.stopped(self.judged) or self.terms.cancelled() or time.monotonic() >= self.terms.deadline

    def _due(self, check: Check) -> bool:
        return check.hop not in self.judged and self._passed.issuperset(check.needs)

    def _run(self, check: Check, *, last: bool) -> None:
        """One check; what breaks in it is our fault and its result, never the run's end."""
        self.terms.tell(Looking(self.terminal.id, check.id))
        self.trace.add(What.CHECK_BEGINS, note=check.id)
        self._until = time.monotonic() + check.seconds
        self._is_recorded = self._holds(check)
        try:
            for item in check.body(self):
                self._take(item, check.hop)
        except Cancelled:
            return
        except NotRecorded:
            self.not_recorded.append(check.id)
            self._passed_by(check, last=last)
        except Exception:  # noqa: BLE001 - the one broad catch of a run: a broken check becomes a result
            self._keep_broken(check)
        else:
            self._passed_through(check, last=last)
        finally:
            self.trace.add(What.CHECK_ENDS, note=check.id)

    def _holds(self, check: Check) -> bool:
        held = None if self.terms.recorded is None else self.terms.recorded.get(self.terminal.id)
        return held is None or check.id in held

    def _take(self, item: Yield, own: Hop) -> None:
        match item:
            case Measurement():
                self.measurements.append(item)
            case Finding():
                self._find(item, own)
            case Reading():
                self.health = _with(self.health, item.health)
                self.measurements.extend(item.measurements)
                for finding in item.findings:
                    self._find(finding, own)
            case Link(hop, state):
                self._judge(hop, state)

    def _find(self, finding: Finding, own: Hop) -> None:
        listed = self.terms.kinds.get(finding.id)
        if listed is not None:
            finding = msgspec.structs.replace(finding, severity=listed.severity)
        if finding not in self.findings:
            self.findings.append(finding)
        hop = chain.breaks(finding, own, self.terms.kinds)
        if hop is not None:
            self._judge(hop, HopState.BROKEN)

    def _judge(self, hop: Hop, state: HopState) -> None:
        if self.judged.get(hop) in (state, HopState.NOT_APPLICABLE):
            return
        self.judged[hop] = state
        self.terms.tell(HopChanged(self.terminal.id, hop, state))

    def _passed_through(self, check: Check, *, last: bool) -> None:
        self.ran.append(check.id)
        self._passed_by(check, last=last)

    def _passed_by(self, check: Check, *, last: bool) -> None:
        """A hop is ok when the last of its checks ended and nothing had broken or judged it."""
        if last and check.hop not in self.judged:
            self._judge(check.hop, HopState.OK)
        if self.judged.get(check.hop, HopState.OK) is HopState.OK:
            self._passed.add(check.id)

    def _keep_broken(self, check: Check) -> None:
        self.broken.append(BrokenCheck(check.id, traceback.format_exc()[-4000:]))
        self._find(Finding("check.broken", Severity.INFO, {"check": check.id}), check.hop)
        self._passed.add(check.id)

    def report(self) -> TerminalReport:
        """What is known so far. Also called for a lane that never came back, so it only reads."""
        return TerminalReport(
            self.terminal,
            chain.whole(dict(self.judged)),
            self.health,
            tuple(self.findings),
            tuple(self.measurements),
            tuple(self.ran),
            round(time.monotonic() - self.began, 3),
        )


def _with(known: Health, told: Health) -> Health:
    """What a later check was told counts; what it was not told stays as it was known."""
    news = {name: value for name in told.__struct_fields__ if (value := getattr(told, name)) is not None}
    return msgspec.structs.replace(known, **news)


def unjudged(report: TerminalReport, told: Mapping[Hop, HopState]) -> Iterable[HopChanged]:
    """The hops of a finished report that nobody was told of yet."""
    for link in report.chain:
        if told.get(link.hop) is not link.state:
            yield HopChanged(report.terminal.id, link.hop, link.state)
