# ruff: noqa: E501
import pytest

from kiosk.evidence.redaction.text import text_hits


def found(data):
    return [(data[h.start : h.end], h.rule) for h in text_hits(data)]


@pytest.mark.parametrize(
    "data, number, rule",
    [
        (b"PAN=4111111111111111;", b"4111111111111111", "ascii"),
        (b"on 2026-03-12 4111 1111 1111 1111 12/29", b"4111 1111 1111 1111", "spaced"),
        (b"3782-822463-10005", b"3782-822463-10005", "dashed"),
        (b"4.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1", b"4.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1", "spaced"),
        (b"%B4111111111111111^DOE/J^2512101?", b"4111111111111111^DOE/J^2512101?", "track1"),
        (b";4111111111111111=25121011234?", b"25121011234", "track2"),
        (b"4111111111111111000000001000", b"4111111111111111", "ascii"),
        (b"41111111111111112912000000000000001000", b"4111111111111111", "ascii"),
        (b"0000000010004111111111111111", b"4111111111111111", "ascii"),
    ],
)
def test_found(data, number, rule):
    assert (number, rule) in found(data)


@pytest.mark.parametrize(
    "data",
    [
        b'{"serial": "4111111111111111"}', b"trace_id=4111111111111111", b"0.4111111111111111", b"0.03134512503589715", b"+4111111111111111",
        b"ab4111111111111111cdef00", b"DE89 3704 0044 0532 0130 00", b"1700000000000000000", b"4111-1111-1111-1111-abcd",
        b"4111111111111111" + b"987654321098", b"123456789012" + b"4111111111111111",
        b"00000010: 3438 3036 3033 3238 3632 3335 3835 3439",
    ],
)  # fmt: skip
def test_left(data):
    assert not found(data)
