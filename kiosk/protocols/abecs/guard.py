"""What may be sent to an ABECS PIN pad: a few whole packets, byte for byte. All else is refused.

Not on it, for good reason: everything that takes a card (GCR, GCX, GTK, GOX, GED, CKE, RMC), a PIN (GPN, GDU, GCD),
keys and cipher (ENB, DWK, the secure OPN), tables (TLI, TLR, TLE), files (MLI, MLR, MLE, LMF, DMF) and the generic GEN.
"""

from __future__ import annotations

from kiosk.model.terminal import Level
from kiosk.protocols.abecs.transport import CAN, NAK, Decoder, packet
from kiosk.protocols.conversation import Line, Send, Wish

OPEN, INFORMATION, EXTENDED = b"OPN", b"GIN00200", b"GIX"
CLOSE = b"CLO032" + b" " * 32
_QUESTIONS = frozenset(
    map(packet, (OPEN, b"OPN000", INFORMATION, b"GIN00202", b"GIN00203", EXTENDED, b"GIX000", CLOSE))
)
_CONTROL = frozenset({bytes([CAN]), bytes([NAK])})
LINE_SPEEDS = frozenset({9600, 19200, 38400, 57600, 115200})


def level_of(wish: Wish, framing: str) -> Level | None:
    """The level a wish needs; None is refused. A text on the display (DSP) is external."""
    if isinstance(wish, Line):
        return Level.INTERNAL if wish.baud in LINE_SPEEDS else None
    if not isinstance(wish, Send):
        return None
    if wish.data in _QUESTIONS or wish.data in _CONTROL:
        return Level.INTERNAL
    return Level.EXTERNAL if _is_text(wish.data) else None


def _is_text(data: bytes) -> bool:
    """DSP with its 32 characters from 20 to 7F."""
    pieces = Decoder().feed(data)
    if len(pieces) != 1 or pieces[0].length != len(data) or not pieces[0].good:
        return False
    body = pieces[0].body
    return len(body) == 38 and body[:6] == b"DSP032" and all(0x20 <= b <= 0x7F for b in body)


def may_act(wish: Wish, framing: str) -> bool:
    """CAN ends what runs, OPN clears the display, CLO writes on it, and a closed pad opens for any question (6.4.1)."""
    return isinstance(wish, Send) and wish.data != bytes([NAK])
