"""Codes of an authenticator: the test vectors of RFC 6238, and no code twice."""

from __future__ import annotations

import base64

import pyotp
import pytest

from kiosk.desk import second_factor

SECRET = base64.b32encode(b"12345678901234567890").decode()  # RFC 6238, appendix B


@pytest.mark.parametrize(
    ("now", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_of_the_standard_are_accepted(now, code):
    assert second_factor.accepted(SECRET, code, 0, now) == now // 30
    assert second_factor.accepted(SECRET, f"{code[:3]} {code[3:]}", 0, now) == now // 30


def test_no_code_is_accepted_twice_nor_one_before_it():
    step = second_factor.accepted(SECRET, "081804", 0, 1111111109)
    assert step is not None
    assert second_factor.accepted(SECRET, "081804", step, 1111111109) is None
    before = pyotp.TOTP(SECRET).at((step - 1) * 30)
    assert second_factor.accepted(SECRET, before, step, 1111111109) is None


@pytest.mark.parametrize("code", ["", "08180", "081805", "0818040", "abcdef"])
def test_a_wrong_code_is_refused(code):
    assert second_factor.accepted(SECRET, code, 0, 1111111109) is None


def test_the_clocks_may_differ_by_one_step_and_no_more():
    for off in (-30, 30):
        assert second_factor.accepted(SECRET, "081804", 0, 1111111109 + off) is not None
    for off in (-60, 60):
        assert second_factor.accepted(SECRET, "081804", 0, 1111111109 + off) is None


def test_a_phone_reads_the_address_and_a_person_the_secret():
    secret = second_factor.new_secret()
    assert len(base64.b32decode(secret)) == 20
    read = pyotp.parse_uri(second_factor.address(secret, "anna"))
    assert (read.secret, read.name, read.issuer) == (secret, "anna", "Expert desk")
    assert second_factor.spoken(secret).replace(" ", "") == secret
    assert second_factor.picture(secret, "anna").startswith("<svg")
