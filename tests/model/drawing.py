"""Strategies of the model's values, drawn from their own types, so that a new field or kind is covered by itself."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from hypothesis import strategies as st
from msgspec import Meta, Struct

from kiosk.model import act, bundle, case, finding, health, report, screen, terminal, text, trace

CHARACTERS = st.characters(codec="utf-8")
WORDS = st.text(CHARACTERS, max_size=12)
SIMPLE: Mapping[object, st.SearchStrategy[Any]] = {
    str: WORDS,
    int: st.integers(-(2**53) + 1, 2**53 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False, width=32),
    bool: st.booleans(),
    bytes: st.binary(max_size=12),
    type(None): st.none(),
    datetime: st.datetimes(timezones=st.just(UTC)),
}


def strategy(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type as msgspec would accept them back: bounds and patterns kept, text of a number never drawn."""
    if get_origin(kind) is Annotated:
        inner, *about = get_args(kind)
        return bounded(inner, next((m for m in about if isinstance(m, Meta)), Meta()))
    if kind in SIMPLE:
        return SIMPLE[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if isinstance(kind, type) and issubclass(kind, Struct):
        return struct(kind)
    return compound(get_origin(kind), get_args(kind))


def bounded(kind: Any, meta: Meta) -> st.SearchStrategy[Any]:
    if kind is str and meta.pattern:
        return st.from_regex(meta.pattern, fullmatch=True).map(lambda s: s.rstrip("\n"))
    if kind is str:
        return st.text(CHARACTERS, min_size=meta.min_length or 0, max_size=min(12, meta.max_length or 12))
    if kind is int:
        return st.integers(meta.ge if meta.ge is not None else -9, meta.le if meta.le is not None else 9)
    return strategy(kind)


def compound(origin: Any, args: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin in (Union, types.UnionType):
        return st.one_of(*map(strategy, args))
    if origin is tuple and args[-1] is Ellipsis:
        return st.lists(strategy(args[0]), max_size=1).map(tuple)
    if origin is tuple:
        return st.tuples(*map(strategy, args))
    if origin in (dict, Mapping):
        return st.dictionaries(strategy(args[0]), strategy(args[1]), max_size=1)
    raise NotImplementedError(f"teach tests/model/drawing.py to draw {origin}{args}")


@cache
def struct(kind: type[Struct]) -> st.SearchStrategy[Any]:
    """Text holds texts: hints are looked up late, and every struct is drawn lazily."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return st.deferred(lambda: st.builds(kind, **{name: strategy(hints[name]) for name in kind.__struct_fields__}))


def all_structs() -> tuple[type[Struct], ...]:
    """Every public struct of the model."""
    modules = (act, bundle, case, finding, health, report, screen, terminal, text, trace)
    found = {v for m in modules for v in vars(m).values() if isinstance(v, type) and issubclass(v, msgspec.Struct)}
    return tuple(
        sorted(
            (k for k in found if k.__module__.startswith("kiosk") and k.__name__[0] != "_"),
            key=lambda k: (k.__module__, k.__name__),
        )
    )
