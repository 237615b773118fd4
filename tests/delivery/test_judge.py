"""The verdict can fail: ledgers with a lost, a doubled and a disordered event are found out."""

from __future__ import annotations

import pytest

from tests.delivery.judge import Verdict, Word, judge, judge_life

SAID: list[Word] = [("store", 0), ("expert", 0), ("store", 1), ("store", 2), ("expert", 1)]


def test_all_there_once_and_in_order_is_clean_however_the_authors_mix():
    other = sorted(SAID)
    assert judge(SAID, other) == Verdict(events=5)
    assert judge(SAID, other).clean


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (SAID[:-1], Verdict(5, lost=1)),
        (SAID[1:], Verdict(5, lost=1)),
        ([], Verdict(5, lost=5)),
        ([*SAID, ("store", 2)], Verdict(5, twice=1)),
        ([SAID[0], *SAID], Verdict(5, twice=1)),
        ([("store", 0), ("store", 2), ("expert", 0), ("store", 1), ("expert", 1)], Verdict(5, disordered=1)),
        ([("expert", 1), ("store", 1), ("store", 1), ("expert", 0)], Verdict(5, lost=2, twice=1, disordered=1)),
    ],
)
def test_what_is_lost_doubled_or_disordered_is_counted(seen: list[Word], verdict: Verdict):
    assert judge(SAID, seen) == verdict
    assert not verdict.clean


def test_what_nobody_was_promised_may_be_there_too():
    """A kill may come between the event on the disk and the line in the ledger."""
    assert judge(SAID, [*SAID, ("store", 3)]).clean


def test_a_life_with_a_hole_lost_something():
    assert judge_life(SAID).clean
    assert judge_life([("store", 0), ("store", 2)]) == Verdict(3, lost=1)
    assert judge_life([("store", 1), ("store", 0)]) == Verdict(2, disordered=1)


def test_the_line_says_the_sum():
    total = Verdict(3, lost=1) + Verdict(4, twice=1, disordered=2)
    assert str(total) == "events=7 lost=1 twice=1 disordered=2"
