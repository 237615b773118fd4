"""What may be sent to a ZVT terminal: a short list of whole messages, byte for byte. All else is refused.

Not on it, for good reason: registration (rewrites the till's set-up, and what stood there cannot be read and so not be
restored), log-off, reset, initialisation, every payment, every card command, files, keys, passwords, speed.
"""

from __future__ import annotations

from kiosk.errors import Garbled
from kiosk.model.terminal import Level
from kiosk.protocols.conversation import Line, Send, Wish
from kiosk.protocols.zvt import apdu, commands
from kiosk.protocols.zvt.external import CONFIGURATION, DIAGNOSES, SELF_TEST
from kiosk.protocols.zvt.talk import CANNOT, DONE, RELEASE
from kiosk.protocols.zvt.transport import SERIAL, Decoder

PASSWORDS = frozenset({bytes.fromhex("123456"), bytes.fromhex("000000")})
_REPLIES = frozenset({DONE, CANNOT, RELEASE})
_SHOWS = frozenset({CONFIGURATION, SELF_TEST, *DIAGNOSES})  # it prints, or calls its host
LINE_SPEEDS = frozenset({9600, 19200, 38400, 57600, 115200})


def level_of(wish: Wish, framing: str) -> Level | None:
    """The level a wish needs; None is refused."""
    if isinstance(wish, Line):
        return Level.INTERNAL if wish.baud in LINE_SPEEDS else None
    if not isinstance(wish, Send):
        return None
    if framing == SERIAL and wish.data in (b"\x06", b"\x15"):
        return Level.INTERNAL
    message = _whole(wish.data, framing)
    if message is None:
        return None
    if message in _REPLIES or _is_enquiry(message):
        return Level.INTERNAL
    return Level.EXTERNAL if message in _SHOWS else None


def may_act(wish: Wish, framing: str) -> bool:
    """A status enquiry lets the terminal begin a due end-of-day (PA00P015 section 2.56); so may all but replies."""
    if not isinstance(wish, Send) or wish.data in (b"\x06", b"\x15"):
        return False
    return _whole(wish.data, framing) not in _REPLIES


def _is_enquiry(message: bytes) -> bool:
    """`05 01`, alone or with a usual password and a service byte that only asks for details."""
    try:
        parsed = apdu.parse(message)
    except Garbled:
        return False
    if parsed.command != commands.STATUS_ENQUIRY or parsed.header != 3:
        return False
    password, rest = parsed.data[:3], parsed.data[3:]
    asks = not rest or (len(rest) == 2 and rest[0] == 0x03 and rest[1] < 0x08)
    return not parsed.data or (password in PASSWORDS and asks)


def _whole(data: bytes, framing: str) -> bytes | None:
    """The one message that these bytes are, with nothing before or behind and a right check sum."""
    pieces = Decoder(framing).feed(data)
    if len(pieces) != 1 or pieces[0].kind != "message" or not pieces[0].good or pieces[0].length != len(data):
        return None
    return pieces[0].body
