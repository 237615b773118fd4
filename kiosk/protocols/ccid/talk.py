"""Conversations with a card reader: how it is, and whether it can power a card; exchanges no byte with a card."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from kiosk.errors import Busy, DeviceError, Garbled, NoAnswer
from kiosk.model.health import Reading
from kiosk.protocols.ccid import descriptor, messages
from kiosk.protocols.ccid.health import Tested, card_test_reading, reading_of
from kiosk.protocols.ccid.messages import DATA, GET_PARAMETERS, GET_STATUS, PARAMETERS, STATUS, Message
from kiosk.protocols.conversation import Control, Conversation, Receive, Send, Wish

# USB 2.0 section 9.4.3: GET_DESCRIPTOR of the first configuration. It reads, and changes nothing.
DESCRIPTION = Control(0x80, 0x06, 0x0200, 0, length=1024)
WAITS = (2.0, 1.0)  # a reader answers within milliseconds; a daemon between that starts takes longer
POWER_WAITS = (3.0,)  # a card has 40 000 clock cycles to begin, and a reader tries three voltages
EXTENSIONS = 40  # times that a reader may ask for more time
STRANGE = 16 * 1024  # bytes that are no answer to us: enough to know that this is no reader
MOST_SLOTS = 4
PATIENCE, STEP = 20.0, 0.25  # seconds that a person has to bring a card, and between two looks

Step = Generator[Wish, Any, Message]


@dataclass(slots=True)
class Asker:
    """Numbers its questions, so that an old answer is never taken for a new one."""

    seq: int = 0
    heard: int = 0

    def ask(self, kind: int, wanted: int, slot: int, waits: tuple[float, ...]) -> Step:
        """The answer of type `wanted` to a question; raises `NoAnswer`, or `Garbled` where only other bytes come."""
        before = self.heard
        for wait in waits:
            self.seq = (self.seq + 1) % 256
            yield Send(messages.request(kind, slot, self.seq))
            answer = yield from self._answer(wanted, slot, wait)
            if answer is not None:
                return answer
        if self.heard > before:
            raise Garbled("Bytes arrive, but none of them is an answer of a card reader.")
        raise NoAnswer("The card reader did not answer.")

    def _answer(self, wanted: int, slot: int, wait: float) -> Generator[Wish, Any, Message | None]:
        """Old answers, requests for more time and stray bytes in between are stepped over."""
        listener, extensions = messages.Listener(), 0
        while self.heard < STRANGE and extensions <= EXTENSIONS:
            data = yield Receive(wait)
            if not data:
                return None
            self.heard += len(data)
            for message in listener.feed(data):
                if (message.slot, message.seq) != (slot, self.seq):
                    continue
                if message.outcome == "time_extension":
                    extensions += 1
                elif message.type in (wanted, STATUS):
                    return message
        return None


def answers(framing: str) -> Conversation[None]:
    yield from Asker().ask(GET_STATUS, STATUS, 0, WAITS)


def read(framing: str) -> Conversation[Reading]:
    """The reader's description of itself, the state of each slot, and of a powered card how it is spoken to."""
    found = yield from _described()
    asker = Asker()
    states: list[Message] = []
    for slot in range(min(found.slots if found else 1, MOST_SLOTS)):
        state = yield from asker.ask(GET_STATUS, STATUS, slot, WAITS)
        states.append(state)
    parameters = None
    if states[0].card == "active" and states[0].outcome == "ok":
        parameters = yield from asker.ask(GET_PARAMETERS, PARAMETERS, 0, WAITS)
    return reading_of(found, tuple(states), parameters)


def _described() -> Generator[Wish, Any, descriptor.Descriptor | None]:
    """None where the way to the reader has no descriptor, or the reader's is none: then less is known, not worse."""
    told = yield DESCRIPTION
    own = descriptor.find(told) if isinstance(told, bytes) else None
    try:
        return descriptor.parse(own) if own is not None else None
    except DeviceError:
        return None


def card_test(framing: str) -> Conversation[Reading]:
    """Wait for a card, power it, take its answer to reset, and power it off whatever came.

    Proves slot, contacts and power without a byte of the card being read. Raises `Busy` where another program
    works with the card.
    """
    asker, tested = Asker(), Tested()
    state = yield from _card_in(asker)
    if state.error == "slot_busy":
        raise Busy("Another program works with the card in the reader.", "Wait until it is done, then check again.")
    if state.card == "none":
        return card_test_reading(tested)
    try:
        tested.answer = yield from asker.ask(messages.POWER_ON, DATA, 0, POWER_WAITS)
        if tested.answer.error == "slot_busy":
            raise Busy("Another program works with the card in the reader.", "Wait until it is done, then check again.")
    except (NoAnswer, Garbled):
        yield from asker.ask(messages.POWER_OFF, STATUS, 0, WAITS)
        raise
    off = yield from asker.ask(messages.POWER_OFF, STATUS, 0, WAITS)
    tested.off = off.card != "active"
    return card_test_reading(tested)


def _card_in(asker: Asker) -> Step:
    """The slot's state as soon as a card is in, or when nobody brought one in time."""
    state = yield from asker.ask(GET_STATUS, STATUS, 0, WAITS)
    for _ in range(int(PATIENCE / STEP)):
        if state.card != "none":
            break
        yield Receive(STEP)  # nothing was asked, so nothing comes: a wait
        state = yield from asker.ask(GET_STATUS, STATUS, 0, WAITS)
    return state
