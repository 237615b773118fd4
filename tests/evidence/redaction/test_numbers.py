import pytest

from kiosk.evidence.redaction.numbers import is_card_number, is_common_card_number, is_iban, luhn
from tests.fakes.card_corpus import check_digit


@pytest.mark.parametrize(
    "digits",
    [
        b"4111111111111111",
        b"378282246310005",
        b"30569309025904",
        b"672400000000000000" + check_digit("672400000000000000").encode(),
    ],
)
def test_card_numbers(digits):
    assert luhn(digits)
    assert is_card_number(digits)


@pytest.mark.parametrize(
    "digits",
    [
        b"4111111111111112",
        b"1700000000000000",
        b"0000000000000000",
        b"2026031214300009",
        b"411111111111",
        b"4000000000000000",
    ],
)
def test_other_numbers(digits):
    assert not is_card_number(digits)


def test_a_rare_length_is_no_proof_by_itself():
    assert is_card_number(b"4222222222222")
    assert not is_common_card_number(b"4222222222222")


def test_iban_by_its_check_digits():
    assert is_iban(b"DE89370400440532013000")
    assert not is_iban(b"DE88370400440532013000")
    assert not is_iban(b"4111111111111111")
