"""The case as staff live it: what would be sent, sending it, the talk, an expert's requests, the rating."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from kiosk.journey.checking import Step, check, of_till, till_to_fix, worst_terminal
from kiosk.journey.state import Cured, Journey, OpenedCase, Packed, Page, Purpose, light_of_till, worst
from kiosk.journey.turns import Arrived, CancelRun, Put, Refused, Seal, Sealed, SealFailed, Turn, Upload, Wish
from kiosk.model.act import Rate
from kiosk.model.body import Body
from kiosk.model.bundle import GuidanceRecord, Walked
from kiosk.model.case import (
    Assigned,
    Author,
    BundleSent,
    CaseEvent,
    Consent,
    Ended,
    Evidence,
    Likely,
    Message,
    Opened,
    Rating,
    Read,
    Request,
    Resolved,
    Result,
    Side,
    StepState,
    Symptom,
    Withdrawn,
)
from kiosk.model.case import Step as StepTaken
from kiosk.model.finding import HopState
from kiosk.model.report import TerminalReport
from kiosk.model.screen import Light
from kiosk.model.terminal import Terminal

REQUEST_OPEN_FOR = timedelta(hours=12)
"""A request stays until it is answered or withdrawn; one of yesterday is not shown any more. Judgement."""


def look_at_what_goes(journey: Journey, turn: Turn) -> Step:
    """*Get an expert*: back into the running case, or the page that shows what would be sent."""
    if journey.case is not None and journey.case.opened and not journey.case.resolved:
        return replace(journey, page=Page.CHAT), ()
    terminal = _subject(journey)
    record = _record(journey, terminal)
    duty = journey.duty.procedure if journey.duty is not None and journey.page is Page.DUTY else ""
    case = OpenedCase(turn.uuid(1), terminal, turn.at, duty=duty)
    came_from = journey.came_from if journey.page is Page.PREVIEW else journey.page
    journey = replace(journey, case=case, page=Page.PREVIEW, came_from=came_from)
    return journey, (Seal(case.id, _attached(journey, terminal), record),)


def _subject(journey: Journey) -> str:
    """The terminal the case is about: the one stopped, the one in trouble, the one looked at, or the worst."""
    if journey.page is Page.DUTY and journey.duty is not None and journey.duty.terminal:
        return journey.duty.terminal
    if journey.trouble is not None and journey.page not in (Page.STOP, Page.DUTY):
        return journey.trouble.terminal
    return worst_terminal(journey, journey.till or till_to_fix(journey))


def _attached(journey: Journey, terminal: str) -> tuple[str, ...]:
    till = journey.store.till_of(terminal)
    return of_till(journey, till.id) if till else tuple(journey.seen)


def _record(journey: Journey, terminal: str) -> GuidanceRecord:
    """What was tried, and the last inspection of the terminal, without the name of who signed it."""
    inspection = journey.inspected.get(terminal)
    inspection = replace(inspection, by="") if inspection else None
    trouble = journey.trouble
    if journey.duty is not None and journey.page is Page.DUTY:
        steps = tuple(Walked(f"{journey.duty.procedure}.{t.step}", t.note) for t in journey.duty.progress.trail)
        return GuidanceRecord(journey.duty.procedure, steps[-100:], outcome="escalated", inspection=inspection)
    if trouble is None:
        return GuidanceRecord(inspection=inspection)
    return GuidanceRecord(trouble.symptom, trouble.walked, dict(trouble.answers), "escalated", inspection)


def sealed(journey: Journey, what: Sealed) -> Step:
    if journey.case is None or journey.case.id != what.case:
        return journey, ()
    packed = Packed(what.file, what.sha256, what.size, what.lines, what.left_out, sent=journey.case.packed.sent)
    journey = replace(journey, case=replace(journey.case, packed=packed))
    return (journey, _upload(journey)) if journey.case and journey.case.opened else (journey, ())


def seal_failed(journey: Journey, what: SealFailed) -> Step:
    if journey.case is None or journey.case.id != what.case:
        return journey, ()
    return replace(journey, case=replace(journey.case, packed=Packed(error=what.words))), ()


def _upload(journey: Journey) -> tuple[Wish, ...]:
    case = journey.case
    if case is None or not case.packed.file:
        return ()
    return (Upload(case.id, case.packed.file, case.packed.sha256),)


def send(journey: Journey, turn: Turn, likely: tuple[Likely, ...], version: str, language: str) -> Step:
    """Open the case: what an expert needs first goes first, the bundle after it."""
    if journey.case is None or journey.case.opened:
        return journey, ()
    bodies = _opening(journey, likely, version, language)
    puts = tuple(Put(_event(journey, turn, n, body)) for n, body in enumerate(bodies, 10))
    journey = replace(journey, case=replace(journey.case, opened=True), page=Page.CHAT)
    return journey, (*puts, *_upload(journey))


def _opening(journey: Journey, likely: tuple[Likely, ...], version: str, language: str) -> list[Body]:
    """Opened, symptom, evidence, steps taken, bundle: in this order."""
    case = journey.case
    if case is None:
        return []
    terminal = journey.store.terminal(case.terminal)
    bodies: list[Body] = [_opened(journey, terminal, version, language)]
    trouble = journey.trouble
    if trouble is not None and trouble.symptom:
        bodies.append(Symptom(trouble.symptom))
    elif case.duty:
        bodies.append(Symptom(case.duty))
    if case.terminal in journey.seen:
        bodies.append(evidence_of(journey, case.terminal, likely))
    if trouble is not None:
        bodies += [StepTaken(w.id, StepState(w.state), w.answer) for w in trouble.walked]
    if case.packed.file:
        bodies.append(BundleSent(case.packed.sha256, case.packed.size, left_out=case.packed.left_out))
    return bodies


def _opened(journey: Journey, terminal: Terminal | None, version: str, language: str) -> Opened:
    lights = [light_of_till(journey, t.id) for t in journey.store.tills]
    till = journey.store.till_of(terminal.id) if terminal else None
    return Opened(
        store=journey.store.name,
        till=till.name if till else "",
        terminal=_title(journey, terminal),
        terminal_id=terminal.id if terminal else "",
        language=language,
        safety=any(terminal is not None and h.terminal == terminal.id for h in journey.halts),
        tills_working=sum(light in (Light.WORKING, Light.IN_USE) for light in lights),
        tills_total=len(lights),
        kiosk_version=version,
    )


def _title(journey: Journey, terminal: Terminal | None) -> str:
    if terminal is None:
        return ""
    seen = journey.seen.get(terminal.id)
    health = seen.report.health if seen else None
    make, model = (health.make, health.model) if health else (None, None)
    return f"{make or terminal.make} {model or terminal.model}".strip()


def evidence_of(journey: Journey, terminal: str, likely: tuple[Likely, ...] = ()) -> Evidence:
    """What the machine found, small: no trace, at most 40 measurements."""
    report = journey.seen[terminal].report
    siblings = [s.report for id, s in journey.seen.items() if id != terminal]
    return Evidence(
        verdict=_verdict(report),
        chain=report.chain,
        findings=report.findings,
        measurements=report.measurements[:40],
        health=report.health,
        likely=likely[:5],
        host=journey.host[:60],
        siblings=len(siblings),
        siblings_ok=sum(worst(s) is None for s in siblings),
    )


def _verdict(report: TerminalReport) -> str:
    finding = worst(report)
    if finding is not None:
        return finding.id
    return "ok" if all(link.state is not HopState.BROKEN for link in report.chain) else "unknown"


def author(journey: Journey) -> Author:
    return Author(Side.STORE, journey.kiosk or "kiosk", journey.store.name)


def _event(journey: Journey, turn: Turn, number: int, body: Body) -> CaseEvent:
    case = journey.case
    return CaseEvent(turn.uuid(number), case.id if case else "", author(journey), turn.at, body)


def put(journey: Journey, turn: Turn, body: Body, number: int = 20) -> Step:
    """Say one thing in the running case."""
    if journey.case is None or not journey.case.opened:
        return journey, ()
    return journey, (Put(_event(journey, turn, number, body)),)


def say(journey: Journey, turn: Turn, body: Message) -> Step:
    if journey.case is None:
        return journey, ()
    journey = replace(journey, case=replace(journey.case, draft="", refused=None))
    return put(journey, turn, body)


def refused(journey: Journey, what: Refused) -> Step:
    if journey.case is None:
        return journey, ()
    return replace(journey, case=replace(journey.case, refused=what.words)), ()


def draft(journey: Journey, words: str) -> Step:
    if journey.case is None:
        return journey, ()
    return replace(journey, case=replace(journey.case, draft=words, refused=None)), ()


def arrived(journey: Journey, turn: Turn, what: Arrived) -> Step:
    """An event of the case became durable here, or came from the desk; known ones are only brought up to date."""
    case = journey.case
    if case is None or what.event.case != case.id:
        return journey, ()
    known = any(e.id == what.event.id for e in case.events)
    events = _merged(case.events, what.event)
    journey = replace(journey, case=replace(case, events=events))
    body = what.event.body
    if isinstance(body, Resolved) and not known and what.event.author.side is not Side.STORE:
        return _resolved(journey, turn, body), ()
    if known or what.event.author.side is Side.STORE or what.event.seq is None:
        return journey, ()
    if journey.page is Page.CHAT and isinstance(body, Message | Request | Assigned):
        return put(journey, turn, Read(what.event.seq), 21)
    return journey, ()


def _merged(events: tuple[CaseEvent, ...], event: CaseEvent) -> tuple[CaseEvent, ...]:
    """By id; in the desk's order, what it has not numbered yet at the end as it was written."""
    others = tuple(e for e in events if e.id != event.id)
    if len(others) < len(events) and event.seq is None:
        return events
    merged = (*others, event)
    return tuple(sorted(merged, key=lambda e: (e.seq is None, e.seq or 0, e.at)))


