"""Conversations with a nexo terminal: one diagnosis request; asked again, with the right name, if it tells its name.

The kiosk does not know a terminal's POIID beforehand: the first request says "0", and a terminal that refuses it names
itself in its answer. A ServiceID must not come twice within two days (Adyen): the next one is made from what came.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

from kiosk.errors import Garbled, NoAnswer, Refused
from kiosk.model.health import Reading
from kiosk.protocols.conversation import Conversation, Receive, Send, Wish
from kiosk.protocols.framing import crc16_1021
from kiosk.protocols.nexo import http, messages
from kiosk.protocols.nexo.health import CONDITIONS, reading_of
from kiosk.protocols.nexo.messages import Answer, Diagnosis
from kiosk.protocols.nexo.request import NAME, request

WAIT = 8.0  # to the first byte of an answer
BETWEEN = 3.0  # between parts of one answer
UNNAMED = "0"
TRIES = 3
MOST_BYTES = http.MOST_HEAD + http.MOST_BODY
MOST_NOISE = 4096


@dataclass(slots=True)
class Link:
    """What came over the connection and is not read yet."""

    held: bytes = b""
    taken: int = field(default=0)

    def next(self) -> Generator[Wish, bytes, http.Message]:
        """The next whole HTTP message. Raises `NoAnswer`, `Garbled`."""
        while True:
            message = self.cut()
            if message is not None:
                return message
            data = yield Receive(BETWEEN if self.held else WAIT)
            if not data:
                raise self.silence()
            self.taken += len(data)
            self.held += data
            if self.taken > TRIES * MOST_BYTES or len(self.held) > MOST_BYTES:
                raise Garbled("The terminal sends without end.")

    def cut(self) -> http.Message | None:
        start = http.begins(self.held)
        if start < 0:
            if len(self.held) > MOST_NOISE:
                raise Garbled("Bytes arrive, but none of them is an HTTP message.")
            return None
        message = http.take(self.held[start:])
        if message is not None:
            self.held = self.held[start + message.length :]
        return message

    def silence(self) -> NoAnswer | Garbled:
        if self.held:
            return Garbled("An answer began and did not end.")
        return NoAnswer("The terminal did not answer.")


def _ask(link: Link, terminal: str, number: str) -> Generator[Wish, bytes, tuple[Answer, int]]:
    """One request, its answer, and a check sum of all that came.

    Raises `Refused` where HTTP itself says no, `Garbled` where the answer is to another request.
    """
    yield Send(request(terminal, number))
    message = yield from link.next()
    if message.status != 200:
        _hear_of_keys(message.body)
        raise Refused(f"The terminal answers, but does not take the question (HTTP status {message.status}).")
    answer = messages.parse(message.body)
    if answer.diagnosis is not None and (answer.header.number != number or answer.header.category != "Diagnosis"):
        raise Garbled("The terminal answers another question than was asked.")
    return answer, crc16_1021(message.body)


def _hear_of_keys(body: bytes) -> None:
    """A refusal may say that it is the key. Raises `WrongKey`."""
    try:
        messages.parse(body)
    except (Garbled, Refused):
        return


def _settled(link: Link) -> Generator[Wish, bytes, Answer]:
    """The answer to a request that the terminal takes: it is asked again under the name that it tells."""
    terminal, number = UNNAMED, "2"
    for attempt in range(TRIES):
        answer, mark = yield from _ask(link, terminal, number)
        named = answer.header.terminal
        known = bool(NAME.fullmatch(named)) and named != terminal
        if answer.diagnosis is not None and not (known and _is_refusal(answer.diagnosis)):
            return answer
        if known:
            terminal = named
        number = f"{mark:05d}{attempt}"
    raise Refused("The terminal takes no diagnosis request from this PC.")


def _is_refusal(diagnosis: Diagnosis) -> bool:
    """It took no offence at its own state, but at the request."""
    return diagnosis.result.result == "Failure" and diagnosis.result.condition not in CONDITIONS


def read(framing: str) -> Conversation[Reading]:
    """A diagnosis of the terminal itself; its hosts are not tried, for that would go over the internet."""
    answer = yield from _settled(Link())
    if answer.diagnosis is None:
        raise Refused("The terminal takes no diagnosis request from this PC.")
    return reading_of(answer.diagnosis, answer.header.terminal)


def answers(framing: str) -> Conversation[None]:
    """nexo has nothing shorter; whatever it answers in nexo's form, it talks."""
    yield from _ask(Link(), UNNAMED, "1")
