"""Runs of checks as staff see them: asked for, allowed, watched hop by hop, judged; sends nothing itself."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from kiosk.journey.state import (
    FREE_FOR,
    HARM,
    Halt,
    Journey,
    Page,
    Purpose,
    Running,
    Seen,
    Wanted,
    light_of,
    light_of_till,
    worst,
)
from kiosk.journey.turns import CancelRun, StartRun, Turn, Wish
from kiosk.model.finding import Finding, Hop, HopState, Link, Severity
from kiosk.model.ids import CROCKFORD
from kiosk.model.report import HopChanged, Looking, RunDone, TerminalDone, TerminalReport
from kiosk.model.screen import Light
from kiosk.model.terminal import Level, Terminal

Step = tuple[Journey, tuple[Wish, ...]]

UNKNOWN_CHAIN = tuple(Link(hop, HopState.NOT_CHECKED) for hop in Hop)


def everything(journey: Journey) -> tuple[str, ...]:
    return tuple(t.id for till in journey.store.tills for t in till.terminals)


def of_till(journey: Journey, till: str) -> tuple[str, ...]:
    return tuple(t.id for each in journey.store.tills if each.id == till for t in each.terminals)


def check(
    journey: Journey, turn: Turn, terminals: tuple[str, ...], purpose: Purpose, request: str = "", *, yes: bool = False
) -> Step:
    """Start a run, or first ask whether anyone is paying; `yes` when staff have just said that nobody is.

    While a run goes on there is no second one: asked to look again, staff see the one that runs, unless what it told of
    a terminal holds no more, as after a security alarm was cleared: then it ends, and another begins with what is left.
    """
    running = journey.running
    if running is not None and running.purpose is purpose is Purpose.LOOK:
        if not _told_in_vain(journey, running, terminals):
            return replace(journey, page=Page.CHECKING), ()
        left = (t for t in running.terminals if t not in running.done)
        again = tuple(dict.fromkeys((*terminals, *left)))
        journey, wishes = check(replace(journey, running=None), turn, again, purpose, request, yes=yes)
        return journey, (CancelRun(running.id), *wishes)
    if not terminals or journey.running is not None:
        return journey, ()
    if yes:
        journey = replace(journey, free=journey.free | dict.fromkeys(_tills_to_ask(journey, terminals), turn.at))
    if purpose is Purpose.CARD or _still_to_ask(journey, terminals, turn.at):
        wanted = Wanted(terminals, purpose, request)
        return replace(journey, wanted=wanted, page=Page.PAYING, came_from=_from(journey)), ()
    return _start(journey, turn, Wanted(terminals, purpose, request))


def _told_in_vain(journey: Journey, running: Running, terminals: tuple[str, ...]) -> bool:
    """Whether a terminal that this run is done with is not known any more, or its port has changed since."""
    seen = (journey.seen.get(terminal) for terminal in terminals if terminal in running.done)
    return any(one is None or one.stale for one in seen)


def _from(journey: Journey) -> Page:
    return journey.came_from if journey.page in (Page.PAYING, Page.CHECKING) else journey.page


def _tills_to_ask(journey: Journey, terminals: tuple[str, ...]) -> tuple[str, ...]:
    """Tills with a terminal in which a check may set something going."""
    asked = (journey.store.terminal(t) for t in terminals)
    return tuple({t.till: None for t in asked if t is not None and t.asks_first and t.takes_payments})


def _still_to_ask(journey: Journey, terminals: tuple[str, ...], at: datetime) -> tuple[str, ...]:
    tills = _tills_to_ask(journey, terminals)
    return tuple(t for t in tills if t not in journey.free or at - journey.free[t] > FREE_FOR)


def tills_asked(journey: Journey) -> tuple[str, ...]:
    """Names of the tills that the page *Is anyone paying?* speaks of."""
    if journey.wanted is None:
        return ()
    tills = _still_to_ask(journey, journey.wanted.terminals, journey.now)
    if journey.wanted.purpose is Purpose.CARD:
        tills = tuple(t.till for id in journey.wanted.terminals if (t := journey.store.terminal(id)) is not None)
    return tuple(t.name for t in journey.store.tills if t.id in tills)


def nobody_pays(journey: Journey, turn: Turn) -> Step:
    """Staff said that nobody is paying at the tills in question: the run may begin."""
    if journey.wanted is None:
        return replace(journey, page=Page.HOME), ()
    free = journey.free | dict.fromkeys(_tills_to_ask(journey, journey.wanted.terminals), turn.at)
    return _start(replace(journey, free=free), turn, journey.wanted)


def somebody_pays(journey: Journey) -> Step:
    return replace(journey, wanted=None, page=journey.came_from), ()


def _start(journey: Journey, turn: Turn, wanted: Wanted) -> Step:
    run = turn.uuid(0)
    chains = {t: _blank(journey.store.terminal(t)) for t in wanted.terminals}
    running = Running(run, wanted.terminals, wanted.purpose, chains, request=wanted.request)
    page = Page.CHECKING if wanted.purpose in (Purpose.LOOK, Purpose.CARD) else journey.page
    if page is Page.PAYING:
        page = journey.came_from
    came_from = _from(journey)
    unsure = tuple(id for id in journey.unsure if id not in wanted.terminals)
    journey = replace(journey, unsure=unsure, running=running, wanted=None, page=page, came_from=came_from, notice=None)
    level = Level.INTERACTIVE if wanted.purpose is Purpose.CARD else Level.INTERNAL
    return journey, (StartRun(run, wanted.terminals, level, nobody_pays=True),)


def _blank(terminal: Terminal | None) -> tuple[Link, ...]:
    return UNKNOWN_CHAIN if terminal is not None else ()


def cancel(journey: Journey) -> Step:
    """At once for the eye; the run's late events fall on no running run and are dropped."""
    if journey.running is None:
        return replace(journey, page=Page.HOME, wanted=None), ()
    wish = CancelRun(journey.running.id)
    page = Page.HOME if journey.page is Page.CHECKING else journey.page
    return replace(journey, running=None, page=page), (wish,)


