"""A journey to drive in tests: real guidance, made-up reports, time that is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from kiosk import resources
from kiosk.guidance.load import load
from kiosk.journey.journey import step
from kiosk.journey.knowledge import Knowledge
from kiosk.journey.screens import screen
from kiosk.journey.state import Journey
from kiosk.journey.turns import Put, StartRun, Streamed, Turn, What, Wish
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.body import Body
from kiosk.model.finding import Chain, Finding, Hop, HopState, Link, Severity
from kiosk.model.health import Health
from kiosk.model.report import Report, RunDone, TerminalDone, TerminalReport
from kiosk.model.terminal import Kind, Level, Port, Store, Terminal, Till

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def terminal(id: str, till: str, kind: Kind = Kind.TERMINAL) -> Terminal:
    return Terminal(id, Port(f"/dev/tty{id}"), kind, protocol="zvt", till=till, asks_first=kind is Kind.TERMINAL)


STORE = Store(
    "s1",
    "Bakery Street 12",
    "office",
    (
        Till("1", "Till 1", (terminal("1.1", "1"),)),
        Till("2", "Till 2", (terminal("2.1", "2"), terminal("2.2", "2", Kind.PRINTER))),
        Till("3", "Till 3", (terminal("3.1", "3", Kind.PRINTER),)),
    ),
    security_phone="0800 1",
)


def chain(broken: Hop | None = None, unknown: Sequence[Hop] = ()) -> Chain:
    """All fine up to the broken hop, and not reached behind it."""
    states, state = [], HopState.OK
    for hop in Hop:
        if hop is broken:
            states.append(Link(hop, HopState.BROKEN))
            state = HopState.NOT_REACHED
        else:
            states.append(Link(hop, HopState.NOT_CHECKED if hop in unknown else state))
    return tuple(states)


def report(of: Terminal, finding: str = "", health: Health | None = None) -> TerminalReport:
    """What a run would say of a terminal with one finding, or none."""
    kind = resources.findings().get(finding)
    hop = kind.hop if kind else None
    findings = (Finding(finding, kind.severity if kind else Severity.FAULT),) if finding else ()
    ran = ("port_present", "link_opens", "protocol_answers")
    if hop in (None, Hop.TERMINAL, Hop.BANK):
        ran = (*ran, "printer_health" if of.kind is Kind.PRINTER else "terminal_health")
    unknown = (Hop.CABLE,) if hop is Hop.ANSWER else ()
    return TerminalReport(of, chain(hop, unknown), health or Health(), findings, (), ran)


class Walker:
    """Drives a journey turn by turn and keeps what it wished."""

    def __init__(self, store: Store, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.journey = Journey(store, START, kiosk="k1", enrolled=True)
        self.now = START
        self.wishes: list[Wish] = []
        self.turns = 0

    def did(self, what: What) -> tuple[Wish, ...]:
        self.turns += 1
        turn = Turn(self.now, self.turns.to_bytes(16, "big"), what)
        self.journey, wishes = step(self.journey, turn, self.knowledge)
        self.wishes += wishes
        return wishes

    def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    @property
    def screen(self) -> s.Screen:
        return screen(self.journey, self.knowledge)

    def started(self) -> StartRun:
        return next(w for w in reversed(self.wishes) if isinstance(w, StartRun))

    def put(self) -> list[Body]:
        """What was put into the outbox, in order."""
        return [w.event.body for w in self.wishes if isinstance(w, Put) and isinstance(w.event.body, Body)]

    def told(self, terminal: str, finding: str = "") -> tuple[Wish, ...]:
        """The run that was started is done with one terminal, and goes on with the others."""
        of = self.journey.store.terminal(terminal)
        assert of is not None
        return self.did(Streamed(self.started().run, TerminalDone(report(of, finding))))

    def finish(self, findings: dict[str, str], *, cancelled: bool = False) -> tuple[Wish, ...]:
        """The run that was started comes to its end; `findings` by terminal, all others are healthy."""
        run, reports, wishes = self.started(), [], ()
        for id in run.terminals:
            of = self.journey.store.terminal(id)
            assert of is not None
            reports.append(report(of, findings.get(id, "")))
            wishes += self.did(Streamed(run.run, TerminalDone(reports[-1])))
        done = RunDone(Report(self.now, 1.0, Level.INTERNAL, tuple(reports), cancelled=cancelled))
        return wishes + self.did(Streamed(run.run, done))

    def check_all(self, findings: dict[str, str]) -> None:
        self.did(a.CheckEverything())
        if isinstance(self.screen, s.Ask):
            self.did(a.Answer("nobody"))
        self.finish(findings)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    kinds = resources.findings()
    guide = load(resources.root() / "guidance", kinds)
    return Knowledge(guide, kinds, "1.2.3", index=resources.search_index(guide), library=resources.articles(guide))


@pytest.fixture
def walker(knowledge: Knowledge) -> Walker:
    return Walker(STORE, knowledge)


@pytest.fixture
def store() -> Store:
    return STORE
