"""JSON of our values with a schema number; the one place that says how values are written and read."""

from collections.abc import Iterable
from typing import TypeVar

import msgspec

SCHEMA = 1
T = TypeVar("T")

_encoder = msgspec.json.Encoder()


def encode(value: object) -> bytes:
    """Compact JSON."""
    return _encoder.encode(value)


def encode_lines(values: Iterable[object]) -> bytes:
    """Compact JSON, each value on a line that ends."""
    return _encoder.encode_lines(values)


def document(value: object) -> dict[str, object]:
    """A value as one JSON document with `schema` first."""
    body = msgspec.to_builtins(value)
    if not isinstance(body, dict):
        raise TypeError("a document is an object")
    return {"schema": SCHEMA, **{k: v for k, v in body.items() if k != "schema"}}


def pretty(value: object) -> bytes:
    return msgspec.json.format(_encoder.encode(value), indent=2)


def decode(data: bytes | str, kind: type[T]) -> T:
    """Raises `msgspec.DecodeError` on what is no JSON, `msgspec.ValidationError` on what does not fit."""
    return msgspec.json.decode(data, type=kind)
