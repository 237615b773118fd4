# ruff: noqa: E501
"""The bars of redaction: every form found, nothing else touched, done twice is done once, whatever comes in."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.evidence.redaction import has_card_number, mask_stream, redact
from tests.fakes.card_corpus import FORMS, number, packed, positives
from tests.fakes.card_writings import written
from tests.fakes.clean_corpus import mixed, negatives

EACH = 120


@pytest.mark.parametrize("seed", [11, 12])
def test_every_form_is_found_and_nothing_changes_length(seed):
    missed = [c for c in positives(seed, EACH) if redact(c.data, c.protocol, c.framing).data == c.data]
    assert not missed, f"{len(missed)} of {EACH * len(FORMS)}: {missed[:3]}"


def test_no_figure_of_the_number_is_left_and_twice_is_once():
    for case in positives(13, EACH):
        once = redact(case.data, case.protocol, case.framing)
        assert len(once.data) == len(case.data)
        assert not case.hidden or case.hidden not in once.data, case
        assert sum(once.counts.values()) > 0
        twice = redact(once.data, case.protocol, case.framing)
        assert (twice.data, twice.counts) == (once.data, {}), case


def test_what_only_looks_like_card_data_is_left_byte_for_byte():
    """Firmware, receipts, safe fields, masked numbers, ids and times: under 10 false hits a megabyte, none but by chance."""
    hits, size, kinds = 0, 0, set()
    for kind, data in negatives(14, 150):
        result = redact(data)
        size += len(data)
        if result.data != data:
            hits += sum(result.counts.values())
            kinds.add(kind)
    assert hits / size * 1_000_000 < 5, kinds
    assert kinds <= {
        "firmware",
        "clean_list",
        "clean_base64",
        "clean_dump",
        "compressed",
        "picture",
        "hashes",
        "ids",
    }, kinds


def test_a_large_file_is_masked_as_its_parts_are():
    data = mixed(15, 600_000, dirty=0.05)
    once = redact(data)
    assert len(once.data) == len(data)
    assert sum(once.counts.values()) > 10
    assert redact(once.data).data == once.data


@pytest.mark.parametrize("cut", range(1, 40))
def test_split_over_any_two_writes(cut):
    data = (
        b"\x04\x0f\x13\x27\x00\x22\xf1\xf0"
        + packed("6724000000000000002")
        + b"\x49\x09\x78\x19\x00card 4111 1111 1111 1111"
    )
    masked, counts = mask_stream([data[:cut], data[cut:]])
    assert [len(m) for m in masked] == [len(data[:cut]), len(data[cut:])]
    assert b"1111" not in b"".join(masked)
    assert counts


@given(
    st.binary(max_size=600),
    st.sampled_from([None, "zvt", "escpos", "nobody"]),
    st.sampled_from([None, "serial", "tcp"]),
)
def test_any_bytes_are_taken(data, protocol, framing):
    once = redact(data, protocol, framing if protocol == "zvt" else None)
    assert len(once.data) == len(data)


@given(st.lists(st.sampled_from([b"4111111111111111", b"5A08", b"\x5a\x08", b"\x41\x11" * 4, b" ", b"\x10\x02", b"\x10\x10",
                                 b"\x10\x03", b"\x02", b"\x03", b"[52, 49]", b"=", b"\xff", b"\x22\xf0\xf8"]), max_size=12))  # fmt: skip
def test_twice_is_once_on_anything_alike(parts):
    once = redact(b"".join(parts))
    assert redact(once.data).data == once.data


@pytest.mark.parametrize(
    "words",
    [
        "my card is 4111 1111 1111 1111",
        "4111-11111111-1111",
        "４１１１１１１１１１１１１１１１",
        "no: 4.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1",
    ],
)
def test_a_typed_number_is_seen(words):
    assert has_card_number(words)


@pytest.mark.parametrize(
    "words", ["till 2 says 05 01", "call +49 151 12345678 at 14:30", "case 7K4-QD9", "xxxxxxxxxxxx8074"]
)
def test_other_words_may_be_sent(words):
    assert not has_card_number(words)


def test_numbers_made_up_here_are_what_is_looked_for():
    import random

    rng = random.Random(1)
    assert all(redact(number(rng).encode()).counts for _ in range(200))


def test_frames_that_follow_each_other_need_no_guess_either():
    """ENQ, ENQ and a question: together their bytes pass as fourteen packed digits."""
    talk = bytes.fromhex("0505027330300370")
    assert redact(talk, "nordic", "serial").data == talk
    assert redact(talk).data != talk


def test_nothing_survives_in_any_writing():
    """Five thousand and more: after decoding, no seven digits of the number stand in a row; read back it is still data."""
    cases = list(written(41, 33))
    assert len(cases) >= 5000
    left = [case for case in cases if case.survivors(redact(case.data, *case.told).data)]
    assert not left, f"{len(left)}: {[(case.form, case.data, redact(case.data, *case.told).data) for case in left[:3]]}"


def test_half_a_megabyte_of_clean_data_comes_through():
    whole = list(negatives(42, 60))
    assert sum(len(data) for _, data in whole) >= 500_000
    changed = Counter(kind for kind, data in whole if redact(data).data != data)
    assert not changed
