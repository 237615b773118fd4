import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.evidence.redaction.worth import is_worth
from tests.fakes.card_corpus import positives


def test_nothing_that_may_be_card_data_is_passed_over():
    assert not [case for case in positives(31, 30) if not is_worth(case.data)]


@pytest.mark.parametrize("data", [b"", b"\xf3READY\xf4\xf4", b"\xf3\xfe\xa7\xc3" * 9, b"41 11"])
def test_most_else_is(data):
    assert not is_worth(data)


_PAIR = b"[" + b"".join(re.escape(bytes([high << 4 | low])) for high in range(10) for low in range(10)) + b"]"
_GROUP = rb"\d{1,4}[^\w]{1,3}"
WHOLE = re.compile(
    _PAIR + rb"{6}|" + _GROUP + _GROUP + _GROUP + rb"\d|\d\x00\d\x00\d|[\x20-\x7e]{20}"
    rb"|\x5f\x20[\x02-\x1a]|\x9f\x1f[\x01-\x36]|\x99\x08|\x5f\x24\x03"
    rb"|[\xf0\xf1][\xf0-\xf9]|\x1f[\x09\x0a\x1a\x33\x75]|\x60.\x43"
)


@given(
    st.one_of(
        st.binary(max_size=60),
        st.lists(
            st.sampled_from([b"1", b"12", b" ", b"--", b"\0", b"_ ", b"\x9f\x1f", b"\xf0", b"\xf5", b"\x60", b"C"]),
            max_size=12,
        ).map(b"".join),
    )
)
def test_the_quick_look_is_one_expression_taken_apart(data):
    assert is_worth(data) == bool(WHOLE.search(data))
