"""What may be sent to an ID TECH reader: nine questions without data, byte for byte. All else is refused.

Not on it, for good reason: 02-xx (starts a payment), 2C-xx (talks to a card), 90-xx (keys), 04-xx (configuration).
"""

from __future__ import annotations

from kiosk.model.terminal import Level
from kiosk.protocols.conversation import Line, Send, Wish
from kiosk.protocols.idtech.codes import ASKS
from kiosk.protocols.idtech.transport import FRAMINGS, frame

QUESTIONS = {framing: frozenset(frame(*ask, framing) for ask in ASKS) for framing in FRAMINGS}
LINE_SPEEDS = frozenset({9600, 19200, 38400, 57600, 115200})


def level_of(wish: Wish, framing: str) -> Level | None:
    """The level a wish needs; None is refused."""
    if isinstance(wish, Line):
        return Level.INTERNAL if wish.baud in LINE_SPEEDS else None
    if isinstance(wish, Send) and wish.data in QUESTIONS.get(framing, ()):
        return Level.INTERNAL
    return None


def may_act(wish: Wish, framing: str) -> bool:
    """These questions set nothing going."""
    return False
