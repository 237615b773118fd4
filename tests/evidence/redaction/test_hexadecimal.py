# ruff: noqa: E501
"""Hexadecimal text in the ways that people and programs write it; decimal numbers are none."""

import pytest

from kiosk.evidence.redaction import redact

NUMBER = b"4111111111111111"


def each(before="", between=" ", after=""):
    return lambda data: between.join(f"{before}{b:02x}{after}" for b in data)


STYLES = [
    each(), each(between=""), each(between=":"), each(between="-"), each("0x", ", "), each("0x", " "), each("\\x", ""),
    each("", " ", "h"), each("[", "", "]"), each("<", "", ">"), each("'", ", ", "'"), each(between="\n"), each(between=","),
    lambda data: data.hex(" ", -2), lambda data: data.hex(" ", -4), lambda data: f"<{data.hex(' ', -8)}>",
    lambda data: " ".join(f"0x{data[i : i + 4].hex()}" for i in range(0, len(data), 4)), lambda data: f"X'{data.hex()}'",
]  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
def test_written_back_as_it_stood(style):
    data = b"pan=" + NUMBER + b";ok"
    out = redact(b"RX " + style(data).encode() + b"\n").data
    assert out == b"RX " + style(data.replace(NUMBER, b"x" * 16)).encode() + b"\n"


@pytest.mark.parametrize("style", STYLES)
def test_packed_digits_in_it(style):
    data = bytes.fromhex("9f0206000000001290 5a08 4111111111111111 9f3602002a")
    out = redact(b"RX " + style(data).encode() + b"\n").data.lower()
    assert out == b"rx " + style(data.replace(b"\x41" + b"\x11" * 7, b"\xee" * 8)).encode().lower() + b"\n"


def test_read_on_below_in_a_log():
    data = b"pan=" + NUMBER + b";ok"
    lines = [f"14:30:05.{i:03} RX {data[i : i + 8].hex(' ')}" for i in range(0, len(data), 8)]
    out = redact("\n".join(lines).encode()).data.decode().splitlines()
    assert [line[:16] for line in out] == [line[:16] for line in lines]
    assert bytes.fromhex("".join(line[16:] for line in out)) == b"pan=" + b"x" * 16 + b";ok"


@pytest.mark.parametrize(
    "text",
    [
        "14:30:05 14:30:05 14:30:05 approved", "0.4643864572350357 3b280fa50149a9174d38be00", "2026-03-12 14:30:05,123 36 ms",
        "[33, 13, 96, 43, 86, 72, 68, 67]", '{"10": 50, "11": 53, "12": 51, "13": 57, "14": 51}',
        "14:30:05 000123 000123 14:30:05 A0000000041010", "12 45 67 89 10 11 12 13 14 15 16 17 18", "1234 5678 9012 3456 7890 1234 5678 9012",
    ],
)  # fmt: skip
def test_numbers_lists_and_times_are_not_read_so(text):
    assert redact(text.encode()).data == text.encode()
