"""What an open port can do, for every kind of port; must not know any protocol, nor wait longer than it was told."""

from __future__ import annotations

from typing import Protocol, Self

from kiosk.protocols.conversation import Control, Line, LineState, NotReported

SLICE = 0.05  # seconds; no wait on a real port is longer, so that a cancel is seen in time


class Channel(Protocol):
    """A port as a context manager: opened on entry, freed on exit; every failure is a `DeviceError`.

    `kind` is "serial", "tcp" or "usb". `slice` is the longest wait that the driver may ask for in one call, in
    seconds; a recording, which never waits, says infinity.
    """

    @property
    def kind(self) -> str: ...

    @property
    def slice(self) -> float: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_exc: object) -> None: ...

    def send(self, data: bytes, timeout: float) -> int:
        """Hand over what the line takes within `timeout` seconds; the answer is how many bytes that was."""

    def receive(self, limit: int, timeout: float) -> bytes:
        """The first bytes that come within `timeout` seconds, at most `limit`; `b""` is silence."""

    def control(self, wish: Control, timeout: float) -> bytes | NotReported | None:
        """A USB control transfer; None when it wrote."""

    def lines(self) -> LineState | NotReported:
        """Modem lines and error counters."""

    def line(self, wish: Line) -> NotReported | None:
        """Set speed and format."""
