"""Card data in ZVT frames: where it stands, also between doubled bytes, and which messages may be kept."""

from __future__ import annotations

import pytest

from kiosk.evidence.redaction import redact
from kiosk.protocols.zvt import privacy
from kiosk.protocols.zvt.apdu import encode
from kiosk.protocols.zvt.decoding import decode
from kiosk.protocols.zvt.transport import frame

# Made up: passes Luhn, and has 10 in its packed form.
NUMBER = bytes.fromhex("4012101000000007")
PAYMENT = bytes.fromhex("2700") + b"\x22\xf0\xf8" + NUMBER + bytes.fromhex("0E2512") + b"\x3c\xf0\xf0\xf4Nr 1"

CONTAINERS = {
    "1F09": ("bcd", NUMBER),
    "1F1A": ("bcd", NUMBER),
    "1F33": ("binary", NUMBER),
    "1F75": ("binary", NUMBER),
    "57": ("bcd", NUMBER),
    "5A": ("bcd", NUMBER),
    "56": ("name", b"B4012^MUSTER"),
    "9F6B": ("bcd", NUMBER),
    "5F20": ("name", b"MUSTER/ERIKA"),
    "5F24": ("bcd", b"\x25\x12"),
    "9F1F": ("name", b"123"),
    "9F20": ("bcd", b"\x12\x34"),
    "99": ("binary", NUMBER),
}


def covered(wire: bytes, framing: str) -> bytes:
    return b"".join(wire[s.start : s.start + s.length] for s in privacy.card_spans(wire, framing))


def test_bitmaps_on_tcp_are_covered_to_the_byte() -> None:
    wire = encode(0x040F, PAYMENT)
    assert covered(wire, "tcp") == NUMBER + b"\x25\x12" + b"Nr 1"
    assert [s.rule for s in privacy.card_spans(wire, "tcp")] == ["zvt.22", "zvt.0E", "zvt.3C"]


def test_the_first_doubled_byte_is_left_out_and_all_others_are_covered() -> None:
    wire = frame(encode(0x040F, PAYMENT), "serial")
    assert covered(wire, "serial") == NUMBER.replace(b"\x10", b"", 1) + b"\x25\x12" + b"Nr 1"


@pytest.mark.parametrize("framing", ["serial", "tcp"])
@pytest.mark.parametrize(("tag", "how"), CONTAINERS.items())
def test_objects_of_the_container_are_covered(tag: str, how: tuple[str, bytes], framing: str) -> None:
    encoding, value = how
    inner = bytes.fromhex(tag) + bytes([len(value)]) + value
    wire = frame(encode(0x040F, b"\x06" + bytes([len(inner)]) + inner), framing)
    spans = privacy.card_spans(wire, framing)
    assert covered(wire, framing) == (value.replace(b"\x10", b"", 1) if framing == "serial" else value)
    assert {s.encoding for s in spans} == {encoding}
    assert {s.rule for s in spans} == {f"zvt.{tag}"}
    assert not privacy.admits(wire, framing)


def test_application_id_inside_an_application() -> None:
    wire = encode(0x040F, bytes.fromhex("0607600543031234 56".replace(" ", "")))
    assert covered(wire, "tcp") == bytes.fromhex("123456")


@pytest.mark.parametrize("bitmap", ["22", "23", "2D"])
def test_fields_with_two_digits_of_length(bitmap: str) -> None:
    wire = encode(0x040F, bytes.fromhex(bitmap) + b"\xf0\xf8" + NUMBER)
    assert covered(wire, "tcp") == NUMBER


@pytest.mark.parametrize("bitmap", ["24", "2E", "3C"])
def test_fields_with_three_digits_of_length(bitmap: str) -> None:
    wire = encode(0x040F, bytes.fromhex(bitmap) + b"\xf0\xf0\xf8" + NUMBER)
    assert covered(wire, "tcp") == NUMBER


KEPT = ["800000", "849C00", "050100", "0501051234560304", "06B000", "04FF0117", "060F00", "061E016C", "060F0100"]
KEPT += ["060F0BF0F0F7322E31342E313500", "060F0A191029525235354909 78".replace(" ", ""), "040F022700"]
DROPPED = ["06D1044041424344", "06D30606 04 0702 4142", "040F0A2700040000000001 00", "06010704000000001000", "06C000"]
DROPPED += ["060F0300FFFF", "0FA1020001", "061E05 6C 0603 5A0112"]


@pytest.mark.parametrize("framing", ["serial", "tcp"])
def test_what_may_be_kept(framing: str) -> None:
    for text in KEPT:
        assert privacy.admits(frame(bytes.fromhex(text), framing), framing), text
    for text in DROPPED:
        assert not privacy.admits(frame(bytes.fromhex(text), framing), framing), text
    assert privacy.admits(b"\x06", "serial")
    assert not privacy.admits(b"", framing)
    assert not privacy.admits(frame(bytes.fromhex("800000"), framing) + b"4012", framing)


def test_decoding_never_shows_card_data() -> None:
    texts = [PAYMENT, b"\x06\x0a\x5a\x08" + NUMBER, b"\x2d\xf0\xf5B4012"]
    for data in texts:
        (shown,) = decode(encode(0x040F, data), "tcp").frames
        assert "4012" not in str(shown.fields)
    (line,) = decode(encode(0x06D1, b"\x00Nr 4012 1010 0000 0007 "), "tcp").frames
    assert line.fields["text"] == "Nr xxxx xxxx xxxx xxxx"


def _own(tag: str, value: bytes) -> bytes:
    return bytes.fromhex(tag) + bytes([len(value)]) + value


def test_a_makers_own_objects_are_kept_by_their_tags_and_no_card_number_in_them() -> None:
    """A completion with nested objects that nobody knows: each is there, and a number in BCD or text shows nowhere."""
    card = b"4012888888881881"
    own = _own("DF21", b"v7") + _own("1F7E", bytes.fromhex(card.decode())) + _own("FF45", _own("DF01", b"n " + card))
    container = _own("E4", _own("1F40", b"Box")) + own + _own("DF7F", b"")
    body = b"\xf0\xf0\xf31.2\x00\x06" + bytes([len(container)]) + container
    message = b"\x06\x0f" + bytes([len(body)]) + body
    (frame,) = decode(message, "tcp", "in").frames
    assert (frame.ok, frame.note, frame.fields["device"], frame.fields["tag_DF21"]) == (True, "", "Box", "7637")
    assert frame.fields["tag_DF7F"] == ""
    assert set(frame.fields["tag_1F7E"]) == set(frame.fields["tag_DF01"]) == {"x"}
    assert not privacy.admits(message, "tcp")
    masked = redact(message, "zvt", "tcp").data
    assert card not in masked
    assert bytes.fromhex(card.decode()) not in masked
    assert b"Box" in masked
    (again,) = decode(masked, "tcp", "in").frames
    assert again.fields.keys() == frame.fields.keys()