def hop_changed(journey: Journey, running: Running, event: HopChanged) -> Journey:
    chain = running.chains.get(event.terminal, UNKNOWN_CHAIN)
    chain = tuple(Link(link.hop, event.state if link.hop is event.hop else link.state) for link in chain)
    return replace(journey, running=replace(running, chains=running.chains | {event.terminal: chain}))


def looking(journey: Journey, running: Running, event: Looking) -> Journey:
    since = journey.now if event.check == "card_test" else None
    running = replace(running, looking=running.looking | {event.terminal: event.check}, waits_since=since)
    return replace(journey, running=running)


def terminal_done(journey: Journey, turn: Turn, running: Running, event: TerminalDone) -> Journey:
    """Keep what was learned; a hard stop is shown the moment it is seen, while the other tills go on."""
    report = event.report
    id = report.terminal.id
    running = replace(running, done=(*running.done, id), chains=running.chains | {id: report.chain})
    before = len(journey.halts)
    journey = replace(journey, running=running, seen=journey.seen | {id: Seen(report, turn.at)})
    journey = halted(journey, turn, report)
    if len(journey.halts) > before and running.purpose is not Purpose.REQUEST:
        return replace(journey, page=Page.STOP, till=report.terminal.till)
    return journey


def halted(journey: Journey, turn: Turn, report: TerminalReport) -> Journey:
    finding = worst(report)
    if finding is None or finding.severity is not Severity.HALT:
        return journey
    return halt(journey, turn, report.terminal.id, finding)


def halt(journey: Journey, turn: Turn, terminal: str, finding: Finding) -> Journey:
    """The first hard stop of a terminal stands until it is cleared: a later healthy answer does not clear it."""
    if any(h.terminal == terminal for h in journey.halts):
        return journey
    number = 100 + len(journey.halts)
    return replace(journey, halts=(*journey.halts, Halt(terminal, finding, challenge(turn.fresh(number)), turn.at)))


def challenge(entropy: bytes) -> str:
    """Six Crockford characters that are read aloud over the phone."""
    return "".join(CROCKFORD[b & 31] for b in entropy[:6])


def looked(journey: Journey, running: Running, event: RunDone) -> Journey:
    """Where a run of purpose LOOK ends: the stop page, one till's verdict, or Home with all of them."""
    tills = {t.till for t in map(journey.store.terminal, running.terminals) if t is not None}
    stopped = next((h for h in journey.halts if h.terminal in running.terminals), None)
    journey = replace(journey, running=None)
    if journey.page is not Page.CHECKING:
        return journey
    if event.report.cancelled:
        return replace(journey, page=Page.HOME)
    if stopped is not None:
        till = journey.store.till_of(stopped.terminal)
        return replace(journey, page=Page.STOP, till=till.id if till else "")
    if len(tills) == 1:
        return replace(journey, page=Page.VERDICT, till=next(iter(tills)))
    return replace(journey, page=Page.HOME)


def worst_terminal(journey: Journey, till: str) -> str:
    """The terminal of a till that the verdict speaks of."""
    terminals = of_till(journey, till)
    return min(terminals, key=lambda t: HARM.index(light_of(journey, t)), default="")


def till_to_fix(journey: Journey) -> str:
    """The till that Home offers to fix: the most harm first, then as listed."""
    lights = {t.id: light_of_till(journey, t.id) for t in journey.store.tills}
    for light in (Light.BROKEN, Light.NEEDS_YOU):
        for till, its in lights.items():
            if its is light:
                return till
    return ""
