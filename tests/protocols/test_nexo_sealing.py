"""Sealed nexo messages against the simulated terminal's own code: both ways, every change seen, never another error."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import DeviceError, Garbled, WrongKey
from kiosk.protocols.nexo import PROTOCOL, sealing
from kiosk.protocols.nexo.request import request
from kiosk.simulator.sealing import KEY, PASSPHRASE, VERSION, Lock

KEYS = sealing.keys_of(PASSPHRASE)
NONCE = bytes(range(16))
ASK = request("V400m-1", "7").partition(b"\r\n\r\n")[2]
TOLD = {"SaleToPOIResponse": {"MessageHeader": {"POIID": "V400m-1", "ServiceID": "7"}, "DiagnosisResponse": {}}}


def answer() -> bytes:
    return json.dumps(Lock().seal(TOLD, NONCE)).encode()


def test_the_terminal_opens_what_we_seal_and_the_other_way_round() -> None:
    sealed = json.loads(sealing.seal(ASK, KEYS, KEY, VERSION, NONCE))["SaleToPOIRequest"]
    assert Lock().open(sealed) == ASK
    assert sealed["MessageHeader"]["POIID"] == "V400m-1"
    assert b"DiagnosisRequest" not in json.dumps(sealed).encode(), "only the header is readable"
    assert json.loads(sealing.unseal(answer(), KEYS, KEY, VERSION)) == TOLD


def test_the_keys_are_those_that_were_published_with_the_salt() -> None:
    """RFC 8018's PBKDF2 over 80 bytes: MAC key, cipher key, vector. Keys never show in a traceback."""
    assert [len(part) for part in (KEYS.mac, KEYS.cipher, KEYS.vector)] == [32, 32, 16]
    assert sealing.keys_of("another") != KEYS
    assert "b'" not in repr(KEYS)


@pytest.mark.parametrize("length", range(33))
def test_every_length_is_padded_and_found_again(length: int) -> None:
    said = json.dumps({"SaleToPOIRequest": {"MessageHeader": {"POIID": "x" * length}}}).encode()
    assert sealing.unseal(sealing.seal(said, KEYS, KEY, VERSION, NONCE), KEYS, KEY, VERSION) == said


@pytest.mark.parametrize(
    ("passphrase", "key", "version"), [("another", KEY, VERSION), (PASSPHRASE, "mine", VERSION), (PASSPHRASE, KEY, 2)]
)
def test_another_key_is_told(passphrase: str, key: str, version: int) -> None:
    with pytest.raises(WrongKey):
        sealing.unseal(answer(), sealing.keys_of(passphrase), key, version)


def test_what_was_changed_on_its_way_is_refused() -> None:
    for part, field in (("MessageHeader", "POIID"), ("SecurityTrailer", "Hmac"), ("SecurityTrailer", "Nonce")):
        changed = json.loads(answer())
        changed["SaleToPOIResponse"][part][field] = changed["SaleToPOIResponse"][part][field].swapcase()
        with pytest.raises(WrongKey):
            sealing.unseal(json.dumps(changed).encode(), KEYS, KEY, VERSION)


def test_a_header_that_is_no_text_is_garbled() -> None:
    changed = answer().replace(b'"V400m-1"', b'"\x80"', 1)
    assert changed != answer()
    with pytest.raises(Garbled):
        sealing.unseal(changed, KEYS, KEY, VERSION)


@given(data=st.data())
def test_broken_messages_raise_only_errors_of_ours(data: st.DataObject) -> None:
    said = bytearray(answer())
    for place in data.draw(st.lists(st.integers(0, len(said) - 1), max_size=4)):
        said[place] = data.draw(st.integers(0, 255))
    with suppress(DeviceError):
        assert json.loads(sealing.unseal(bytes(said), KEYS, KEY, VERSION)) == TOLD


@given(said=st.binary(max_size=200))
def test_rubbish_is_not_sealed(said: bytes) -> None:
    assert not sealing.is_sealed(said)
    with pytest.raises(Garbled):
        sealing.unseal(said, KEYS, KEY, VERSION)


CANNOT = b'{"errors":["Nexo Service: crypto error (3)"],"ServiceID":"-NULL-"}'


def test_that_it_cannot_open_ours_may_be_kept_and_nothing_else_of_that_kind() -> None:
    head = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n"
    assert PROTOCOL.admits(head % len(CANNOT) + CANNOT, "http")
    for other in (CANNOT.replace(b"crypto error (3)", b"4012888888881881"), CANNOT.replace(b"-NULL-", b"4" * 19)):
        assert not PROTOCOL.admits(head % len(other) + other, "http")
