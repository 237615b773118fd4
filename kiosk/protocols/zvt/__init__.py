"""ZVT, the terminals of Germany, Austria and Switzerland (PA00P015, PA00P016); pure, and it never starts a payment."""

from kiosk.model.terminal import Kind
from kiosk.protocols.protocol import Protocol
from kiosk.protocols.zvt.decoding import decode
from kiosk.protocols.zvt.external import EXTERNAL
from kiosk.protocols.zvt.guard import level_of, may_act
from kiosk.protocols.zvt.privacy import admits, card_spans, filled
from kiosk.protocols.zvt.talk import answers, read
from kiosk.protocols.zvt.transport import FRAMINGS

PROTOCOL = Protocol(
    id="zvt",
    title="ZVT",
    kind=Kind.TERMINAL,
    framings=FRAMINGS,
    default_framing={"serial": "serial", "tcp": "tcp", "usb": "serial"},
    level_of=level_of,
    may_act=may_act,
    read=read,
    answers=answers,
    decode=decode,
    card_spans=card_spans,
    admits=admits,
    filled=filled,
    external=EXTERNAL,
    line="8N2",
    bauds=(9600, 115200, 19200, 38400, 57600),
)
