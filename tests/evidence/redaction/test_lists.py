"""Bytes as decimal numbers; what is no number list of bytes stays, and a list stays a list."""

import json

import pytest

from kiosk.evidence.redaction import redact

NUMBER = b"4111111111111111"
DATA = b"pan=" + NUMBER + b";"


@pytest.mark.parametrize(
    "write, read",
    [
        (lambda d: json.dumps(list(d)), json.loads),
        (lambda d: json.dumps({"d": list(d)}, indent=8), lambda t: json.loads(t)["d"]),
        (lambda d: json.dumps([str(b) for b in d]), lambda t: [int(b) for b in json.loads(t)]),
        (lambda d: json.dumps({str(i): b for i, b in enumerate(d)}), lambda t: list(json.loads(t).values())),
        (lambda d: json.dumps({"type": "Buffer", "data": list(d)}), lambda t: json.loads(t)["data"]),
        (lambda d: ",".join(str(b) for b in d), lambda t: [int(b) for b in t.split(",")]),
        (lambda d: " ".join(str(b) for b in d), lambda t: [int(b) for b in t.split()]),
    ],
)
def test_masked_with_the_width_kept(write, read):
    text = write(DATA)
    out = redact(text.encode()).data.decode()
    assert len(out) == len(text)
    assert bytes(read(out)) == DATA.replace(NUMBER, b"X" * 16)


def test_small_numbers_are_no_packed_digits():
    text = json.dumps([33, 13, 96, 43, 86, 72, 68, 67]).encode()
    assert redact(text).data == text


def test_a_packed_number_alone_in_a_list():
    values = list(bytes.fromhex("4485275742308327"))
    assert redact(json.dumps(values).encode()).counts == {"bcd": 1}


@pytest.mark.parametrize(
    "text", ["[1, 2, 3, 4, 5, 6, 7, 8, 9]", "[300, 52, 49, 49, 49, 49, 49, 49]", "(12, 13, 14, 15, 16, 17)"]
)
def test_other_numbers_stay(text):
    assert redact(text.encode()).data == text.encode()
