"""The sans-I/O boundary: a conversation is a generator that yields wishes and gets answers; it does no I/O itself."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar


@dataclass(frozen=True, slots=True)
class Send:
    """Put these bytes on the wire. The answer is None."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Receive:
    """Wait at most `timeout` seconds. The answer is the bytes that came; `b""` means silence."""

    timeout: float
    limit: int = 4096


@dataclass(frozen=True, slots=True)
class Control:
    """A USB control transfer or HID feature report (USB 2.0 section 9.3).

    With `length` > 0 it reads and the answer is bytes; otherwise it writes `data` and the answer is None.
    """

    request_type: int
    request: int
    value: int
    index: int
    data: bytes = b""
    length: int = 0


@dataclass(frozen=True, slots=True)
class Lines:
    """Read the modem lines and error counters. The answer is a `LineState`."""


@dataclass(frozen=True, slots=True)
class Line:
    """Set speed and format of a serial line, such as `Line(9600, "8N2")`. The answer is None."""

    baud: int
    format: str


@dataclass(frozen=True, slots=True)
class LineState:
    """Modem lines and counters since the port opened; None where the adapter does not report one."""

    cts: bool | None = None
    dsr: bool | None = None
    ri: bool | None = None
    cd: bool | None = None
    frame_errors: int | None = None
    parity_errors: int | None = None
    overruns: int | None = None


@dataclass(frozen=True, slots=True)
class NotReported:
    """The answer of a channel that lacks what was wished for; a result of its own, neither good nor bad."""

    what: str = ""


Wish: TypeAlias = Send | Receive | Control | Lines | Line
Answer: TypeAlias = bytes | LineState | NotReported | None
T = TypeVar("T")
Conversation: TypeAlias = Generator[Wish, Any, T]
"""Yields a `Wish`, is sent its `Answer`, returns a `T`; raises only `DeviceError`."""
