"""Text with escapes is read through and written back in its own manner."""

import html
import json
import quopri
from urllib.parse import quote, quote_plus, unquote_plus

import pytest

from kiosk.evidence.redaction import redact

NUMBER = "4111111111111111"
TEXT = f"pan={NUMBER};"


@pytest.mark.parametrize(
    "write, read",
    [
        (lambda t: "".join(f"%{ord(c):02X}" for c in t), unquote_plus),
        (lambda t: '"' + "".join(f"\\u{ord(c):04x}" for c in t) + '"', json.loads),
        (lambda t: "".join(f"&#{ord(c)};" for c in t), html.unescape),
        (lambda t: "".join(f"&#x{ord(c):x};" for c in t), html.unescape),
        (lambda t: "".join(f"={ord(c):02X}" for c in t), lambda t: quopri.decodestring(t).decode()),
        (lambda t: "".join(f"\\{ord(c):03o}" for c in t), lambda t: t.encode().decode("unicode_escape")),
        (lambda t: t[:10] + "=\r\n" + t[10:], lambda t: quopri.decodestring(t).decode()),
        (json.dumps, json.loads),
    ],
)
def test_every_manner(write, read):
    before = write(TEXT)
    out = redact(before.encode()).data.decode()
    assert len(out) == len(before)
    assert not any(c in read(out) for c in "0123456789")


@pytest.mark.parametrize("write", [quote, quote_plus, lambda t: t.replace(" ", "&nbsp;")])
def test_blanks_between_groups(write):
    before = write("4111 1111 1111 1111")
    assert (
        redact(f"card={before}&x=1".encode()).data
        == f"card={before}&x=1".replace("4", "x").replace("1", "x")[:-1].encode() + b"1"
    )


def test_bytes_as_python_shows_them():
    data = bytes.fromhex("9f0206000000001290 5a08 4111111111111111 9f3602002a")
    out = redact(f"rx={data!r}\n".encode()).data
    assert len(out) == len(f"rx={data!r}\n")
    assert b"A\\x11\\x11" not in out
    assert redact(out).data == out


@pytest.mark.parametrize(
    "text", ["50% off, 20% more", "a=1&b=2&c=3", "C:\\new\\table\\x", "status=00 code=0A state=41"]
)
def test_other_signs_stay(text):
    assert redact(text.encode()).data == text.encode()
