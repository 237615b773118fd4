"""Decides what to say, hear, fetch and upload: pure, (state, event, now) -> (state, wishes); no I/O, no clock.

`now` is monotonic seconds, `jitter` in an event is a random number of [0, 1). Events come from `client`, which
carries out the wishes: `Keep`, `Confirm`, `StartOver` and the like at once and in order, the others in its lanes.
The order in which events wait lives in the outbox; here is decided only when the next batch may go. Rules:
- one post or fetch in flight; fetching goes before saying, so after a new epoch the desk is read before it is told;
- an event is kept only if its seq is the next one; what leaves a gap is dropped and the gap is fetched;
- a page read from seq N holds everything visible above N, so its own holes (experts' notes) are none;
- an answer that brings a new epoch is used for nothing but the epoch;
- what was cut goes again in half the size, so that a line that breaks often still carries something each time;
- after a cut, or while nothing is open to it (between two polls), the desk may become another one (restored from a
  backup), so nothing is said before its epoch was read again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from kiosk.escalation.talk import (
    Adopt,
    Beat,
    Confirm,
    Event,
    Fetch,
    Fetched,
    FetchFailed,
    HangUp,
    Heard,
    Hello,
    Keep,
    Listen,
    ListenEnded,
    NothingToSay,
    Poll,
    Polled,
    Posted,
    PostFailed,
    Say,
    SendFile,
    SetAside,
    Spoken,
    StartOver,
    Tick,
    Trouble,
    UploadAdded,
    UploadDone,
    UploadFailed,
    UploadIdle,
    Wish,
)
from kiosk.model.case import CaseEvent

HELLO_WAIT = 10.0  # a proxy that buffers keeps the hello back
SILENCE = 40.0  # the desk beats every 15 s
STREAM_AGAIN = 600.0  # a long poll is only for the time being
POLL_PAUSE = 1.0
BATCH = 500
BACKOFF_FIRST, BACKOFF_LAST = 0.5, 30.0
HELD = 60.0  # a case the desk refuses is asked about again this much later
TOKEN_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Lane:
    busy: bool = False
    failures: int = 0
    not_before: float = 0.0
    cut: bool = False  # it waits because there was no connection


@dataclass(frozen=True, slots=True)
class State:
    """All that is known of the talk with the desk; `known` and `epoch` are the outbox's when it starts."""

    epoch: str | None = None
    sure: bool = False  # of the epoch: read since the last cut, and something was open to the desk ever since
    known: Mapping[str, int] = field(default_factory=dict)
    behind: frozenset[str] = frozenset()  # cases to be read
    to_say: bool = True
    limit: int = BATCH
    held: Mapping[str, float] = field(default_factory=dict)  # cases not to be posted to before
    files: bool = True
    listen: Lane = Lane()
    say: Lane = Lane()
    upload: Lane = Lane()
    attempt: int = 0
    greeted: bool = False
    polling: bool = False  # this attempt is a long poll
    heard_at: float = 0.0
    poll_until: float = 0.0  # > now: the stream is buffered somewhere, so poll
    online: bool = False
    trouble: Trouble | None = None


Answer = tuple[State, tuple[Wish, ...]]


def step(state: State, event: Event, now: float) -> Answer:
    """What follows from an event; deterministic."""
    state, wishes = _HANDLERS[type(event)](state, event, now)
    state, more = _drive(state, now)
    if not (state.listen.busy or state.say.busy):
        state = replace(state, sure=False)
    return state, wishes + more


def due(state: State, now: float) -> float | None:
    """When a `Tick` is needed at the latest; None if nothing waits for time."""
    times = []
    if state.listen.busy:
        times.append(state.heard_at + _patience(state))
    else:
        times.append(state.listen.not_before)
    if not state.say.busy and (state.behind or state.to_say or state.held):
        times += [state.say.not_before, *state.held.values()]
    if not state.upload.busy and state.files:
        times.append(state.upload.not_before)
    later = [t for t in times if t > now]
    return min(later, default=None)


def _drive(state: State, now: float) -> Answer:
    """Start every lane that is free and has something to do."""
    wishes: list[Wish] = []
    if any(until <= now for until in state.held.values()):
        held = {case: until for case, until in state.held.items() if until > now}
        state = replace(state, held=held, to_say=True)
    state, listen = _drive_listen(state, now)
    wishes += listen
    if not state.say.busy and now >= state.say.not_before:
        if case := _to_read(state):
            wishes.append(Fetch(case, state.known.get(case, 0), state.limit))
            state = replace(state, say=replace(state.say, busy=True))
        elif state.to_say:
            wishes.append(Say(state.limit, frozenset(state.held)))
            state = replace(state, say=replace(state.say, busy=True), to_say=False)
    if state.files and not state.upload.busy and now >= state.upload.not_before:
        wishes.append(SendFile())
        state = replace(state, upload=replace(state.upload, busy=True), files=False)
    return state, tuple(wishes)


