"""The fold over a case's log, and the order in which harm comes first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kiosk.desk import head as h
from kiosk.model import case as c
from kiosk.model.finding import Hop, HopState, Link

STORE, EXPERT = c.Author(c.Side.STORE, "k1"), c.Author(c.Side.EXPERT, "p1", "anna")
OPENED = c.Opened("Bakery", "Till 2", "Desk/3500", tills_working=2, tills_total=3)


def folded(*bodies: tuple[c.Author, c.Body]) -> h.Head:
    found = None
    for seq, (author, body) in enumerate([(STORE, OPENED), *bodies], 1):
        event = c.CaseEvent(f"event-{seq:04d}", "case-0001", author, datetime.now(UTC), body)
        found = h.fold(found, [h.Placed(event, seq, 100.0 + seq, "k1")], "7K4QD9")
    assert found is not None
    return found


def test_a_new_case_waits():
    head = folded()
    assert (head.state, head.kiosk, head.last_seq, head.harm) == (h.WAITING, "k1", 1, h.OTHER)


@pytest.mark.parametrize(
    ("opened", "harm"),
    [({"safety": True, "tills_working": 0}, h.SAFETY), ({"tills_working": 0}, h.CLOSED_STORE), ({}, h.OTHER)],
)
def test_harm(opened, harm):
    event = c.CaseEvent("event-0001", "case-0001", STORE, datetime.now(UTC), c.Opened("S", "T", "X", **opened))
    assert h.fold(None, [h.Placed(event, 1, 1.0, "k1")], "7K4QD9").harm == harm


def test_taken_handed_over_resolved_reopened():
    taken = (EXPERT, c.Assigned("p1", "anna", "amber window"))
    assert (folded(taken).state, folded(taken).expert, folded(taken).card.words) == (h.TAKEN, "p1", "amber window")
    over = folded(taken, (EXPERT, c.Tier(2, "hard")))
    assert (over.state, over.expert, over.tier, over.card.words) == (h.WAITING, "", 2, "")
    done = (EXPERT, c.Resolved("cable.broken", "cable.spare"))
    assert folded(taken, done).state == h.RESOLVED
    assert folded(taken, done, (STORE, c.Reopened())).state == h.TAKEN


def test_the_first_reply_is_the_experts_first_message():
    head = folded((STORE, c.Message("a")), (EXPERT, c.Message("b")), (EXPERT, c.Message("c")))
    assert (head.replied, head.card.from_store, head.card.from_expert) == (103.0, 2, 4)


def test_a_newer_check_replaces_the_verdict():
    links = (Link(Hop.PC, HopState.OK), Link(Hop.PORT, HopState.BROKEN))
    found = c.Evidence("port.busy", links)
    assert h.broken(folded((STORE, found)).card.chain) == "port"
    again = folded((STORE, found), (STORE, c.Result("event-0002", True, c.Evidence("ok", links[:1]))))
    assert (again.card.verdict, again.card.rechecked, h.broken(again.card.chain)) == ("ok", True, None)


def test_read_never_goes_back_and_counts_the_store_only():
    assert folded((STORE, c.Read(5)), (STORE, c.Read(3)), (EXPERT, c.Read(9))).card.read_by_store == 5
