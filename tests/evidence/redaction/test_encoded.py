# ruff: noqa: E501
"""Encodings on their own: what `inner` makes of decoded bytes arrives at the same places."""

import base64
import json

import pytest

from kiosk.evidence.redaction.encoded import mask_encoded, mask_wide

SECRET = b"4111111111111111"


def inner(data):
    return data.replace(SECRET, b"x" * 16)


def masked(data):
    out = bytearray(data)
    mask_wide(data, out, inner)
    mask_encoded(out, inner, inner)
    return bytes(out)


@pytest.mark.parametrize(
    "write",
    [
        lambda d: d.hex().encode(), lambda d: d.hex(" ").encode(), lambda d: d.hex(":").upper().encode(), base64.b64encode,
        lambda d: b", ".join(b"0x%02x" % b for b in d), lambda d: b"".join(b"\\x%02x" % b for b in d),
        lambda d: d.decode().encode("utf-16-le"), lambda d: d.decode().encode("utf-16-be"), lambda d: d.hex(" ", 2).encode(),
        lambda d: base64.b64encode(b"z" * 60 + d)[:76] + b"\n" + base64.b64encode(b"z" * 60 + d)[76:],
    ],
)  # fmt: skip
def test_written_back_the_same_way(write):
    before, after = write(b"pan=" + SECRET + b";"), write(b"pan=" + b"x" * 16 + b";")
    assert masked(b"RX " + before + b"\n").lower() == (b"RX " + after + b"\n").lower()


def test_address_safe_base64():
    data = base64.urlsafe_b64encode(b"\xff\xfe\xfb" + SECRET)
    assert base64.urlsafe_b64decode(masked(data)) == b"\xff\xfe\xfb" + b"x" * 16


@pytest.mark.parametrize("signed", [False, True])
def test_a_list_stays_a_list(signed):
    values = [b - 256 if signed and b > 127 else b for b in b"\x91" + SECRET]
    text = json.dumps(values).encode()
    assert len(masked(text)) == len(text)
    assert json.loads(masked(text)) == [values[0], *[88] * 16]


def test_single_figures_in_a_list():
    assert json.loads(masked(json.dumps([int(c) for c in SECRET.decode()]).encode())) == [0] * 16


def test_a_dump_is_read_across_its_lines():
    data = b"\xfe" * 9 + SECRET
    lines = [
        f"{at:08x}  {data[at : at + 16].hex(' '):<47}  |{'.' * 9 + '4111111' if at == 0 else '111111111'}|"
        for at in (0, 16)
    ]
    out = masked("\n".join(lines).encode())
    assert b"34 31" not in out
    assert b"|.........xxxxxxx|" in out
    assert out.endswith(b"|xxxxxxxxx|")


def test_figures_alone_are_read_as_a_number_not_as_bytes():
    assert masked(b"0.4111111111111111 1234567890123456") == b"0.4111111111111111 1234567890123456"
