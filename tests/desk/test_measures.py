"""Clocks and times of a case from its log alone: what starts, stops, pauses and breaks each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kiosk.desk import measures as m
from kiosk.desk.head import CLOSED_STORE, OTHER, SAFETY, Placed
from kiosk.model import case as c
from kiosk.model import visit as v

STORE, EXPERT = c.Author(c.Side.STORE, "k1"), c.Author(c.Side.EXPERT, "p1", "anna")
OPENED = (0.0, STORE, c.Opened("S", "Till 2", "X"))
ASKED, ANSWERED = c.Message("Help"), c.Message("Hello")
FINE = c.Result("event-0002", True, c.Evidence("ok", ()))
DONE = c.Resolved("cable.broken", "cable.spare")


def log(*told: tuple[float, c.Author, object]) -> list[Placed]:
    return [
        Placed(c.CaseEvent(f"event-{n:04d}", "case-0001", who, datetime.now(UTC), body), n, at, "k1")  # type: ignore[arg-type]
        for n, (at, who, body) in enumerate((OPENED, *told), 1)
    ]


@pytest.mark.parametrize(
    ("harm", "now", "state"),
    [
        (OTHER, 100, "fine"),
        (OTHER, 200, "warning"),
        (OTHER, 301, "breached"),
        (CLOSED_STORE, 121, "breached"),
        (SAFETY, 59, "warning"),
        (SAFETY, 61, "breached"),
    ],
)
def test_the_first_reply_is_due_by_harm(harm, now, state):
    clock = m.clocks(log(), harm, now).first
    assert (clock.state, clock.running) == (state, True)


def test_a_reply_stops_the_first_clock_and_a_late_one_stays_late():
    assert m.clocks(log((90, EXPERT, ANSWERED)), OTHER, 9999).first == m.Clock(90, 300, False, True)
    assert m.clocks(log((400, EXPERT, ANSWERED)), OTHER, 9999).first.state == "breached"


def test_the_next_reply_counts_from_the_stores_first_unanswered_message():
    asked = ((10, EXPERT, ANSWERED), (100, STORE, ASKED), (150, STORE, ASKED))
    assert m.clocks(log(*asked), OTHER, 300).next == m.Clock(200, 600, True, False)
    assert not m.clocks(log(*asked, (160, EXPERT, ANSWERED)), OTHER, 300).next.running
    assert not m.clocks(log(*asked, (160, EXPERT, DONE)), OTHER, 300).next.running


def test_the_end_stands_still_while_somebody_is_on_the_way():
    sent = (1000, EXPERT, v.Dispatch("engineer", "T-9"))
    away = m.clocks(log(sent), OTHER, 5000).end
    assert (away.used, away.running) == (1000, False)
    there = m.clocks(log(sent, (4000, STORE, v.Arrived("T-9"))), OTHER, 5000).end
    assert (there.used, there.running) == (2000, True)
    done = m.clocks(log(sent, (4000, STORE, v.Arrived("T-9")), (4500, EXPERT, DONE)), OTHER, 99_999).end
    assert (done.used, done.running, done.state) == (1500, False, "kept")


def test_times_of_a_case():
    whole = log((60, EXPERT, ANSWERED), (500, STORE, FINE), (900, EXPERT, DONE))
    assert [measure.of(whole) for measure in m.MEASURES] == [60, 900, 500]
    opened_again = [*whole, *log((1000, STORE, c.Reopened()))[1:]]
    assert [measure.of(opened_again) for measure in m.MEASURES] == [60, None, None]
    unproven = log((900, EXPERT, DONE))
    assert m.repair(unproven) is None, "a click proves nothing"


def test_figures_say_how_many_stand_behind_them_and_which_definition():
    logs = [log((float(n), EXPERT, ANSWERED)) for n in range(10, 110, 10)]
    figure = m.figure(m.MEASURES[0], [*logs, log(), []])
    assert (figure.name, figure.version, figure.n, figure.median, figure.p90) == ("first_reply", 1, 10, 55, 100)
    assert m.figure(m.MEASURES[1], [log()]) == m.Figure("resolution", 1, 0, None, None, None)
    assert len({measure.name for measure in m.MEASURES}) == len(m.MEASURES)
    assert all(measure.definition.endswith(".") for measure in m.MEASURES)
