"""Screens of a case: what will be sent, the talk with an expert, what came of it."""

from __future__ import annotations

from kiosk.journey.casework import connected, pending_request, request_of
from kiosk.journey.screen_home import header, till_name
from kiosk.journey.state import Cured, Journey, OpenedCase, worst
from kiosk.model.case import (
    Assigned,
    CaseEvent,
    Consent,
    Ended,
    Message,
    Read,
    Reopened,
    Request,
    Resolved,
    Result,
    Side,
    Tier,
    Withdrawn,
)
from kiosk.model.finding import HopState
from kiosk.model.ids import case_number, shown_number
from kiosk.model.offline_code import offline_code
from kiosk.model.screen import Asked, Bubble, Chat, Delivery, Done, Preview, Quick
from kiosk.model.text import Text, day, literal, text

PHRASES = ("done", "not_helped", "not_understood", "call_me", "customer_waiting")


def preview(journey: Journey) -> Preview:
    """Everything that would go, readable, and what was left out."""
    case = journey.case
    packed = case.packed if case else None
    ready = packed is not None and bool(packed.file)
    return Preview(
        header(journey),
        _till_of_case(journey),
        text("preview.title"),
        packed.lines if packed else (),
        tuple(literal(words) for words in packed.left_out) if packed else (),
        ready or (packed is not None and packed.error is not None),
        packed.error if packed else None,
    )


def _till_of_case(journey: Journey) -> str:
    till = journey.store.till_of(journey.case.terminal) if journey.case else None
    return till.name if till else ""


def chat(journey: Journey, version: str) -> Chat:
    case = journey.case
    if case is None:
        raise ValueError("there is no case to show")
    offline = not journey.online
    return Chat(
        header=header(journey),
        number=shown_number(case_number(case.id)),
        till=_till_of_case(journey),
        status=_status(journey),
        attached=tuple(line.title for line in case.packed.lines),
        bubbles=tuple(b for e in case.events if (b := _bubble(journey, case, e)) is not None),
        request=_request(journey),
        quick=tuple(Quick(p, text(f"phrase.{p}")) for p in PHRASES),
        draft=case.draft,
        refused=case.refused,
        offline=offline,
        code=_code(journey, case, version) if offline else "",
        phone=journey.store.support_phone,
        hours=journey.store.support_hours,
        progress=journey.percent,
    )


def _code(journey: Journey, case: OpenedCase, version: str) -> str:
    """What an expert needs first, to be read over the phone."""
    seen = journey.seen.get(case.terminal)
    terminal = journey.store.terminal(case.terminal)
    chain = seen.report.chain if seen else ()
    broken = next((link.hop for link in chain if link.state is HopState.BROKEN), None)
    finding = worst(seen.report) if seen else None
    model = terminal.title if terminal else ""
    return offline_code(finding.id if finding else "", model, broken, version, journey.kiosk, case.began)


def _status(journey: Journey) -> Text:
    here = connected(journey)
    if here is not None:
        return text("chat.here", name=here[1].name)
    if not journey.enrolled:
        return text("chat.not_enrolled")
    return text("chat.waiting") if journey.online else text("chat.offline")


def _bubble(journey: Journey, case: OpenedCase, event: CaseEvent) -> Bubble | None:
    mine = event.author.side is Side.STORE
    at = event.at.isoformat()
    if isinstance(event.body, Message):
        mark = _delivery(case, event) if mine else None
        return Bubble(event.id, mine, message_words(event.body), at, mark)
    words = _told(journey, event)
    return Bubble(event.id, mine, words, at, system=True) if words is not None else None


def message_words(message: Message) -> Text:
    """A phrase travels as its id, so that each side reads its own language."""
    return Text(f"phrase.{message.phrase}", dict(message.args)) if message.phrase else literal(message.words)


def _delivery(case: OpenedCase, event: CaseEvent) -> Delivery:
    if event.seq is None:
        return Delivery.WAITING
    read = max(
        (e.body.seq for e in case.events if isinstance(e.body, Read) and e.author.side is Side.EXPERT), default=0
    )
    return Delivery.READ if read >= event.seq else Delivery.DELIVERED


def _told(journey: Journey, event: CaseEvent) -> Text | None:
    """What happened in the case besides words, in one line each; kinds that staff need not see give None."""
    match event.body:
        case Assigned(name=name):
            return text("told.assigned", name=name)
        case Tier():
            return text("told.tier")
        case Consent(given=given):
            return text("told.allowed") if given else text("told.refused")
        case Withdrawn():
            return text("told.withdrawn")
        case Result(ok=ok, stopped=stopped):
            asked = request_of(journey, event.body.request)
            if ok and asked is not None and asked.wish in ("procedure", "show"):
                return _shown_step(asked)
            return text("told.stopped") if stopped else text("told.result") if ok else text("told.no_result")
        case Ended():
            return text("told.ended")
        case Resolved():
            return text("told.resolved")
        case Reopened():
            return text("told.reopened")
    return None


def _shown_step(request: Request) -> Text | None:
    """The sentence of the step an expert wanted to be seen; a procedure shows by itself."""
    name, _, step = request.target.partition("/")
    return text(f"step.{name}.{step}") if request.wish == "show" else None


def _request(journey: Journey) -> Asked | None:
    """The request that waits for Yes or No, or the one that runs and can be stopped."""
    running = journey.running
    if running is not None and running.request:
        body = request_of(journey, running.request)
        return Asked(running.request, _request_title(journey, body), text("request.running"), running=True)
    event = pending_request(journey, journey.now)
    if event is None or not isinstance(event.body, Request):
        return None
    return Asked(event.id, _request_title(journey, event.body), text(f"request.{event.body.wish}.hint"))


def _request_title(journey: Journey, request: Request | None) -> Text:
    if request is None:
        return text("request.check", till="")
    till = journey.store.till_of(request.target) if request.target else None
    name = till.name if till else _till_of_case(journey)
    return text(f"request.{request.wish}", till=name)


def done(journey: Journey) -> Done:
    cured = journey.cured
    if cured is None:
        raise ValueError("nothing was cured")
    till = journey.store.till_of(cured.terminal)
    name = till_name(journey, till.id) if till else ""
    if cured.duty:
        return _duty_done(journey, cured, name)
    lead = text(f"remedy.{cured.remedy}") if cured.remedy else text("done.lead")
    if cured.case:
        lead = text("done.expert", cause=text(f"cause.{cured.cause}"), remedy=text(f"remedy.{cured.remedy}"))
    title = text("done.title" if cured.proven else "done.closed", till=name)
    return Done(header(journey), name, title, lead, cured.minutes, bool(cured.case), cured.rated)


def _duty_done(journey: Journey, cured: Cured, till: str) -> Done:
    """A procedure of its own came to its end; after an inspection, when it is due again."""
    record = journey.inspected.get(cured.terminal) if cured.duty == "inspection" else None
    title = text("done.duty", what=Text(f"procedure.{cured.duty}"))
    lead = text("done.due", date=day(record.due)) if record else text("done.lead")
    return Done(header(journey), till, title, lead, cured.minutes)
