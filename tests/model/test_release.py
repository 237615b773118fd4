"""Release codes: only the right key and challenge clear a stop page, however the code was said on the phone."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.ids import CROCKFORD
from kiosk.model.release import LENGTH, matches, release_code, spoken

KEY = bytes(range(32))
CHALLENGES = st.text(CROCKFORD, min_size=4, max_size=8)


def test_a_code_is_forty_bits_of_the_hmac():
    digest = hmac.digest(KEY, b"7K4QD9", hashlib.sha256)
    code = release_code(KEY, "7k4-qd9")
    assert len(code) == LENGTH
    assert sum(CROCKFORD.index(c) << 5 * place for place, c in enumerate(reversed(code))) == int.from_bytes(
        digest[:5], "big"
    )


@given(CHALLENGES)
def test_the_right_code_clears(challenge):
    code = release_code(KEY, challenge)
    assert matches(KEY, challenge, code)
    assert matches(KEY, challenge, f" {code[:4].lower()}-{code[4:].lower()} ")


@given(CHALLENGES, st.integers(0, LENGTH - 1), st.sampled_from(CROCKFORD))
def test_any_wrong_character_does_not(challenge, place, other):
    code = release_code(KEY, challenge)
    wrong = code[:place] + other + code[place + 1 :]
    assert matches(KEY, challenge, wrong) == (wrong == code)


@given(st.text(max_size=20))
def test_what_is_no_code_does_not(words):
    assert matches(KEY, "7K4QD9", words) == (spoken(words) == release_code(KEY, "7K4QD9"))


def test_the_code_of_another_kiosk_or_another_stop_does_not():
    assert not matches(KEY, "7K4QD9", release_code(bytes(32), "7K4QD9"))
    assert not matches(KEY, "7K4QD9", release_code(KEY, "7K4QD8"))


def test_what_sounds_alike_is_the_same():
    assert spoken("o0 i1-lL") == "001111"


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        release_code(bytes(31), "7K4QD9")
