"""The journey itself: (journey, turn, knowledge) -> (journey, wishes), one handler a thing that can happen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from kiosk.guidance import procedure as walk
from kiosk.journey import cards, casework, checking, confirming, duties, fixing, reading, requested, stopping
from kiosk.journey.checking import Step
from kiosk.journey.knowledge import Knowledge
from kiosk.journey.state import Journey, Page, Purpose, Seen
from kiosk.journey.turns import (
    Arrived,
    DeskChanged,
    Noticed,
    PortsChanged,
    Refused,
    ReleaseChecked,
    RunFailed,
    Sealed,
    SealFailed,
    StoreKnown,
    Streamed,
    Tick,
    Turn,
)
from kiosk.model import act as a
from kiosk.model.case import Message
from kiosk.model.report import HopChanged, Looking, RunDone, TerminalDone
from kiosk.model.terminal import Store, Till

Handler = Callable[[Journey, Turn, Any, Knowledge], Step]


def step(journey: Journey, turn: Turn, knowledge: Knowledge) -> Step:
    """Everything that happens goes through here; what has no meaning now changes nothing."""
    journey = replace(journey, now=turn.at)
    journey, wishes = HANDLERS[type(turn.what)](journey, turn, turn.what, knowledge)
    return stopping.above_all(journey), wishes


def _nothing(journey: Journey, turn: Turn, what: object, k: Knowledge) -> Step:
    return journey, ()


def _store_known(journey: Journey, turn: Turn, what: StoreKnown, k: Knowledge) -> Step:
    return with_store(journey, what.store), ()


def with_store(journey: Journey, store: Store) -> Journey:
    """The journey in the store as it is known now. A till that it is busy with stays until it is done with it."""
    ids = {till.id for till in store.tills}
    kept = (till for till in journey.store.tills if till.id not in ids and _is_busy_with(journey, till))
    store = replace(store, tills=(*store.tills, *kept))
    known = {t.id for till in store.tills for t in till.terminals}
    return replace(journey, store=store, seen={id: seen for id, seen in journey.seen.items() if id in known})


def _is_busy_with(journey: Journey, till: Till) -> bool:
    """A stop above all: to pull a cable and put it in again must not clear it."""
    busy = {h.terminal for h in journey.halts}
    busy.update(*(waiting.terminals for waiting in (journey.running, journey.wanted) if waiting is not None))
    busy.update(one.terminal for one in (journey.trouble, journey.case, journey.cured, journey.duty) if one is not None)
    return till.id == journey.till or any(t.id in busy for t in till.terminals)


def _ports_changed(journey: Journey, turn: Turn, what: PortsChanged, k: Knowledge) -> Step:
    changed = {id: Seen(old.report, old.at, stale=True) for id, old in journey.seen.items() if id in what.terminals}
    return replace(journey, seen=journey.seen | changed), ()


def _streamed(journey: Journey, turn: Turn, what: Streamed, k: Knowledge) -> Step:
    """Events of a run that is no longer wanted are dropped."""
    running = journey.running
    if running is None or running.id != what.run:
        return journey, ()
    match what.event:
        case HopChanged() as event:
            return checking.hop_changed(journey, running, event), ()
        case Looking() as event:
            return checking.looking(journey, running, event), ()
        case TerminalDone() as event:
            return checking.terminal_done(journey, turn, running, event), ()
        case RunDone() as event:
            return _run_done(journey, turn, event, k)


def _run_done(journey: Journey, turn: Turn, event: RunDone, k: Knowledge) -> Step:
    running = journey.running
    if running is None:
        return journey, ()
    journey = replace(journey, host=event.report.facts.host if event.report.facts else journey.host)
    if running.purpose in (Purpose.LOOK, Purpose.CARD):
        return checking.looked(journey, running, event), ()
    journey = replace(journey, running=None)
    if running.purpose is Purpose.REQUEST:
        return casework.requested_done(journey, turn, running.request)
    return fixing.watched(journey, turn, running.terminals[0], k)


def _noticed(journey: Journey, turn: Turn, what: Noticed, k: Knowledge) -> Step:
    return replace(journey, notice=what.words), ()


def _run_failed(journey: Journey, turn: Turn, what: RunFailed, k: Knowledge) -> Step:
    running = journey.running
    if running is None or running.id != what.run:
        return journey, ()
    journey = replace(journey, running=None, notice=what.words)
    if running.purpose is Purpose.REQUEST:
        return casework.requested_done(journey, turn, running.request, stopped=True)
    return replace(journey, page=Page.HOME if journey.page is Page.CHECKING else journey.page), ()


def _desk_changed(journey: Journey, turn: Turn, what: DeskChanged, k: Knowledge) -> Step:
    kiosk = what.kiosk or journey.kiosk
    return replace(journey, online=what.online, enrolled=what.enrolled, kiosk=kiosk, percent=what.percent), ()


def _check_everything(journey: Journey, turn: Turn, what: object, k: Knowledge) -> Step:
    return checking.check(journey, turn, checking.everything(journey), Purpose.LOOK)


def _something_wrong(journey: Journey, turn: Turn, what: object, k: Knowledge) -> Step:
    only = journey.store.tills[0].id if len(journey.store.tills) == 1 else ""
    return replace(journey, page=Page.CHOOSE, till=only, topic="", words=""), ()


def _open_till(journey: Journey, turn: Turn, what: a.OpenTill, k: Knowledge) -> Step:
    """From Home to what is known of the till, or to checking it; from Choose to its symptoms."""
    if journey.page is Page.DUTY:
        return duties.till_chosen(journey, turn, what.till, k)
    journey = replace(journey, till=what.till, topic="", words="")
    if journey.page is Page.CHOOSE:
        return journey, ()
    if stopping.halted_at(journey, what.till):
        return replace(journey, page=Page.STOP), ()
    fresh = [t for t in checking.of_till(journey, what.till) if (seen := journey.seen.get(t)) and not seen.stale]
    if not fresh:
        return checking.check(journey, turn, checking.of_till(journey, what.till), Purpose.LOOK)
    return replace(journey, page=Page.VERDICT, came_from=Page.HOME), ()


def _open_case(journey: Journey, turn: Turn, what: a.OpenTheCase, k: Knowledge) -> Step:
    known = journey.case is not None and journey.case.id == what.case
    return (replace(journey, page=Page.CHAT), ()) if known else (journey, ())


def _choose_symptom(journey: Journey, turn: Turn, what: a.ChooseSymptom, k: Knowledge) -> Step:
    if not checking.of_till(journey, journey.till):
        return journey, ()
    terminal = checking.worst_terminal(journey, journey.till)
    return fixing.begin(journey, turn, terminal, k, symptom=what.symptom)


def _choose_topic(journey: Journey, turn: Turn, what: a.ChooseTopic, k: Knowledge) -> Step:
    here = journey.page in (Page.CHOOSE, Page.MORE)
    return (replace(journey, topic=what.topic, words=""), ()) if here else (journey, ())


def _search(journey: Journey, turn: Turn, what: a.Search, k: Knowledge) -> Step:
    here = journey.page in (Page.CHOOSE, Page.MORE)
    return (replace(journey, words=what.words.strip()), ()) if here else (journey, ())


def _more_help(journey: Journey, turn: Turn, what: object, k: Knowledge) -> Step:
    return replace(journey, page=Page.MORE, topic="", words=""), ()


def _read_article(journey: Journey, turn: Turn, what: a.ReadArticle, k: Knowledge) -> Step:
    return reading.opened(journey, what.article, k), ()


def _start_procedure(journey: Journey, turn: Turn, what: a.StartProcedure, k: Knowledge) -> Step:
    return duties.begin(journey, turn, what.procedure, what.till, k)


def _note(journey: Journey, turn: Turn, what: a.Note, k: Knowledge) -> Step:
    return duties.noted(journey, what.words)


def _add_photo(journey: Journey, turn: Turn, what: a.AddPhoto, k: Knowledge) -> Step:
    return duties.photographed(journey, what.jpeg)


def _sign(journey: Journey, turn: Turn, what: a.Sign, k: Knowledge) -> Step:
    return duties.signed(journey, turn, what.by, k)


def _cancel(journey: Journey, turn: Turn, what: object, k: Knowledge) -> Step:
    return checking.cancel(journey)


def _back(journey: Journey, turn: Turn, what: object, k: Knowledge) -> Step:
    """One page back; out of a running check only by Cancel, and never past a stop page into help."""
    match journey.page:
        case Page.GUIDE:
            return fixing.back(journey, turn, k)
        case Page.PREVIEW:
            page = journey.came_from if journey.came_from is not Page.PREVIEW else Page.HOME
            return replace(journey, page=page), ()
        case Page.PAYING:
            return checking.somebody_pays(journey)
        case Page.DUTY:
            return duties.back(journey, turn, k)
        case Page.ARTICLE:
            return reading.closed(journey), ()
        case Page.CHOOSE | Page.MORE if journey.topic or journey.words:
            return replace(journey, topic="", words=""), ()
        case Page.CHOOSE if journey.till and len(journey.store.tills) > 1:
            return replace(journey, till=""), ()
        case Page.CHECKING:
            return checking.cancel(journey)
    return replace(journey, page=Page.HOME, till=""), ()


def _go_home(journey: Journey, turn: Turn, what: object, k: Knowledge) -> Step:
    return replace(journey, page=Page.HOME, till="", cured=None), ()


def _fix_it(journey: Journey, turn: Turn, what: a.FixIt, k: Knowledge) -> Step:
    till = what.till or journey.till
    if stopping.halted_at(journey, till):
        return replace(journey, page=Page.STOP, till=till), ()
    terminal = checking.worst_terminal(journey, till)
    return fixing.begin(replace(journey, till=till), turn, terminal, k)


def _get_expert(journey: Journey, turn: Turn, what: object, k: Knowledge) -> Step:
    return casework.look_at_what_goes(journey, turn)


def _answer(journey: Journey, turn: Turn, what: a.Answer, k: Knowledge) -> Step:
    if journey.page is Page.VERDICT:
        return confirming.answered(journey, turn, what.option)
    if journey.page is Page.PAYING:
        return checking.nobody_pays(journey, turn) if what.option == "nobody" else checking.somebody_pays(journey)
    if journey.page is Page.DUTY:
        return duties.walked(journey, turn, walk.Answered(what.option), k)
    return fixing.answered(journey, turn, what.option, k)


def _step_done(journey: Journey, turn: Turn, what: object, k: Knowledge) -> Step:
    if journey.page is Page.DUTY:
        return duties.step_done(journey, turn, k)
    return fixing.step_done(journey, turn, k)


def _did_not_help(journey: Journey, turn: Turn, what: object, k: Knowledge) -> Step:
    return fixing.did_not_help(journey, turn, k)


def _cannot_do(journey: Journey, turn: Turn, what: object, k: Knowledge) -> Step:
    if journey.page is Page.DUTY:
        return duties.walked(journey, turn, walk.CannotDo(), k)
    return fixing.cannot_do(journey, turn, k)


def _send_case(journey: Journey, turn: Turn, what: object, k: Knowledge) -> Step:
    return casework.send(journey, turn, fixing.likely(journey, k), k.version, k.language)


def _do_not_send(journey: Journey, turn: Turn, what: object, k: Knowledge) -> Step:
    back = journey.came_from if journey.came_from is not Page.PREVIEW else Page.HOME
    return replace(journey, case=None, page=back), ()


def _say(journey: Journey, turn: Turn, what: a.Say, k: Knowledge) -> Step:
    words = what.words.strip()
    return casework.say(journey, turn, Message(words)) if words else (journey, ())


def _quick_reply(journey: Journey, turn: Turn, what: a.QuickReply, k: Knowledge) -> Step:
    return casework.say(journey, turn, Message(phrase=what.phrase))


def _draft(journey: Journey, turn: Turn, what: a.Draft, k: Knowledge) -> Step:
    return casework.draft(journey, what.words)


def _give_consent(journey: Journey, turn: Turn, what: a.GiveConsent, k: Knowledge) -> Step:
    return requested.consent(journey, turn, what.request, what.given, k)


def _stop_request(journey: Journey, turn: Turn, what: a.StopRequest, k: Knowledge) -> Step:
    return casework.stop_request(journey, turn, what.request)


def _end_session(journey: Journey, turn: Turn, what: object, k: Knowledge) -> Step:
    return casework.end_session(journey, turn)


def _release_stop(journey: Journey, turn: Turn, what: a.ReleaseStop, k: Knowledge) -> Step:
    return stopping.try_code(journey, what.code)


def _released(journey: Journey, turn: Turn, what: ReleaseChecked, k: Knowledge) -> Step:
    return stopping.code_checked(journey, what)


def _arrived(journey: Journey, turn: Turn, what: Arrived, k: Knowledge) -> Step:
    journey, wishes = casework.arrived(journey, turn, what)
    return journey, (*wishes, *stopping.by_the_line(journey, what.event))


def _refused(journey: Journey, turn: Turn, what: Refused, k: Knowledge) -> Step:
    return casework.refused(journey, what)


def _sealed(journey: Journey, turn: Turn, what: Sealed, k: Knowledge) -> Step:
    return casework.sealed(journey, what)


def _seal_failed(journey: Journey, turn: Turn, what: SealFailed, k: Knowledge) -> Step:
    return casework.seal_failed(journey, what)


def _rate(journey: Journey, turn: Turn, what: a.Rate, k: Knowledge) -> Step:
    return casework.rate(journey, turn, what)


def _skip_rating(journey: Journey, turn: Turn, what: object, k: Knowledge) -> Step:
    return _go_home(journey, turn, what, k)


HANDLERS: dict[type, Handler] = {
    Tick: _nothing,
    StoreKnown: _store_known,
    PortsChanged: _ports_changed,
    Streamed: _streamed,
    RunFailed: _run_failed,
    Noticed: _noticed,
    DeskChanged: _desk_changed,
    Arrived: _arrived,
    Refused: _refused,
    Sealed: _sealed,
    SealFailed: _seal_failed,
    ReleaseChecked: _released,
    a.CheckEverything: _check_everything,
    a.SomethingWrong: _something_wrong,
    a.OpenTill: _open_till,
    a.OpenTheCase: _open_case,
    a.ChooseSymptom: _choose_symptom,
    a.ChooseTopic: _choose_topic,
    a.Search: _search,
    a.MoreHelp: _more_help,
    a.ReadArticle: _read_article,
    a.StartProcedure: _start_procedure,
    a.Note: _note,
    a.AddPhoto: _add_photo,
    a.Sign: _sign,
    a.Cancel: _cancel,
    a.Back: _back,
    a.GoHome: _go_home,
    a.FixIt: _fix_it,
    a.GetExpert: _get_expert,
    a.Answer: _answer,
    a.TakeBack: confirming.forget,
    a.TestCard: cards.begin,
    a.StepDone: _step_done,
    a.DidNotHelp: _did_not_help,
    a.CannotDo: _cannot_do,
    a.SendCase: _send_case,
    a.DoNotSend: _do_not_send,
    a.Say: _say,
    a.QuickReply: _quick_reply,
    a.Draft: _draft,
    a.GiveConsent: _give_consent,
    a.StopRequest: _stop_request,
    a.EndSession: _end_session,
    a.ReleaseStop: _release_stop,
    a.Rate: _rate,
    a.SkipRating: _skip_rating,
}