def _resolved(journey: Journey, turn: Turn, body: Resolved) -> Journey:
    case = journey.case
    if case is None:
        return journey
    minutes = max(1, round((turn.at - case.began).total_seconds() / 60))
    cured = Cured(case.terminal, minutes, body.cause, body.remedy, case.id, body.verified == "machine")
    return replace(journey, case=replace(case, resolved=True), cured=cured, page=Page.DONE, trouble=None)


def pending_request(journey: Journey, now: datetime) -> CaseEvent | None:
    """The oldest request that is neither answered, withdrawn nor of yesterday."""
    if journey.case is None:
        return None
    answered = {e.body.request for e in journey.case.events if isinstance(e.body, Consent | Withdrawn)}
    for event in journey.case.events:
        fresh = now - event.at < REQUEST_OPEN_FOR
        if isinstance(event.body, Request) and event.id not in answered and fresh:
            return event
    return None


def request_of(journey: Journey, id: str) -> Request | None:
    events = journey.case.events if journey.case else ()
    return next((e.body for e in events if e.id == id and isinstance(e.body, Request)), None)


def consent(journey: Journey, turn: Turn, request: str, given: bool) -> Step:
    """Nothing happens before this; a yes to a check is also the yes that nobody is paying, as the page says."""
    wish = request_of(journey, request)
    if wish is None or pending_request(journey, turn.at) is None:
        return journey, ()
    journey, said = put(journey, turn, Consent(request, given))
    if not given:
        return journey, said
    journey, done = _carry_out(journey, turn, request, wish)
    return journey, (*said, *done)


