"""The talk with the desk over a line that loses, doubles and cuts, with both ends dying: each event once, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.escalation import sync, talk
from kiosk.escalation.outbox import Outbox
from kiosk.model.case import Author, CaseEvent, Note
from tests.fakes.desk_world import CASES, EXPERT, FATES, STORE, World, event


def live(data: st.DataObject, fates: tuple[Callable[[World], None], ...], folder: str) -> World:
    def draw(n: int) -> int:
        return data.draw(st.integers(0, n - 1)) if n > 1 else 0

    world = World(Outbox(Path(folder) / "outbox"), draw)
    for fate in data.draw(st.lists(st.sampled_from(fates), min_size=10, max_size=80)):
        fate(world)
    world.heal()
    return world


def of(author: Author, events: tuple[CaseEvent, ...] | list[CaseEvent], case: str) -> list[str]:
    return [e.id for e in events if e.author.id == author.id and e.case == case and not isinstance(e.body, Note)]


SLOW = settings(
    max_examples=80,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


@SLOW
@given(st.data())
def test_each_event_once_and_in_order_whatever_happens(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        world = live(data, FATES, folder)
        for case in CASES:
            log = world.desk.logs.get(case, [])
            assert of(STORE, log, case) == of(STORE, world.put, case)
            held = world.outbox.events(case)
            assert [e.id for e in held] == [e.id for e in log if not isinstance(e.body, Note)]
            assert [e.seq for e in held] == [e.seq for e in log if not isinstance(e.body, Note)]
            for author in (STORE, EXPERT):
                assert of(author, world.told, case) == of(author, log, case)
        world.outbox.close()


@SLOW
@given(st.data())
def test_a_desk_from_a_backup_gets_back_what_it_lost(caplog: pytest.LogCaptureFixture, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        world = live(data, (*FATES, World.desk_is_restored, World.desk_is_restored), folder)
        for case in CASES:
            log = world.desk.logs.get(case, [])
            assert of(STORE, log, case) == of(STORE, world.put, case), "own events: all, once, in order"
            told = of(EXPERT, world.told, case)
            assert set(told) <= {e.id for e in log}, "what experts said here is at the desk again"
            assert len(told) == len(set(told))
            assert all(e.restored for e in log if e.author == EXPERT and e.id in told and e.restored)
            assert [e.id for e in world.outbox.events(case)] == [e.id for e in log if not isinstance(e.body, Note)]
        world.outbox.close()


# single rules


def started(**changes: object) -> sync.State:
    state, _ = sync.step(sync.State(**changes), talk.Tick(), 0.0)  # type: ignore[arg-type]
    return state


def wishes(state: sync.State, what: talk.Event, now: float) -> tuple[sync.State, list[talk.Wish]]:
    state, found = sync.step(state, what, now)
    return state, list(found)


def test_a_stream_without_hello_is_given_up_for_a_long_poll():
    state = started()
    assert sync.due(state, 0.0) == sync.HELLO_WAIT
    state, found = wishes(state, talk.Tick(), sync.HELLO_WAIT)
    assert [type(w) for w in found] == [talk.HangUp, talk.Poll]
    state, found = wishes(state, talk.Polled(state.attempt, "e"), 20.0)
    assert state.online
    assert [type(w) for w in found][-1] is talk.Poll
    assert not any(isinstance(w, talk.Listen) for w in found)


def test_between_two_polls_nothing_is_said_before_the_desk_is_known_to_be_the_same():
    state = started(known={CASES[0]: 2}, epoch="e")
    state, _ = wishes(state, talk.Fetched("e", CASES[0], 2, (), 2), 1.0)
    state, _ = wishes(state, talk.NothingToSay(), 1.0)
    state, _ = wishes(state, talk.Tick(), sync.HELLO_WAIT)
    state, _ = wishes(state, talk.Polled(state.attempt, "e"), sync.HELLO_WAIT + 0.1)
    state, found = wishes(state, talk.Spoken(), sync.HELLO_WAIT + 0.2)
    assert [type(w) for w in found] == [talk.Fetch]
    _, found = wishes(state, talk.Fetched("e", CASES[0], 2, (), 2), sync.HELLO_WAIT + 0.3)
    assert [type(w) for w in found][-1] is talk.Say


def test_the_stream_is_tried_again_after_a_while():
    state, _ = wishes(started(), talk.Tick(), sync.HELLO_WAIT)
    _, found = wishes(state, talk.Polled(state.attempt, "e"), sync.HELLO_WAIT + sync.STREAM_AGAIN)
    assert [type(w) for w in found][-1] is talk.Listen


def test_a_silent_stream_is_opened_again_as_a_stream():
    state = started()
    state, _ = wishes(state, talk.Hello(state.attempt, "e"), 1.0)
    state, found = wishes(state, talk.Beat(state.attempt), 30.0)
    assert found == []
    state, found = wishes(state, talk.Tick(), 30.0 + sync.SILENCE)
    assert [type(w) for w in found] == [talk.HangUp, talk.Listen]


def test_a_gap_is_fetched_and_what_comes_after_it_waits():
    state = started(known={CASES[0]: 4}, epoch="e")
    state, _ = wishes(state, talk.Hello(state.attempt, "e"), 1.0)
    state, _ = wishes(state, talk.FetchFailed(CASES[0], talk.Trouble.HELD, 0.0), 1.0)
    state, _ = wishes(state, talk.NothingToSay(), 1.0)
    state, found = wishes(state, talk.Heard(state.attempt, (event(7, seq=7),)), 2.0)
    assert found == [talk.Fetch(CASES[0], 4)]
    page = (event(5, seq=5), event(7, seq=7))
    _, found = wishes(state, talk.Fetched("e", CASES[0], 4, page, 7), 3.0)
    assert found[0] == talk.Keep(CASES[0], page, 7)


def test_after_a_cut_the_epoch_is_read_before_anything_is_said():
    state = started(known={CASES[0]: 4}, epoch="e")
    state, _ = wishes(state, talk.ListenEnded(state.attempt, talk.Trouble.OFFLINE, 0.0), 1.0)
    state, _ = wishes(state, talk.FetchFailed(CASES[0], talk.Trouble.OFFLINE, 0.0), 1.0)
    state, found = wishes(state, talk.Spoken(), 60.0)
    assert talk.Fetch(CASES[0], 4, sync.BATCH // 2) in found
    assert not any(isinstance(w, talk.Say) for w in found)
    _, found = wishes(state, talk.Fetched("e", CASES[0], 4, (), 4), 61.0)
    assert any(isinstance(w, talk.Say) for w in found)


def test_waiting_grows_and_is_spread_by_the_jitter():
    first, last = started(), started()
    pauses = []
    for _ in range(12):
        first, _ = wishes(first, talk.ListenEnded(first.attempt, talk.Trouble.OFFLINE, 0.0), 0.0)
        pauses.append(first.listen.not_before)
        first, _ = wishes(first, talk.Tick(), first.listen.not_before)
        first = clock_set_back(first)
    assert pauses == sorted(pauses)
    assert pauses[0] == sync.BACKOFF_FIRST * 0.5
    assert pauses[-1] == sync.BACKOFF_LAST * 0.5
    last, _ = wishes(last, talk.ListenEnded(last.attempt, talk.Trouble.OFFLINE, 0.99), 0.0)
    assert last.listen.not_before == pytest.approx(sync.BACKOFF_FIRST * 1.49)


def clock_set_back(state: sync.State) -> sync.State:
    """So that pauses can be compared."""
    return replace(state, heard_at=0.0)


def test_the_desk_may_ask_for_more_patience():
    state, _ = wishes(started(), talk.PostFailed(CASES[0], ("x",), talk.Trouble.BUSY, 0.0, after=77.0), 0.0)
    assert state.say.not_before == 77.0


def test_a_lane_that_was_cut_hurries_once_the_desk_answers_another():
    state = started()
    for now in range(6):
        state, _ = wishes(state, talk.PostFailed(CASES[0], ("x",), talk.Trouble.OFFLINE, 0.9), float(now))
    assert state.say.not_before > 10.0
    state, found = wishes(state, talk.Hello(state.attempt, "e"), 6.0)
    assert any(isinstance(w, talk.Say) for w in found)


def test_a_batch_that_is_refused_is_halved_until_the_one_event_is_set_aside():
    state = started()
    state, _ = wishes(state, talk.PostFailed(CASES[0], ("a", "b", "c", "d"), talk.Trouble.TOO_MUCH, 0.0, why="no"), 1.0)
    assert state.limit == 2
    state, found = wishes(state, talk.PostFailed(CASES[0], ("a",), talk.Trouble.TOO_MUCH, 0.0, why="no"), 2.0)
    assert talk.SetAside(CASES[0], "a", "no") in found
    assert any(isinstance(w, talk.Say) for w in found)


def test_what_was_cut_goes_again_in_half_the_size_until_it_passes():
    state = started()
    ids = tuple(f"id-{n}" for n in range(100))
    for size in (50, 25, 12):
        state, _ = wishes(state, talk.PostFailed(CASES[0], ids, talk.Trouble.OFFLINE, 0.0), 1.0)
        assert state.limit == size
        ids = ids[:size]
    state, _ = wishes(state, talk.Posted("e", CASES[0], "ABC", {"id-0": 1}), 9.0)
    assert state.limit == 24, "and grows again with each success"


def test_a_part_of_a_case_is_followed_by_the_rest():
    state = started(known={CASES[0]: 4}, epoch="e")
    state, found = wishes(state, talk.Fetched("e", CASES[0], 4, (event(5, seq=5),), 7), 3.0)
    assert talk.Fetch(CASES[0], 5, sync.BATCH) in found


def test_a_case_that_is_held_lets_the_others_pass_and_comes_again():
    state = started()
    state, found = wishes(state, talk.PostFailed(CASES[0], ("a",), talk.Trouble.HELD, 0.0), 1.0)
    assert talk.Say(sync.BATCH, frozenset({CASES[0]})) in found
    state, _ = wishes(state, talk.NothingToSay(), 2.0)
    _, found = wishes(state, talk.Tick(), 1.0 + sync.HELD)
    assert talk.Say(sync.BATCH, frozenset()) in found


def test_events_of_an_old_attempt_are_of_no_interest():
    state = started()
    assert wishes(state, talk.Hello(state.attempt - 1, "e"), 1.0) == (state, [])
