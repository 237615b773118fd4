"""What a process does that looks for card data beside the one that seals; must not need more than redaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kiosk.evidence.redaction import redact

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Framed = tuple[bytes, str | None, str | None]
"""Bytes, and the protocol and the framing that are known of them."""


def look(pieces: Iterable[Framed]) -> bool:
    """True where no piece holds card data."""
    return all(redact(data, protocol, framing).data == data for data, protocol, framing in pieces)


def serve(line: Connection[Any, Any]) -> None:
    """In a process of its own, until the line is closed; an interrupt is for the one that began it."""
    import gc
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # redaction leaves no circles behind; looking for them costs a twentieth of the time
    line.send(True)
    while True:
        try:
            batch = line.recv()
        except EOFError:
            return
        line.send(look(batch))
