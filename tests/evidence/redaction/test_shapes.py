# ruff: noqa: E501
"""The quick looks before each expression: they may skip nothing that the expressions alone would find."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.evidence.redaction import hexadecimal, lists, packed, redact, text
from kiosk.evidence.redaction.runs import runs, runs_from
from kiosk.evidence.redaction.shapes import kinds, places, stretches
from tests.fakes.card_corpus import positives
from tests.fakes.card_writings import written
from tests.fakes.clean_corpus import negatives

_FIGURES = kinds({b"0": b"0123456789"})


@given(st.lists(st.sampled_from([b"1", b"23", b"4567", b"a", b"\0"]), max_size=30), st.integers(1, 6))
def test_stretches_are_those_of_an_expression(parts, least):
    data = b"".join(parts)
    found = list(stretches(data.translate(_FIGURES), b"0" * least))
    assert found == [m.span() for m in re.finditer(rb"\d{%d,}" % least, data)]


def test_only_within_the_bounds_that_were_given():
    assert list(stretches(b"0000\0000", b"00", 1, 6)) == [(1, 4)]
    assert list(stretches(b"0000", b"00", 0, 3)) == [(0, 3)]


def test_places_of_each_needle_overlapping_ones_too():
    assert list(places(b"aaab", (b"aa", b"ab"))) == [0, 1, 2]


def test_other_bytes_stay_where_wanted():
    assert b"a1b2".translate(kinds({b"0": b"12"}, others=True)) == b"a0b0"
    assert b"a1b2".translate(kinds({b"0": b"12"})) == b"\x000\x000"


@given(st.lists(st.sampled_from([b"zt", b"z", b"tz", b"q"]), max_size=40))
def test_runs_from_the_same_bytes(parts):
    more, data = re.compile(rb"(?:tz){1,500}"), b"".join(parts)
    assert list(runs_from(b"ztz", more, data)) == list(runs(re.compile(rb"ztz"), more, data))


def everywhere(shape, needles):
    return range(len(shape)) if needles else ()


@pytest.fixture
def without(monkeypatch):
    """Redaction with every quick look answering yes."""

    def masked(data, protocol=None, framing=None):
        with monkeypatch.context() as patch:
            patch.setattr(text, "places", everywhere)
            patch.setattr(lists, "stretches", lambda shape, least: [(0, len(shape))])
            patch.setattr(hexadecimal, "_SHORT_LINES", re.compile(b""))
            patch.setattr(packed, "_ENDS", frozenset(range(256)))
            return redact(data, protocol, framing)

    return masked


def corpus():
    yield from ((case.data, case.protocol, case.framing) for case in positives(61, 4))
    yield from ((case.data, *case.told) for case in written(62, 2))
    yield from ((data, None, None) for _, data in negatives(63, 4))


def test_nothing_is_skipped_in_the_corpus(without):
    rng = random.Random(64)
    for data, *told in corpus():
        assert redact(data, *told) == without(data, *told)
        around = rng.randbytes(40) + data[rng.randrange(4) :] + rng.randbytes(1100)
        assert redact(around) == without(around)


@given(st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([
    b"4111111111111111", b"4111:1111:1111:1111", b"4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", b"41\n11\n11\n11\n11\n11\n11\n11\n", b"=2912101", b"D2912101",
    b"%3D2912101", b"\\u003D2912101", b"&#61;2912101", b"=3D2912101", b"B4111111111111111^A/B^2912", b"\xe2\x80\x93", b"4111 - 1111 - 1111 - 1111",
    b"52 49 49,49 49 49 49 49 49 49 49 49 49 49 49 49", b"\x41\x11\x11\x11\x11\x11\x11\x11", b"\xff", b"\xd2\x91\x21\x01", b"\x08", b"\0" * 30,
])), max_size=12))  # fmt: skip
def test_nothing_is_skipped_in_anything(parts):
    data = b"".join(parts)
    with pytest.MonkeyPatch.context() as patch:
        seen = redact(data)
        patch.setattr(text, "places", everywhere)
        patch.setattr(lists, "stretches", lambda shape, least: [(0, len(shape))])
        patch.setattr(hexadecimal, "_SHORT_LINES", re.compile(b""))
        patch.setattr(packed, "_ENDS", frozenset(range(256)))
        assert redact(data) == seen


@given(
    st.lists(
        st.sampled_from(
            [b"B", b"4111 1111 1111 1111", b"4111111111111111", b"^", b"A/B", b"^2912101", b"?", b"\n", b"%"]
        ),
        max_size=14,
    )
)
def test_first_tracks_are_those_of_the_expression(parts):
    data = b"".join(parts)
    found = {(m.start(1), m.end()) for m in text._TRACK_1.finditer(data)}
    numbers = {(h.start, h.end) for h in text.text_hits(data) if h.rule == "track1"}
    assert {start for start, _ in found} >= {start for start, _ in numbers}
    assert all(any(a <= start and end <= b for a, b in numbers) for start, end in found)
