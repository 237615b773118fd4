"""A case's events: each kind round trips, kinds of tomorrow are kept byte for byte, bounds hold on what comes in."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.model.case import (
    KINDS,
    Author,
    CaseEvent,
    EventBatch,
    Message,
    Rating,
    Side,
    Unknown,
    decode_event,
    encode_event,
)
from tests.model.drawing import strategy

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ID = "0195a4b2-0000-7000-8000-000000000001"
AUTHOR = Author(Side.STORE, "kiosk-1", "Till PC")


def event(body):
    return CaseEvent(ID, "0195a4b2-0000-7000-8000-00000000000c", AUTHOR, AT, body, seq=3)


def raw(body: bytes) -> bytes:
    envelope = b'{"id":"%s","case":"%s","author":{"side":"store","id":"k"},"at":"2026-03-01T09:30:00Z","body":%s}'
    return envelope % (ID.encode(), ID.encode(), body)


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: str(k.__struct_config__.tag))
@settings(max_examples=settings.default.max_examples // 5)
@given(data=st.data())
def test_every_kind_comes_back_the_same(kind, data):
    sent = event(data.draw(strategy(kind)))
    back = decode_event(encode_event(sent))
    assert back == sent
    assert back.kind == kind.__struct_config__.tag
    assert encode_event(back) == encode_event(sent)


def test_kinds_have_tags_of_their_own():
    tags = [k.__struct_config__.tag for k in KINDS]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize(
    "body",
    [
        b'{"kind":"hologram","z":1.50,"a":[1, 2 ,3],"n":null}',
        b'{ "a" : "\\u00e4", "kind" : "hologram" }',
        b'{"kind":"hologram","big":123456789012345678901234567890}',
    ],
)
def test_a_kind_of_tomorrow_is_kept_byte_for_byte(body):
    unknown = decode_event(raw(body))
    assert unknown.body == Unknown("hologram", body)
    assert unknown.kind == "hologram"
    assert body in encode_event(unknown)
    assert decode_event(encode_event(unknown)) == unknown


def test_a_field_of_tomorrow_in_a_known_kind_does_no_harm():
    assert decode_event(raw(b'{"kind":"message","words":"hi","mood":"good"}')).body == Message("hi")


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"kind":""}',
        b'{"kind":"%s"}' % (b"k" * 81),
        b'{"kind":7}',
        b"[]",
        b"null",
        b'{"kind":"message","words":"%s"}' % (b"w" * 4001),
        b'{"kind":"rating","csat":6}',
        b'{"kind":"rating","nps":11}',
        b'{"kind":"request","wish":"shell"}',
        b'{"kind":"consent","request":"r"}',
    ],
)
def test_what_breaks_a_bound_is_refused(body):
    with pytest.raises(msgspec.ValidationError):
        decode_event(raw(body))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"{", b"\x00", raw(b"{}")[:-1]])
def test_what_is_no_event_is_refused(data):
    with pytest.raises(msgspec.DecodeError):
        decode_event(data)


@given(st.binary(max_size=300))
def test_rubbish_raises_only_decode_errors(data):
    with pytest.raises(msgspec.DecodeError):
        decode_event(raw(b"%s}" % data) + b"}")


def test_a_batch_holds_500_events():
    batch = json.dumps({"events": [{}] * 501}).encode()
    with pytest.raises(msgspec.ValidationError, match="length"):
        msgspec.json.decode(batch, type=EventBatch)
    assert len(msgspec.json.decode(json.dumps({"events": [{}] * 500}).encode(), type=EventBatch).events) == 500


def test_a_rating_may_be_empty():
    assert decode_event(raw(b'{"kind":"rating"}')).body == Rating()
