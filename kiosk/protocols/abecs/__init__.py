"""ABECS PIN pads (Brazil: Gertec, Ingenico, PAX): opens, asks who it is, closes; never a card, a PIN, a key or a table.

Source: "Pinpad Abecs, Protocolo de Comunicação e Funcionamento" 2.12 of Abecs, sections 2 (packets), 3.1 (results) and
3.2 (OPN, GIN, GIX, CLO).
"""

from kiosk.model.terminal import Kind
from kiosk.protocols.abecs.decoding import admits, card_spans, decode
from kiosk.protocols.abecs.guard import level_of, may_act
from kiosk.protocols.abecs.talk import answers, read
from kiosk.protocols.abecs.transport import SERIAL
from kiosk.protocols.protocol import Protocol

PROTOCOL = Protocol(
    id="abecs",
    title="ABECS",
    kind=Kind.TERMINAL,
    framings=(SERIAL,),
    default_framing={"serial": SERIAL, "tcp": SERIAL},
    level_of=level_of,
    may_act=may_act,
    read=read,
    answers=answers,
    decode=decode,
    card_spans=card_spans,
    admits=admits,
    line="8N1",
    bauds=(19200, 9600, 115200),
)
