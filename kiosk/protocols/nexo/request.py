"""The one request that may be sent to a nexo terminal, byte for byte, and nothing beside it.

Not on the list, for good reason: every other MessageCategory (Payment, Reversal, Login, Admin, CardAcquisition,
Display, Print, Input, Abort ...), other paths, other headers, a second message behind the first.
"""

from __future__ import annotations

import re

from kiosk.model.terminal import Level
from kiosk.protocols.conversation import Line, Send, Wish

SALE = "SupportKiosk"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")  # POIID: model and serial number at Adyen's
NUMBER = re.compile(r"[A-Za-z0-9]{1,10}")  # ServiceID
_SHAPE = re.compile(rb'"ServiceID":"([^"]*)".*"POIID":"([^"]*)".*"HostDiagnosisFlag":(true|false)', re.DOTALL)
LONGEST = 1024


def request(terminal: str, number: str, *, hosts: bool = False) -> bytes:
    """A DiagnosisRequest as an HTTP request. `hosts` asks the terminal to try its acquirer's hosts too."""
    flag = "true" if hosts else "false"
    body = (
        '{"SaleToPOIRequest":{"MessageHeader":{"ProtocolVersion":"3.0","MessageClass":"Service",'
        '"MessageCategory":"Diagnosis","MessageType":"Request",'
        f'"ServiceID":"{number}","SaleID":"{SALE}","POIID":"{terminal}"}},'
        f'"DiagnosisRequest":{{"HostDiagnosisFlag":{flag}}}}}}}'
    )
    head = (
        "POST /nexo HTTP/1.1\r\nHost: terminal\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode("ascii")


def level_of(wish: Wish, framing: str) -> Level | None:
    """Internal; external with the flag for hosts, for then the terminal goes to its acquirer over the internet."""
    if isinstance(wish, Line):
        return Level.INTERNAL
    if not isinstance(wish, Send) or len(wish.data) > LONGEST:
        return None
    found = _SHAPE.search(wish.data)
    if found is None:
        return None
    number, terminal = found[1].decode("latin-1"), found[2].decode("latin-1")
    if not (NAME.fullmatch(terminal) and NUMBER.fullmatch(number)):
        return None
    hosts = found[3] == b"true"
    if wish.data != request(terminal, number, hosts=hosts):
        return None
    return Level.EXTERNAL if hosts else Level.INTERNAL


def may_act(wish: Wish, framing: str) -> bool:
    """A diagnosis request sets nothing going; with the flag for hosts it makes the terminal go online."""
    return isinstance(wish, Send) and b'"HostDiagnosisFlag":true' in wish.data
