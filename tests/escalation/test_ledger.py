"""Wishes for the outbox, written: what the desk numbered, what it told, what it would not take, a new epoch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.escalation import talk
from kiosk.escalation.ledger import write
from kiosk.escalation.outbox import Outbox
from kiosk.model.case import Author, CaseEvent, Message, Side

AT = datetime(2026, 5, 4, tzinfo=UTC)
CASE = "case-aaaa"


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    made = Outbox(tmp_path / "outbox.sqlite")
    yield made
    made.close()


def event(id: str, side: Side, seq: int | None = None) -> CaseEvent:
    return CaseEvent(id, CASE, Author(side, "k1"), AT, Message(id), seq)


def test_what_the_desk_numbered_is_told_with_its_number(outbox: Outbox) -> None:
    outbox.put(event("event-own", Side.STORE))
    told = write(outbox, talk.Confirm(CASE, "7K4QD9", {"event-own": 1}, 1))
    assert told is not None
    assert [(e.id, e.seq) for e in told] == [("event-own", 1)]
    assert outbox.waiting() == 0
    assert outbox.number(CASE) == "7K4QD9"
    assert outbox.known() == {CASE: 1}


def test_what_the_desk_told_is_kept_once(outbox: Outbox) -> None:
    news = talk.Keep(CASE, (event("event-hers", Side.EXPERT, 1),), 1)
    first, again = write(outbox, news), write(outbox, news)
    assert first is not None
    assert [e.id for e in first] == ["event-hers"]
    assert again == ()
    assert [e.id for e in outbox.events(CASE)] == ["event-hers"]


def test_what_the_desk_does_not_take_is_set_aside_and_logged(outbox: Outbox, expect_log: Any) -> None:
    expect_log("does not take an event")
    outbox.put(event("event-bad", Side.STORE))
    assert write(outbox, talk.SetAside(CASE, "event-bad", "too large")) == ()
    assert outbox.waiting() == 0
    assert [(e.id, why) for e, why in outbox.refused()] == [("event-bad", "too large")]


def test_a_new_epoch_sends_everything_again(outbox: Outbox, expect_log: Any) -> None:
    expect_log("new epoch")
    write(outbox, talk.Adopt("epoch-0"))
    outbox.put(event("event-own", Side.STORE))
    write(outbox, talk.Confirm(CASE, "7K4QD9", {"event-own": 1}, 1))
    write(outbox, talk.StartOver("epoch-1"))
    assert outbox.epoch() == "epoch-1"
    assert outbox.waiting() == 1


def test_a_wish_for_a_lane_is_left_to_it(outbox: Outbox) -> None:
    assert write(outbox, talk.HangUp(1)) is None