def _to_read(state: State) -> str | None:
    """A case that is behind; or any that the desk should know, to learn from it whether the desk is still the same."""
    if state.behind:
        return min(state.behind)
    doubtful = state.to_say and not state.sure
    return min((case for case, seq in state.known.items() if seq), default=None) if doubtful else None


def _drive_listen(state: State, now: float) -> Answer:
    wishes: tuple[Wish, ...] = ()
    if state.listen.busy and now >= state.heard_at + _patience(state):
        wishes = (HangUp(state.attempt),)
        state = _give_up_stream(state, now)
    if not state.listen.busy and now >= state.listen.not_before:
        state = replace(
            state,
            attempt=state.attempt + 1,
            greeted=False,
            polling=state.poll_until > now,
            heard_at=now,
            listen=replace(state.listen, busy=True),
        )
        cursor = dict(state.known)
        wishes += (Poll(state.attempt, cursor) if state.polling else Listen(state.attempt, cursor),)
    return state, wishes


def _patience(state: State) -> float:
    return SILENCE if state.greeted or state.polling else HELLO_WAIT


def _give_up_stream(state: State, now: float) -> State:
    """Silence for too long: if not even a hello came, something between buffers streams, so poll for a while."""
    buffered = not (state.greeted or state.polling)
    return replace(
        state,
        poll_until=now + STREAM_AGAIN if buffered else 0.0,
        greeted=False,
        online=state.online and buffered,
        listen=Lane(failures=state.listen.failures),
    )


def _nothing(state: State, _event: Event, _now: float) -> Answer:
    return state, ()


def _spoken(state: State, _event: Spoken, _now: float) -> Answer:
    return replace(state, to_say=True), ()


def _upload_added(state: State, _event: UploadAdded, _now: float) -> Answer:
    return replace(state, files=True), ()


def _hello(state: State, event: Hello, now: float) -> Answer:
    if event.attempt != state.attempt:
        return state, ()
    state = replace(state, greeted=True, heard_at=now, listen=Lane(busy=True), poll_until=0.0)
    state, wishes, _ = _meet(state, event.epoch)
    return _reached(state), wishes


def _beat(state: State, event: Beat, now: float) -> Answer:
    return (replace(state, heard_at=now) if event.attempt == state.attempt else state), ()


def _heard(state: State, event: Heard, now: float) -> Answer:
    if event.attempt != state.attempt or not state.greeted:
        return state, ()
    return _take(replace(state, heard_at=now), event.events)


def _polled(state: State, event: Polled, now: float) -> Answer:
    if event.attempt != state.attempt:
        return state, ()
    pause = 0.0 if event.events else state.heard_at + POLL_PAUSE  # a desk that does not wait must not be pestered
    state = replace(state, heard_at=now, listen=Lane(not_before=pause))
    state, wishes, same = _meet(state, event.epoch)
    if same:
        state, kept = _take(state, event.events)
        wishes += kept
    return _reached(state), wishes


def _listen_ended(state: State, event: ListenEnded, now: float) -> Answer:
    if event.attempt != state.attempt:
        return state, ()
    was_up = state.greeted
    lane = _after(state.listen, event.trouble, event.jitter, event.after, now)
    poll_until = 0.0 if state.polling else state.poll_until
    state = replace(state, listen=lane, greeted=False, sure=False, poll_until=poll_until)
    return (state if was_up else replace(state, online=False, trouble=event.trouble)), ()


def _posted(state: State, event: Posted, _now: float) -> Answer:
    state = replace(state, say=Lane(), to_say=True, files=True, limit=min(BATCH, state.limit * 2))
    state, wishes, same = _meet(state, event.epoch)
    if not same:
        return _reached(state), wishes
    known = state.known.get(event.case, 0)
    for seq in sorted(event.seqs.values()):
        known = seq if seq == known + 1 else known
    state = replace(state, known={**state.known, event.case: known})
    return _reached(state), (*wishes, Confirm(event.case, event.number, dict(event.seqs), known))


def _nothing_to_say(state: State, _event: NothingToSay, _now: float) -> Answer:
    return replace(state, say=replace(state.say, busy=False), files=True), ()


