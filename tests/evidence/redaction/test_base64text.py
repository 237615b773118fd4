# ruff: noqa: E501
"""Base64 in all its dress: padded or not, over lines, behind a path, once more within itself."""

import base64
import json
import random

import pytest

from kiosk.evidence.redaction import redact
from kiosk.model.ids import letters

NUMBER = b"4111111111111111"
CLEAR, MASKED = b'{"pan":"' + NUMBER + b'"}', b'{"pan":"' + b"x" * 16 + b'"}'


@pytest.mark.parametrize(
    "write",
    [
        base64.b32encode, lambda d: base64.b32encode(d).rstrip(b"="), lambda d: base64.b32encode(d).lower(),
        lambda d: b"secret=" + base64.b32encode(b"\xff" + d) + b";", lambda d: base64.b32encode(base64.b64encode(d)),
    ],
)  # fmt: skip
def test_base32_alike(write):
    assert redact(write(CLEAR)).data == write(MASKED)


@pytest.mark.parametrize(
    "write",
    [
        base64.b64encode, lambda d: base64.b64encode(d).rstrip(b"="), lambda d: base64.urlsafe_b64encode(b"\xff\xfe\xfd" + d),
        lambda d: b"data:" + base64.b64encode(d) + b";", lambda d: b"/api/" + base64.b64encode(d), lambda d: b"d=" + base64.b64encode(d).replace(b"=", b"%3D"),
        lambda d: base64.encodebytes(b"H" * 60 + d), lambda d: base64.encodebytes(b"H" * 60 + d).replace(b"\n", b"\\n"),
        lambda d: b'{"d":"' + base64.b64encode(b"\xff" * 3 + d).replace(b"/", b"\\/") + b'"}',
        lambda d: base64.b64encode(base64.b64encode(d)), lambda d: base64.b64encode(d.hex().encode()), lambda d: base64.b64encode(d).hex().encode(),
        lambda d: base64.b64encode(d.decode().encode("utf-16-le")), lambda d: base64.b64encode(d).decode().encode("utf-16-le"),
        lambda d: base64.b64encode(json.dumps({"rx": d.hex(" ")}).encode()), lambda d: b"eyJhIjoxfQ." + base64.urlsafe_b64encode(d) + b".c2ln",
    ],
)  # fmt: skip
def test_decoded_masked_and_written_back(write):
    assert redact(write(CLEAR)).data == write(MASKED)


@pytest.mark.parametrize(
    "text",
    [b"Kartenzahlung", b"com/acme/pos/Terminal", b"4111111111111112", b"a94a8fe5ccb19ba61c4c0873d391e987982fbbd3"],
)
def test_words_are_left(text):
    assert redact(text).data == text


def test_a_bare_packed_number():
    out = base64.b64decode(redact(base64.b64encode(bytes.fromhex("4111111111111111"))).data)
    assert out == b"\xee" * 8


def test_ids_and_signatures_of_letters_alone_are_no_base32():
    """What is written so that no number can be in it must never be masked: sealing would stop."""
    rng = random.Random(5)
    assert not [
        text for text in (letters(rng.randbytes(64)).encode() for _ in range(1000)) if redact(text).data != text
    ]
