"""One digit a byte, as IBM machines and as counting chips write them."""

import pytest

from kiosk.evidence.redaction import redact
from kiosk.evidence.redaction.bytewise import bytewise_hits

NUMBER = "4111111111111111"
VALUES = bytes(map(int, NUMBER))


@pytest.mark.parametrize("text", [NUMBER, "4111 1111 1111 1111", "4111-1111-1111-1111"])
def test_ebcdic_is_masked_with_its_own_letter(text):
    data = f"card {text} ok".encode("cp037")
    assert redact(data).data.decode("cp037") == f"card {text} ok".replace("4", "x").replace("1", "x")


def test_a_track_in_ebcdic():
    data = b"\xc3" + f"{NUMBER}=29121010000".encode("cp037") + b"\xc3"
    assert not set(redact(data).data) & set(range(0xF0, 0xFA))


@pytest.mark.parametrize("around", [b"\xff", b"\xff\0\0", b"\0\0\0\0"])
def test_bare_values(around):
    masked = redact(around + VALUES + around[::-1]).data
    assert masked == around + b"\x0e" * 16 + around[::-1]


@pytest.mark.parametrize(
    "data",
    [
        bytes(400),
        bytes([1, 2, 3, 4, 5, 6, 7, 8, 9] * 4),
        VALUES[:-1] + b"\x02",
        b"\x05" + VALUES + b"\x05\x05",
        "call 0151 1234567 now".encode("cp037"),
    ],
)
def test_other_small_numbers_are_none(data):
    assert not list(bytewise_hits(data))