def _post_failed(state: State, event: PostFailed, now: float) -> Answer:
    state = replace(state, to_say=True)
    if event.trouble is Trouble.TOO_MUCH:
        aside = (SetAside(event.case, event.ids[0], event.why),) if len(event.ids) == 1 else ()
        state = replace(state, say=Lane(), limit=max(1, len(event.ids) // 2))
        return _reached(state), aside
    if event.trouble is Trouble.HELD:
        held = {**state.held, event.case: now + max(HELD, event.after)}
        return replace(state, say=Lane(), held=held, trouble=event.trouble), ()
    return _say_failed(state, event, len(event.ids), now), ()


def _fetched(state: State, event: Fetched, _now: float) -> Answer:
    state = replace(state, say=Lane(), limit=min(BATCH, state.limit * 2))
    state, wishes, same = _meet(state, event.epoch)
    if not same:
        return _reached(state), wishes
    known = state.known.get(event.case, 0)
    fresh = tuple(e for e in event.events if e.seq is not None and e.seq > known)
    top = max((e.seq or 0 for e in event.events), default=known)
    done = not event.events or top >= event.last
    state = replace(
        state,
        known={**state.known, event.case: max(known, top)},
        behind=state.behind - {event.case} if done else state.behind | {event.case},
    )
    return _reached(state), (*wishes, Keep(event.case, fresh, max(known, top)))


def _fetch_failed(state: State, event: FetchFailed, now: float) -> Answer:
    if event.trouble in (Trouble.HELD, Trouble.TOO_MUCH):  # the desk has nothing of it; saying it makes the case
        return replace(state, say=Lane(), sure=True, behind=state.behind - {event.case}), ()
    return _say_failed(state, event, state.limit, now), ()


def _say_failed(state: State, event: PostFailed | FetchFailed, size: int, now: float) -> State:
    lane = _after(state.say, event.trouble, event.jitter, event.after, now)
    limit = max(1, min(size, state.limit) // 2) if event.trouble is Trouble.OFFLINE else state.limit
    online = state.online and state.greeted
    return replace(state, say=lane, limit=limit, trouble=event.trouble, sure=False, online=online)


def _upload_done(state: State, _event: UploadDone, _now: float) -> Answer:
    return replace(state, upload=Lane(), files=True, to_say=True), ()


def _upload_idle(state: State, _event: UploadIdle, _now: float) -> Answer:
    return replace(state, upload=replace(state.upload, busy=False)), ()


def _upload_failed(state: State, event: UploadFailed, now: float) -> Answer:
    lane = _after(state.upload, event.trouble, event.jitter, event.after, now)
    return replace(state, upload=lane, files=True, trouble=event.trouble), ()


def _take(state: State, events: tuple[CaseEvent, ...]) -> Answer:
    """Keep what comes next in its case, drop what is known, fetch where something is missing."""
    wishes: list[Wish] = []
    known = dict(state.known)
    behind = set(state.behind)
    for event in events:
        last = known.get(event.case, 0)
        if event.seq == last + 1:
            known[event.case] = event.seq
            wishes.append(Keep(event.case, (event,), event.seq))
        elif event.seq is not None and event.seq > last:
            behind.add(event.case)
    return replace(state, known=known, behind=frozenset(behind)), tuple(wishes)


def _meet(state: State, epoch: str) -> tuple[State, tuple[Wish, ...], bool]:
    """Compare epochs; False if the answer that brought this one is to be forgotten."""
    if state.epoch == epoch:
        return state, (), True
    if state.epoch is None and not any(state.known.values()):
        return replace(state, epoch=epoch), (Adopt(epoch),), True
    cases = frozenset(state.known)
    state = replace(state, epoch=epoch, known=dict.fromkeys(cases, 0), behind=cases, to_say=True, files=True, held={})
    wishes: tuple[Wish, ...] = (StartOver(epoch),)
    if state.listen.busy:  # it was opened with seqs that mean nothing now
        wishes += (HangUp(state.attempt),)
        state = replace(state, listen=Lane(), greeted=False)
    return state, wishes, False


def _reached(state: State) -> State:
    """The desk answered: a lane that waits because there was no connection need not wait any longer."""
    return replace(
        state,
        online=True,
        sure=True,
        trouble=None,
        say=_hurry(state.say),
        upload=_hurry(state.upload),
        listen=_hurry(state.listen),
    )


def _hurry(lane: Lane) -> Lane:
    return replace(lane, not_before=0.0, cut=False) if lane.cut else lane


def _after(lane: Lane, trouble: Trouble, jitter: float, after: float, now: float) -> Lane:
    """A lane that failed: it waits twice as long each time, spread by the jitter, but as long as it was asked to."""
    wait = min(BACKOFF_LAST, BACKOFF_FIRST * 2 ** min(lane.failures, 10)) * (0.5 + jitter)
    if trouble is Trouble.REJECTED:
        wait = TOKEN_WAIT * (0.5 + jitter)
    return Lane(False, lane.failures + 1, now + max(wait, after), trouble is Trouble.OFFLINE)


_HANDLERS: Mapping[type, Callable[..., Answer]] = {
    Tick: _nothing,
    Spoken: _spoken,
    UploadAdded: _upload_added,
    Hello: _hello,
    Beat: _beat,
    Heard: _heard,
    Polled: _polled,
    ListenEnded: _listen_ended,
    Posted: _posted,
    NothingToSay: _nothing_to_say,
    PostFailed: _post_failed,
    Fetched: _fetched,
    FetchFailed: _fetch_failed,
    UploadDone: _upload_done,
    UploadIdle: _upload_idle,
    UploadFailed: _upload_failed,
}
