"""ID TECH readers (NEO, ViVOtech2): asks who they are and how they are; never activates, configures or reads a card.

Source: ID TECH's NEO 2 Interface Developer's Guide (2019), chapters 2 (frames, HID reports, status codes) and 8.
"""

from kiosk.model.terminal import Kind
from kiosk.protocols.idtech.decoding import admits, card_spans, decode, filled
from kiosk.protocols.idtech.guard import level_of, may_act
from kiosk.protocols.idtech.talk import answers, read
from kiosk.protocols.idtech.transport import HID, SERIAL
from kiosk.protocols.protocol import Protocol

PROTOCOL = Protocol(
    id="idtech",
    title="ID TECH NEO",
    kind=Kind.CARD_READER,
    framings=(SERIAL, HID),
    default_framing={"serial": SERIAL, "tcp": SERIAL, "usb": HID},
    level_of=level_of,
    may_act=may_act,
    read=read,
    answers=answers,
    decode=decode,
    card_spans=card_spans,
    admits=admits,
    filled=filled,
    line="8N1",
    bauds=(115200, 19200, 38400, 57600, 9600),
)
