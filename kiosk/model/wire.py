"""JSON of our values with a schema number; the one place that says how values are written and read."""

from collections.abc import Iterable
from typing import TypeVar

import msgspec

SCHEMA = 1
T = TypeVar("T")

NOT_READABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding raises over bytes that anybody may have written: text that is no UTF-8 is none of msgspec's errors."""

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
    """Raises one of `NOT_READABLE` on what is no JSON and on what does not fit."""
    return msgspec.json.decode(data, type=kind)
