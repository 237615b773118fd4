"""The simulated terminal's lock: opens what it sealed, and nothing that is not whole or of another key."""

from __future__ import annotations

import json

import pytest

from kiosk.simulator.sealing import Lock

SAID = {"SaleToPOIRequest": {"MessageHeader": {"POIID": "V400m-1"}, "DiagnosisRequest": {}}}
NONCE = bytes(16)


def sealed() -> dict[str, object]:
    return Lock().seal(SAID, NONCE)["SaleToPOIRequest"]  # type: ignore[return-value]


def test_it_opens_what_it_sealed() -> None:
    assert json.loads(Lock().open(sealed())) == SAID
    assert sealed()["MessageHeader"] == {"POIID": "V400m-1"}
    assert Lock().seal(SAID, NONCE) != Lock().seal(SAID, bytes(range(16)))


@pytest.mark.parametrize(
    "change",
    [
        {"NexoBlob": 7},
        {"NexoBlob": "AAAA"},
        {"SecurityTrailer": None},
        {"SecurityTrailer": {"KeyIdentifier": "mine", "KeyVersion": 1, "AdyenCryptoVersion": 1}},
    ],
)
def test_what_is_no_message_of_this_key_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Lock().open(sealed() | change)


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Lock("another").open(sealed())