def _carry_out(journey: Journey, turn: Turn, id: str, request: Request) -> Step:
    """The closed list: a check, or the bundle again. Anything else is answered as not done."""
    case = journey.case
    if case is None:
        return journey, ()
    target = request.target or case.terminal
    if request.wish == "check" and journey.store.terminal(target) is not None:
        if journey.running is not None:
            return put(journey, turn, Result(id, ok=False, words="another check is running"), 22)
        return check(journey, turn, (target,), Purpose.REQUEST, id, yes=True)
    if request.wish == "collect":
        seal = Seal(case.id, _attached(journey, case.terminal), _record(journey, case.terminal))
        journey, said = put(journey, turn, Result(id, ok=True), 22)
        return journey, (seal, *said)
    return put(journey, turn, Result(id, ok=False, words="not possible at this kiosk"), 22)


def requested_done(journey: Journey, turn: Turn, request: str, *, stopped: bool = False) -> Step:
    """The result of a consented check goes back to the expert."""
    if journey.case is None:
        return journey, ()
    target = journey.case.terminal
    wish = request_of(journey, request)
    if wish is not None and wish.target:
        target = wish.target
    known = target in journey.seen and not stopped
    found = evidence_of(journey, target) if known else None
    return put(journey, turn, Result(request, ok=known, evidence=found, stopped=stopped), 23)


def stop_request(journey: Journey, turn: Turn, request: str) -> Step:
    running = journey.running
    if running is None or running.request != request:
        return journey, ()
    journey, said = requested_done(replace(journey, running=None), turn, request, stopped=True)
    return journey, (CancelRun(running.id), *said)


def connected(journey: Journey) -> tuple[CaseEvent, Assigned] | None:
    """The expert who is here: assigned, and not ended by staff since."""
    here: tuple[CaseEvent, Assigned] | None = None
    for event in journey.case.events if journey.case else ():
        if isinstance(event.body, Assigned):
            here = (event, event.body)
        elif isinstance(event.body, Ended | Resolved):
            here = None
    return here


def end_session(journey: Journey, turn: Turn) -> Step:
    running = journey.running
    cancels: tuple[Wish, ...] = ()
    if running is not None and running.request:
        journey, cancels = stop_request(journey, turn, running.request)
    journey, said = put(journey, turn, Ended(), 24)
    return journey, (*cancels, *said)


def rate(journey: Journey, turn: Turn, rating: Rate) -> Step:
    if journey.cured is None:
        return replace(journey, page=Page.HOME), ()
    said: tuple[Wish, ...] = ()
    if journey.cured.case and not journey.cured.rated:
        body = Rating(rating.csat, rating.ces, rating.nps, rating.words)
        journey, said = put(journey, turn, body, 25)
    return replace(journey, cured=journey.cured and replace(journey.cured, rated=True)), said
