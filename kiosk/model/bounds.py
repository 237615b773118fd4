"""Bounds on every string and list that crosses a wire, so that a hostile sender cannot fill a memory."""

from typing import Annotated, TypeVar

from msgspec import Meta

T = TypeVar("T")

Id = Annotated[str, Meta(min_length=1, max_length=80)]
Short = Annotated[str, Meta(max_length=200)]
Words = Annotated[str, Meta(max_length=4000)]
Blob = Annotated[str, Meta(max_length=1_000_000)]
Few = Annotated[tuple[T, ...], Meta(max_length=100)]
Many = Annotated[tuple[T, ...], Meta(max_length=10_000)]
