"""Entries of a trace: every wish on a port with its result, in the order they happened."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from kiosk.model.bounds import Id, Short


class What(StrEnum):
    OPEN = "open"  # note: None opened, else the error class and words
    CLOSE = "close"
    SEND = "send"
    RECEIVE = "receive"
    SILENCE = "silence"  # `seconds` waited for nothing
    CONTROL_OUT = "control_out"
    CONTROL_IN = "control_in"
    LINES = "lines"  # note: JSON of the answer
    LINE = "line"
    NOT_REPORTED = "not_reported"
    ERROR = "error"  # note: "<error class>: <words>"
    CHECK_BEGINS = "check_begins"  # note: check id
    CHECK_ENDS = "check_ends"


class Entry(Struct, frozen=True, omit_defaults=True, gc=False):
    """`at` is seconds since the trace began; `data` is what went over the wire."""

    at: float
    what: What
    data: Annotated[bytes, Meta(max_length=1_000_000)] = b""
    seconds: float = 0.0
    note: Annotated[str, Meta(max_length=2000)] = ""


class TraceHeader(Struct, frozen=True):
    """What a trace belongs to; `began` is ISO 8601 UTC."""

    terminal: Id
    port: Short
    protocol: Short | None
    framing: Short | None
    began: Short
    baud: int | None = None
