"""The offline code: carries its 83 bits over the phone, and typing errors are caught."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model import offline_code as oc
from kiosk.model.finding import Hop
from kiosk.model.ids import CROCKFORD

AT = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
FIELDS = st.builds(
    oc.OfflineCode,
    *(st.integers(0, 2**bits - 1) for bits in (oc.VERDICT, oc.MODEL, oc.HOP, oc.VERSION, oc.KIOSK, oc.TIME)),
)


def test_it_is_20_characters_in_fours():
    code = oc.offline_code("port.busy", "ACME 1", Hop.PORT, "0.1.0", "kiosk-1", AT)
    assert [len(part) for part in code.split("-")] == [4] * 5
    assert set(code.replace("-", "")) <= set(CROCKFORD)


def test_the_bits_add_up_to_100():
    assert oc.VERDICT + oc.MODEL + oc.HOP + oc.VERSION + oc.KIOSK + oc.TIME + oc.CHECKSUM == 100


@given(FIELDS)
def test_what_goes_in_comes_out(fields: oc.OfflineCode):
    code = oc.encode(fields)
    assert oc.decode(code) == fields
    assert oc.decode(code.lower().replace("-", " ").replace("0", "o").replace("1", "i")) == fields


@given(FIELDS, st.integers(0, 19), st.sampled_from(CROCKFORD))
def test_every_wrong_character_is_caught(fields: oc.OfflineCode, place: int, character: str):
    code = oc.encode(fields).replace("-", "")
    wrong = code[:place] + character + code[place + 1 :]
    if wrong != code:
        with pytest.raises(oc.Mistyped, match="wrong"):
            oc.decode(wrong)


@given(FIELDS, st.integers(0, 18))
def test_every_swapped_pair_of_neighbours_is_caught(fields: oc.OfflineCode, place: int):
    code = oc.encode(fields).replace("-", "")
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if wrong != code:
        with pytest.raises(oc.Mistyped):
            oc.decode(wrong)


@given(st.text(max_size=30))
def test_rubbish_is_never_more_than_mistyped(typed: str):
    with pytest.raises(oc.Mistyped):
        oc.decode(typed)


def test_names_are_found_by_their_tags():
    fields = oc.decode(oc.offline_code("port.busy", "ACME 1", None, "1.12.3", "kiosk-1", AT))
    assert oc.tagged(fields.verdict, oc.VERDICT, ["port.gone", "port.busy"]) == ("port.busy",)
    assert oc.tagged(fields.kiosk, oc.KIOSK, ["kiosk-2", "kiosk-1"]) == ("kiosk-1",)
    assert (oc.hop_of(fields), oc.version_of(fields)) == (None, "1.12.3")


@pytest.mark.parametrize("hop", Hop)
def test_the_hop_comes_out(hop: Hop):
    assert oc.hop_of(oc.decode(oc.offline_code("x", "y", hop, "0.1.0", "k", AT))) is hop


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=300), timedelta(days=700), timedelta(hours=-20)])
def test_the_time_comes_out_for_two_years(later: timedelta):
    fields = oc.decode(oc.offline_code("x", "y", None, "0.1.0", "k", AT))
    assert oc.time_of(fields, AT + later) == AT


def test_a_field_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="hop"):
        oc.encode(oc.OfflineCode(0, 0, 8, 0, 0, 0))
