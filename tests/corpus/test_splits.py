"""A few cuts of every case; `make corpus` takes them all."""

import random

from tests.corpus.splits import left
from tests.fakes.card_writings import Written, written


def test_no_cut_leaves_a_number_in_either_direction():
    """Five thousand and more, each in two at a place by chance, sent and received, with the other side between."""
    rng, cases, found = random.Random(43), 0, []
    for case in written(42, 33):
        found += [(case.form, cut) for cut in left(case, [rng.randrange(1, len(case.data))])]
        cases += 1
    assert cases >= 5000
    assert not found, found[:3]


def test_a_number_that_is_left_is_told():
    bare = Written("bare", b"a 1234567 b", "1234567890123", bytes)
    assert [(place, runs) for place, _, runs in left(bare, [4])] == [(4, ["1234567"])] * 2
