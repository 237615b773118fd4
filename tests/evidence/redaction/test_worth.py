import pytest

from kiosk.evidence.redaction.worth import is_worth
from tests.fakes.card_corpus import positives


def test_nothing_that_may_be_card_data_is_passed_over():
    assert not [case for case in positives(31, 30) if not is_worth(case.data)]


@pytest.mark.parametrize("data", [b"", b"\xf3READY\xf4\xf4", b"\xf3\xfe\xa7\xc3" * 9, b"41 11"])
def test_most_else_is(data):
    assert not is_worth(data)
