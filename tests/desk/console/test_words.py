"""Clocks, words and views: what the console says is plain and right."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kiosk.desk.console import pages, words
from kiosk.desk.console.view import view
from kiosk.desk.head import OTHER, RESOLVED, SAFETY, Head, Placed
from kiosk.model import case as c
from kiosk.model.text import Catalogue

TEXTS = Catalogue("en", {"port.busy": "Port is taken", "port.busy.says": "{program} uses it.", "phrase.done": "Done"})


@pytest.mark.parametrize(
    ("harm", "age", "said"),
    [
        (SAFETY, 10, ("0:50", "left", "ok")),
        (SAFETY, 50, ("0:10", "soon due", "attention")),
        (SAFETY, 75, ("0:15", "late", "broken")),
        (OTHER, 75, ("3:45", "left", "ok")),
    ],
)
def test_the_clock_has_a_word(harm, age, said):
    assert words.clock(Head("c", "k", 1000.0, 1000.0, harm=harm), 1000.0 + age)[:3] == said


def test_the_clock_stops_at_the_first_reply_and_at_the_end():
    assert words.clock(Head("c", "k", 0.0, 0.0, replied=41.0), 900.0)[:2] == ("0:41", "replied")
    assert words.clock(Head("c", "k", 0.0, 70.0, state=RESOLVED), 900.0)[:2] == ("1:10", "closed")


def test_lengths():
    assert [words.length(s) for s in (8, 760, 7200, 200_000, -5)] == ["0:08", "12:40", "2 h", "2 days", "0:00"]


def test_times_are_the_stores():
    noon = datetime(2026, 7, 1, 12, 0, tzinfo=UTC).timestamp()
    assert words.local_time(noon, "Europe/Berlin") == "14:00"
    assert words.local_time(noon, "../../etc/passwd") == "12:00 UTC"


def test_findings_in_words_and_unknown_ones_as_they_are():
    assert words.finding_words(TEXTS, "port.busy", {"program": "Pos.exe"}, says=True) == "Pos.exe uses it."
    assert words.finding_words(TEXTS, "port.busy", {}, says=False) == "Port is taken"
    assert words.finding_words(TEXTS, "new.finding", {}, says=True) == "new.finding"


def test_two_words_are_two_different_kinds():
    first, second = words.two_words().split()
    assert first in words.FIRST.split()
    assert second in words.SECOND.split()
    assert len(set(words.FIRST.split())) >= 50


def test_a_view_reads_phrases_unknown_kinds_and_late_requests():
    store, expert = c.Author(c.Side.STORE, "k"), c.Author(c.Side.EXPERT, "p", "anna")
    bodies = [
        (store, c.Opened("S", "Till 2", "X")),
        (store, c.Message(phrase="phrase.done")),
        (expert, c.Request("check")),
        (store, c.Unknown("hologram", b'{"kind":"hologram"}')),
    ]
    log = [
        Placed(c.CaseEvent(f"event-{n:03d}", "case-001", who, datetime.now(UTC), body), n, 100.0, "k")
        for n, (who, body) in enumerate(bodies, 1)
    ]
    shown = view(Head("case-001", "k", 100.0, 100.0), log, TEXTS, "p", 100.0)
    assert [line.words for line in shown.chat] == ["Done", "Asked: check again · waiting for the store"]
    assert "hologram" in shown.timeline[-1].what
    late = view(Head("case-001", "k", 100.0, 100.0), log, TEXTS, "p", 800.0)
    assert late.chat[1].words.endswith("no answer")


def test_templates_escape_everything():
    html = pages.problem_page("<script>", "<img src=x onerror=alert(1)>").decode()
    assert "<script>alert" not in html
    assert "&lt;img" in html
