"""A channel whose other end takes sealed nexo messages: seals what goes out and opens what comes, message by message.

Guard and trace stand before it and see the messages themselves, so that what may be sent is judged from what is meant,
and what may be kept is what was said. The key never leaves this object.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Self

from kiosk.diagnostics.channels.channel import Channel
from kiosk.errors import DeviceError, Garbled, WrongKey
from kiosk.protocols.conversation import Control, Line, LineState, NotReported
from kiosk.protocols.nexo import http, messages, sealing

MOST = http.MOST_HEAD + 2 * http.MOST_BODY


@dataclass(frozen=True, slots=True)
class SharedKey:
    """As the terminal's provider names it; an empty passphrase is one that is not known on this PC."""

    id: str
    version: int
    passphrase: str = field(repr=False)
    protocol: str = "nexo"


class SealedChannel:
    """Raises what the channel below raises, and `WrongKey`."""

    def __init__(self, below: Channel, key: SharedKey) -> None:
        self._below, self._key = below, key
        self._out, self._in, self._ready = b"", b"", b""

    @property
    def kind(self) -> str:
        return self._below.kind

    @property
    def slice(self) -> float:
        return self._below.slice

    def __enter__(self) -> Self:
        if not self._key.passphrase:
            raise WrongKey(
                f"The passphrase of the key {self._key.id} is not known on this PC.",
                f"Ask IT to tell it: `kiosk key {self._key.id} --version {self._key.version}`.",
            )
        self._below.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._out = self._in = self._ready = b""
        self._below.__exit__(*exc)

    def send(self, data: bytes, timeout: float) -> int:
        """All of `data` once its sealed form is out, else nothing: `data` is the rest of one HTTP message."""
        if not self._out:
            self._out = self._sealed(data)
        self._out = self._out[self._below.send(self._out, timeout) :]
        return 0 if self._out else len(data)

    def receive(self, limit: int, timeout: float) -> bytes:
        """An opened message, once it is whole; what is no HTTP comes as it is, to be told as such."""
        if not self._ready:
            self._in += self._below.receive(limit, timeout)
            self._ready, self._in = self._opened(self._in)
        given, self._ready = self._ready[:limit], self._ready[limit:]
        return given

    def control(self, wish: Control, timeout: float) -> bytes | NotReported | None:
        return self._below.control(wish, timeout)

    def lines(self) -> LineState | NotReported:
        return self._below.lines()

    def line(self, wish: Line) -> NotReported | None:
        return self._below.line(wish)

    def _sealed(self, data: bytes) -> bytes:
        message = http.take(data)
        if message is None or message.length != len(data):
            raise Garbled("Only whole messages can be sealed.")
        keys, nonce = sealing.keys_of(self._key.passphrase), secrets.token_bytes(sealing.NONCE)
        body = sealing.seal(message.body, keys, self._key.id, self._key.version, nonce)
        return _http(f"POST {message.target} HTTP/1.1\r\nHost: terminal", body)

    def _opened(self, came: bytes) -> tuple[bytes, bytes]:
        """What is ready to be handed on, and what is not whole yet."""
        if not came or (len(came) <= MOST and _may_become(came)):
            return b"", came
        message = _whole(came)
        if message is None:
            return came, b""
        rest = came[message.length :]
        if not sealing.is_sealed(message.body):
            _refuse_unsealed(message)
            return came[: message.length], rest
        keys = sealing.keys_of(self._key.passphrase)
        return _http("HTTP/1.1 200 OK", sealing.unseal(message.body, keys, self._key.id, self._key.version)), rest


def _http(head: str, body: bytes) -> bytes:
    return f"{head}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _may_become(came: bytes) -> bool:
    """The beginning of a message that is not whole yet."""
    try:
        return b"HTTP/1."[: len(came)] == came[:7] and http.take(came) is None
    except DeviceError:
        return False


def _whole(came: bytes) -> http.Message | None:
    try:
        return http.take(came)
    except DeviceError:
        return None


def _refuse_unsealed(message: http.Message) -> None:
    """A terminal may say in clear that it cannot read us, never how it is: that could be anybody."""
    try:
        answer = messages.parse(message.body)
    except DeviceError:
        return
    if answer.diagnosis is not None:
        raise WrongKey("The terminal answers without the key that was agreed.")
