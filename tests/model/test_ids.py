"""Identifiers: RFC 9562 bits, order by time, numbers for people, letters without digits."""

import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.ids import CROCKFORD, LETTERS, case_number, letters, shown_number, uuid7

TIMES = st.integers(0, (1 << 48) - 1)
ENTROPY = st.binary(min_size=10, max_size=16)


def test_the_example_of_the_standard():
    """RFC 9562 appendix A.6: 2022-02-22 14:22:22 GMT-05:00."""
    entropy = (0xCC3 << 64 | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    assert uuid7(0x017F22E279B0, entropy) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(TIMES, ENTROPY)
def test_version_variant_and_time(milliseconds, entropy):
    value = uuid.UUID(uuid7(milliseconds, entropy))
    assert value.version == 7
    assert value.variant == uuid.RFC_4122
    assert value.int >> 80 == milliseconds


@given(TIMES, TIMES, ENTROPY, ENTROPY)
def test_ids_sort_by_time(earlier, later, a, b):
    if earlier > later:
        earlier, later = later, earlier
    if earlier != later:
        assert uuid7(earlier, a) < uuid7(later, b)


@given(TIMES, st.binary(max_size=9))
def test_too_little_entropy_is_refused(milliseconds, entropy):
    with pytest.raises(ValueError, match="10 bytes"):
        uuid7(milliseconds, entropy)


@given(TIMES, ENTROPY)
def test_case_numbers_are_six_characters_from_the_random_end(milliseconds, entropy):
    number = case_number(uuid7(milliseconds, entropy))
    assert len(number) == 6
    assert set(number) <= set(CROCKFORD)
    assert number == case_number(uuid7(0, entropy))


def test_a_case_number_is_shown_in_two_halves():
    assert shown_number("7K4QD9") == "7K4-QD9"


@given(st.binary(max_size=200))
def test_letters_hold_bytes_without_a_digit(data):
    said = letters(data)
    assert len(said) == 2 * len(data)
    assert not re.search(r"[^a-z]", said)
    pairs = zip(said[::2], said[1::2], strict=True)
    assert bytes(LETTERS.index(high) << 4 | LETTERS.index(low) for high, low in pairs) == data
