"""What a protocol names, stuffed bytes, and checksums around masked bytes."""

import pytest

from kiosk.evidence.redaction import redact
from kiosk.protocols.framing import crc16_8408, lrc
from kiosk.protocols.protocol import protocols
from tests.fakes.card_corpus import packed, stuffed

PAN = packed("4110101010101010")  # bytes 10 in it: doubled on the wire


def status(pan):
    body = b"\x27\x00\x22\xf0\xf8" + pan + b"\x49\x09\x78"
    return b"\x04\x0f" + bytes([len(body)]) + body


@pytest.mark.parametrize("told", [("zvt", "serial"), (None, None)])
def test_a_right_checksum_is_right_again(told):
    frame = stuffed(status(packed("4111111111111111")))
    out = redact(frame, *told).data
    assert b"\x22\xf0\xf8" + b"\xee" * 8 in out
    message = out[2:-4].replace(b"\x10\x10", b"\x10")
    assert out[-2:] == crc16_8408(message + b"\x03").to_bytes(2, "little") != frame[-2:]


def test_a_wrong_checksum_stays_wrong():
    frame = stuffed(status(packed("4111111111111111")))[:-2] + b"\xab\xcd"
    out = redact(frame, "zvt", "serial").data
    assert b"\x22\xf0\xf8" + b"\xee" * 8 in out
    assert out[-2:] == b"\xab\xcd"


@pytest.mark.parametrize("told", [("zvt", "serial"), (None, None)])
def test_of_stuffed_bytes_one_keeps_its_two_digits_and_the_frame_stays_one(told):
    frame = stuffed(status(PAN))
    out = redact(frame, *told).data
    assert len(out) == len(frame)
    assert out[out.index(b"\x22") :].count(b"\x10\x10") == 1
    assert out.count(b"\x10\xee") == 6
    (read,) = protocols()["zvt"].decode(out, "serial").frames
    assert read.ok
    assert read.fields["card_number"] == "x" * 16
    assert redact(out, *told).data == out


@pytest.mark.parametrize("start", [0, 0x7F])
def test_longitudinal_checksum(start):
    body = b"s|4111111111111111|\x03"
    out = redact(b"\x02" + body + bytes([lrc(body, start)])).data
    assert out[:-1] == b"\x02s|xxxxxxxxxxxxxxxx|\x03"
    assert out[-1] == lrc(out[1:-1], start)


def test_masked_by_the_terminal_itself():
    message = b"\x04\x0f\x0e\x22\xf0\xf8" + bytes.fromhex("559883eeeeee8074") + b"\x49\x09\x78"
    assert redact(message, "zvt", "tcp").data == message


def test_an_unknown_protocol_is_no_error():
    assert redact(b"4111111111111111", "nobody", "never").data == b"x" * 16
