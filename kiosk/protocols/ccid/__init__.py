"""CCID smart-card readers: descriptor, slot state, power for a card test; no byte of a card is ever asked for.

Source: CCID 1.1. On the list are GetSlotStatus and GetParameters, and, above internal, IccPowerOn and IccPowerOff.
Exchange, PIN entry, escape and everything that sets something are on no list.
"""

from kiosk.model.terminal import Kind, Level
from kiosk.protocols.ccid.decoding import admits, card_spans, decode
from kiosk.protocols.ccid.messages import GET_PARAMETERS, GET_STATUS, HEADER, POWER_OFF, POWER_ON
from kiosk.protocols.ccid.talk import DESCRIPTION, answers, card_test, read
from kiosk.protocols.conversation import Line, Send, Wish
from kiosk.protocols.protocol import Protocol

_LEVELS = {
    GET_STATUS: Level.INTERNAL,
    GET_PARAMETERS: Level.INTERNAL,
    POWER_ON: Level.EXTERNAL,
    POWER_OFF: Level.EXTERNAL,
}


def level_of(wish: Wish, framing: str) -> Level | None:
    """One whole request without data; in IccPowerOn also the voltage (CCID 1.1 section 6.1.1), all else zero."""
    if isinstance(wish, Line) or wish == DESCRIPTION:
        return Level.INTERNAL
    if not isinstance(wish, Send) or len(wish.data) != HEADER or any(wish.data[1:5]):
        return None
    own = wish.data[7:]
    if any(own) and not (wish.data[0] == POWER_ON and own[0] <= 3 and not any(own[1:])):
        return None
    return _LEVELS.get(wish.data[0])


def may_act(wish: Wish, framing: str) -> bool:
    """Power for a card may disturb whoever works with it: never while guessing."""
    return isinstance(wish, Send) and wish.data[:1] in (bytes([POWER_ON]), bytes([POWER_OFF]))


PROTOCOL = Protocol(
    id="ccid",
    title="CCID",
    kind=Kind.SMART_CARD_READER,
    framings=("raw",),
    default_framing={"usb": "raw", "pcsc": "raw"},
    level_of=level_of,
    may_act=may_act,
    read=read,
    answers=answers,
    decode=decode,
    card_spans=card_spans,
    admits=admits,
    card_test=card_test,
)
