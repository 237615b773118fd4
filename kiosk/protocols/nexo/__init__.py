"""nexo Retailer over the LAN (the Terminal API of Adyen and others): one diagnosis request, never a payment.

Sources: the nexo Sale to POI protocol 3.0 (DiagnosisRequest, DiagnosisResponse) as Adyen documents it, its example of
a real answer, and RFC 9112 for HTTP/1.1. TLS and sealed messages (NexoBlob, see `sealing`) are the channel's: what is
here sees and sends messages in clear.
"""

from kiosk.model.terminal import Kind
from kiosk.protocols.nexo.decoding import admits, card_spans, decode
from kiosk.protocols.nexo.http import HTTP
from kiosk.protocols.nexo.request import level_of, may_act
from kiosk.protocols.nexo.talk import answers, read
from kiosk.protocols.protocol import Protocol

PROTOCOL = Protocol(
    id="nexo",
    title="nexo Terminal API",
    kind=Kind.TERMINAL,
    framings=(HTTP,),
    default_framing={"tcp": HTTP},
    level_of=level_of,
    may_act=may_act,
    read=read,
    answers=answers,
    decode=decode,
    card_spans=card_spans,
    admits=admits,
)
