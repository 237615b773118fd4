"""Offline codes: what was said comes out again, and every slip of the tongue or the keyboard is noticed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.model.finding import Hop
from kiosk.model.ids import CROCKFORD
from kiosk.model.offline_code import (
    HOP,
    KIOSK,
    MODEL,
    TIME,
    VERDICT,
    VERSION,
    Mistyped,
    OfflineCode,
    decode,
    encode,
    hop_of,
    offline_code,
    tag,
    tagged,
    time_of,
    version_of,
)

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
FIELDS = st.builds(
    OfflineCode, *(st.integers(0, (1 << width) - 1) for width in (VERDICT, MODEL, HOP, VERSION, KIOSK, TIME))
)


@given(FIELDS)
def test_fields_come_out_again(fields):
    code = encode(fields)
    assert len(code.replace("-", "")) == 20
    assert decode(code) == fields
    assert decode(code.lower().replace("-", " ")) == fields


@given(FIELDS, st.integers(0, 19), st.sampled_from(CROCKFORD))
def test_every_wrong_character_is_noticed(fields, place, other):
    code = encode(fields).replace("-", "")
    assume(code[place] != other)
    with pytest.raises(Mistyped, match="wrong"):
        decode(code[:place] + other + code[place + 1 :])


@given(FIELDS, st.integers(0, 18))
def test_every_swapped_pair_is_noticed(fields, place):
    code = encode(fields).replace("-", "")
    assume(code[place] != code[place + 1])
    with pytest.raises(Mistyped, match="wrong"):
        decode(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@pytest.mark.parametrize(("code", "why"), [("", "20"), ("7K4Q", "20"), ("U" * 20, "Character 1"), ("0" * 21, "21")])
def test_what_is_no_code_is_told(code, why):
    with pytest.raises(Mistyped, match=why):
        decode(code)


@given(st.text(max_size=30))
def test_rubbish_raises_nothing_else(words):
    try:
        decode(words)
    except Mistyped as e:
        assert str(e).endswith(".")


def test_a_code_says_what_an_expert_needs_first():
    fields = decode(offline_code("port.busy", "Ingenico Lane/3000", Hop.PORT, "0.1.0", "kiosk-1", AT))
    assert tagged(fields.verdict, VERDICT, ["port.missing", "port.busy"]) == ("port.busy",)
    assert tagged(fields.model, MODEL, ["Ingenico Lane/3000", "Epson TM-T20"]) == ("Ingenico Lane/3000",)
    assert tagged(fields.kiosk, KIOSK, ["kiosk-1", "kiosk-2"]) == ("kiosk-1",)
    assert hop_of(fields) is Hop.PORT
    assert version_of(fields) == "0.1.0"
    assert time_of(fields, AT + timedelta(days=3)) == AT


def test_no_broken_hop_is_told_apart():
    assert hop_of(decode(offline_code("ok", "", None, "1.2.3", "k", AT))) is None


@given(st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=700)))
def test_the_time_is_the_latest_that_fits(later):
    fields = decode(offline_code("ok", "", None, "1.2.3", "k", AT))
    assert time_of(fields, AT + later) == AT


@pytest.mark.parametrize(
    ("version", "shown"), [("1.2.3", "1.2.3"), ("2", "2.0.0"), ("99.99.99", "15.31.7"), ("1.2rc1.4", "1.0.4")]
)
def test_versions_are_shortened_to_what_fits(version, shown):
    assert version_of(decode(offline_code("ok", "", None, version, "k", AT))) == shown


def test_a_field_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="hop does not fit"):
        encode(OfflineCode(0, 0, 8, 0, 0, 0))


def test_tags_are_the_first_bits_of_a_hash():
    assert tag("", 12) == 0xE3B  # SHA-256 of nothing begins with e3b0
