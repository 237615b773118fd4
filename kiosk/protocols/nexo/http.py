"""HTTP/1.1 messages in a stream of bytes, cut by h11 and bounded here; must not know what they carry.

Only messages that say where they end are taken: a length, or chunks (RFC 9112 section 6). One that ends with the
connection is refused, for half an answer would look whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.errors import Garbled

if TYPE_CHECKING:
    import h11

HTTP = "http"
MOST_BODY = 65536
MOST_HEAD = 16384  # what h11 itself allows before the body
_BEGINNING = re.compile(rb"HTTP/1\.|POST /")
_HEAD = re.compile(rb"HTTP/1\.[01] [0-9]{3}[ \r]|POST /[!-~]{0,200} HTTP/1\.[01]\r")


@dataclass(frozen=True, slots=True)
class Message:
    """`length` bytes of the stream; `status` is that of an answer, 0 for a request; `target` that of a request."""

    length: int
    body: bytes
    status: int = 0
    target: str = ""


def begins(data: bytes, at: int = 0) -> int:
    """Where the next message may begin, at `at` or behind; -1 where none does."""
    found = _BEGINNING.search(data, at)
    return found.start() if found else -1


def heads(data: bytes) -> Iterator[int]:
    """Where a head begins that also ends; what stands farther than a head's length from its end is passed over."""
    end = -1
    for found in _HEAD.finditer(data):
        start = found.start()
        if end < start:
            end = data.find(b"\r\n\r\n", start)
        if end < 0:
            return
        if end - start <= MOST_HEAD:
            yield start


def take(data: bytes) -> Message | None:
    """The message that begins with the first byte; None while more bytes are needed. Raises `Garbled`."""
    import h11

    connection = _prepared(data)
    try:
        connection.receive_data(data)
        head = connection.next_event()
        if head is h11.NEED_DATA:
            return None
        return _rest(connection, head, len(data))
    except h11.RemoteProtocolError as e:
        raise Garbled("What comes is no whole HTTP message.", "Check the address and the port of the terminal.") from e


def _prepared(data: bytes) -> h11.Connection:
    """A connection that waits for an answer, or for a request."""
    import h11

    if not data.startswith(b"HTTP/1."):
        return h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_HEAD)
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)
    connection.send(h11.Request(method="POST", target="/", headers=[("Host", "terminal"), ("Content-Length", "0")]))
    connection.send(h11.EndOfMessage())
    return connection


def _rest(connection: h11.Connection, head: object, size: int) -> Message | None:
    """The body up to its end."""
    import h11

    if not isinstance(head, h11.Response | h11.Request):
        raise Garbled("What comes is no HTTP message that was asked for.")
    names = {name for name, _ in head.headers}
    if isinstance(head, h11.Response) and not names & {b"content-length", b"transfer-encoding"}:
        raise Garbled("The answer does not say where it ends.")
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            return None
        if isinstance(event, h11.EndOfMessage):
            break
        if not isinstance(event, h11.Data) or len(body) + len(event.data) > MOST_BODY:
            raise Garbled("The answer is longer than any answer of a terminal.")
        body += event.data
    left = len(connection.trailing_data[0])
    if isinstance(head, h11.Request):
        return Message(size - left, bytes(body), target=head.target.decode("ascii", "replace"))
    return Message(size - left, bytes(body), head.status_code)
