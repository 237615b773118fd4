"""Runs are what a greedy group would find, and their memory does not grow with their length."""

import re
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from kiosk.evidence.redaction.runs import TURNS, runs

ITEM = rb"(?:,\s{0,2}-?\d{1,3}\s{0,2})"
HEAD, MORE = re.compile(rb"\d" + ITEM + rb"{2}"), re.compile(ITEM + TURNS)


@given(st.lists(st.sampled_from([b"1", b"23", b"4567", b",", b", ", b" ", b",-8", b"x"]), max_size=40).map(b"".join))
def test_a_run_is_what_a_greedy_group_takes(data):
    whole = re.compile(rb"\d" + ITEM + rb"{2,}")
    assert list(runs(HEAD, MORE, data)) == [match.span() for match in whole.finditer(data)]


def test_a_run_longer_than_one_helping_is_whole():
    data = b"x1" + b",22" * 1300 + b", "
    assert list(runs(HEAD, MORE, data)) == [(1, len(data) - 2)]


def test_memory_stays_small_however_long_the_run():
    data = b"1" + b",2" * 1_000_000
    tracemalloc.start()
    try:
        assert list(runs(HEAD, MORE, data)) == [(0, len(data))]
        assert tracemalloc.get_traced_memory()[1] < 500_000
    finally:
        tracemalloc.stop()
