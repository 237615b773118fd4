"""Every value of the model goes over the wire and comes back the same; bounds hold; documents carry the schema."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.model.act import Act
from kiosk.model.finding import Finding, Severity
from kiosk.model.report import RunEvent
from kiosk.model.screen import Screen
from kiosk.model.terminal import Store, Till
from kiosk.model.wire import SCHEMA, decode, document, encode, pretty
from tests.model.drawing import all_structs, strategy

# Their unions of number and text may come back as the other kind of number: JSON has one.
FEW = settings(max_examples=settings.default.max_examples // 5)  # many types, each simple
VALUES = [kind for kind in all_structs() if kind.__module__ != "kiosk.model.case"]


@pytest.mark.parametrize("kind", VALUES, ids=lambda k: k.__name__)
@FEW
@given(data=st.data())
def test_every_value_comes_back_the_same(kind, data):
    value = data.draw(strategy(kind))
    assert decode(encode(value), kind) == value


@pytest.mark.parametrize("union", [Screen, Act, RunEvent], ids=["screen", "act", "run event"])
@FEW
@given(data=st.data())
def test_a_union_is_told_apart_by_its_tag(union, data):
    value = data.draw(strategy(union))
    back = decode(encode(value), union)
    assert type(back) is type(value)
    assert back == value


@pytest.mark.parametrize("kind", all_structs(), ids=lambda k: k.__name__)
def test_every_value_is_frozen(kind):
    assert kind.__struct_config__.frozen


def test_ids_are_bounded():
    with pytest.raises(msgspec.ValidationError, match="length"):
        decode(encode({"id": "", "severity": "info"}), Finding)
    with pytest.raises(msgspec.ValidationError, match="length"):
        decode(encode({"id": "x" * 81, "severity": "info"}), Finding)


def test_tables_are_bounded():
    with pytest.raises(msgspec.ValidationError, match="length"):
        decode(encode({"id": "a.b", "severity": "info", "data": {str(n): n for n in range(21)}}), Finding)


def test_lists_are_bounded():
    tills = [{"id": str(n), "name": ""} for n in range(101)]
    with pytest.raises(msgspec.ValidationError, match="length"):
        decode(encode({"id": "s", "name": "", "tills": tills}), Store)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[]", b"null", b'{"id": 1, "name": ""}', b'{"name": ""}'])
def test_what_does_not_fit_is_refused(data):
    with pytest.raises(msgspec.DecodeError):
        decode(data, Till)


@given(st.binary(max_size=200))
def test_rubbish_raises_nothing_else(data):
    try:
        decode(data, Till)
    except msgspec.DecodeError:
        return
    except UnicodeDecodeError as e:
        pytest.fail(f"not a DecodeError: {e!r}")


def test_a_field_of_tomorrow_is_ignored():
    assert decode(b'{"id": "1", "name": "Till 1", "colour": "red"}', Till) == Till("1", "Till 1")


def test_a_document_says_its_schema_first():
    whole = document(Finding("port.busy", Severity.FAULT))
    assert next(iter(whole)) == "schema"
    assert whole["schema"] == SCHEMA
    assert whole["severity"] == "fault"


def test_a_document_is_an_object():
    with pytest.raises(TypeError, match="object"):
        document([1])


def test_pretty_is_the_same_json():
    value = Finding("port.busy", Severity.FAULT, {"pid": 7})
    assert json.loads(pretty(value)) == json.loads(encode(value))
    assert b"\n" in pretty(value)
