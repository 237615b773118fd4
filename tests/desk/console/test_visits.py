"""Every kind beside the chat has words, times in the store's zone, and a wrong code word stands out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest

from kiosk.desk.console import visits
from kiosk.desk.console.view import view
from kiosk.desk.head import Head, Placed
from kiosk.model import case as c
from kiosk.model import visit as v
from kiosk.model.text import Catalogue

NINE = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SAID = [
    (v.Attachment("f1", "back.jpg", "a" * 64, 20_480, words="The seal"), "File: back.jpg, 20 KB. The seal"),
    (v.Incident("host-7"), "Belongs to incident host-7."),
    (v.Incident("host-7", linked=False, why="Another cause"), "No longer belongs to incident host-7. Another cause"),
    (v.Callback("asked", "+49 228 1"), "The store asks to be called: +49 228 1."),
    (v.Callback("promised", promised=NINE), "Call promised at 09:00."),
    (v.Callback("missed"), "Called, nobody answered."),
    (
        v.Dispatch("engineer", "T-9", NINE, NINE.replace(hour=10), "heron"),
        "An engineer is on the way: T-9, 09:00 to 11:00. Code word: heron.",
    ),
    (v.Arrived("T-9", True), "Arrived: T-9. The code word was right."),
    (v.Returned("A1", "B2"), "Swapped: A1 went, B2 came."),
]


@pytest.mark.parametrize(("body", "told"), SAID)
def test_words(body, told):
    assert visits.said(body, "Europe/Berlin") == told


def test_no_kind_is_without_words():
    assert {type(body) for body, _ in SAID} == set(get_args(visits.Beside))


@pytest.mark.parametrize(("right", "look"), [(True, "system"), (False, "bad"), (None, "system")])
def test_a_wrong_code_word_stands_out(right, look):
    event = c.CaseEvent("event-0001", "case-001", c.Author(c.Side.STORE, "k1"), NINE, v.Arrived("T-9", right))
    shown = view(Head("case-001", "k1", 1.0, 1.0), [Placed(event, 1, 1.0, "k1")], Catalogue("en", {}), "p", 2.0)
    assert [line.look for line in shown.chat] == [look]
