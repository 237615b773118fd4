"""Release codes: the same at both ends, typed in any usual way, and nothing else passes."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.ids import CROCKFORD
from kiosk.model.release import matches, release_code

KEY = bytes(range(32))


def test_it_is_the_first_40_bits_of_the_hmac():
    digest = hmac.new(KEY, b"7K4QD9", hashlib.sha256).digest()
    value = 0
    for character in release_code(KEY, "7K4QD9"):
        value = value * 32 + CROCKFORD.index(character)
    assert value == int.from_bytes(digest[:5], "big")


@given(st.binary(min_size=32, max_size=32), st.text(CROCKFORD, min_size=4, max_size=12))
def test_a_code_fits_its_challenge_however_it_is_typed(key: bytes, challenge: str):
    code = release_code(key, challenge)
    assert matches(key, challenge, code)
    typed = f" {code[:4].lower()}-{code[4:]} ".replace("0", "o").replace("1", "L")
    assert matches(key, challenge.lower(), typed)


@given(st.text(max_size=12))
def test_nothing_else_fits(typed: str):
    from kiosk.model.release import spoken

    code = release_code(KEY, "7K4QD9")
    assert matches(KEY, "7K4QD9", typed) == (spoken(typed) == code)
    assert not matches(KEY[::-1], "7K4QD9", code)
    assert not matches(KEY, "7K4QD8", code)


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        release_code(b"short", "7K4QD9")
