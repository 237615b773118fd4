"""What a nexo terminal answers, as values: strict about types, bounded, deaf to what a diagnosis does not need."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct, field

from kiosk.errors import Garbled, Refused, WrongKey
from kiosk.model.wire import NOT_READABLE

SHORT = 200
_CANNOT_OPEN = re.compile(
    rb'\s*\{\s*"errors"\s*:\s*\[\s*"Nexo Service: crypto error \([0-9]{1,3}\)"\s*\]\s*'
    rb'(?:,\s*"ServiceID"\s*:\s*"[A-Za-z0-9-]{0,10}"\s*)?\}\s*'
)
"""What Adyen's terminals say to a sealed message that they cannot open (public issues of its libraries)."""


class Header(Struct, frozen=True):
    category: str = field(name="MessageCategory", default="")
    type: str = field(name="MessageType", default="")
    number: str = field(name="ServiceID", default="")
    terminal: str = field(name="POIID", default="")


class Status(Struct, frozen=True):
    """POIStatus; a flag that is not there was not told."""

    overall: str | None = field(name="GlobalStatus", default=None)
    security: bool | None = field(name="SecurityOKFlag", default=None)
    pin_device: bool | None = field(name="PEDOKFlag", default=None)
    card_reader: bool | None = field(name="CardReaderOKFlag", default=None)
    printer: str | None = field(name="PrinterStatus", default=None)
    communication: bool | None = field(name="CommunicationOKFlag", default=None)
    fraud_prevention: bool | None = field(name="FraudPreventionFlag", default=None)


class Host(Struct, frozen=True):
    acquirer: str | int = field(name="AcquirerID", default="")
    reachable: bool | None = field(name="IsReachableFlag", default=None)


class Result(Struct, frozen=True):
    result: str = field(name="Result", default="")
    condition: str | None = field(name="ErrorCondition", default=None)
    additional: str = field(name="AdditionalResponse", default="")


class Diagnosis(Struct, frozen=True):
    result: Result = field(name="Response")
    status: Status = field(name="POIStatus", default=Status())
    hosts: tuple[Host, ...] = field(name="HostStatus", default=())


class _Response(Struct, frozen=True):
    header: Header = field(name="MessageHeader")
    diagnosis: Diagnosis | None = field(name="DiagnosisResponse", default=None)


class Event(Struct, frozen=True):
    kind: str = field(name="EventToNotify", default="")


class _Request(Struct, frozen=True):
    header: Header = field(name="MessageHeader")
    event: Event | None = field(name="EventNotification", default=None)


class _Envelope(Struct, frozen=True):
    response: _Response | None = field(name="SaleToPOIResponse", default=None)
    request: _Request | None = field(name="SaleToPOIRequest", default=None)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a diagnosis, or an event that came in its place ("Reject" for a request it does not take)."""

    header: Header
    diagnosis: Diagnosis | None = None
    event: str = ""


def parse(body: bytes) -> Answer:
    """Raises `Garbled` on what is no such message, `Refused` where the terminal speaks sealed messages only, `WrongKey`
    where it could not open ours.
    """
    if _CANNOT_OPEN.fullmatch(body):
        raise WrongKey("The terminal cannot open what this PC has sealed.")
    try:
        envelope = msgspec.json.decode(body, type=_Envelope)
    except NOT_READABLE as e:
        raise Garbled("The terminal answers over HTTP, but not in nexo's form.") from e
    if envelope.response is not None and envelope.response.diagnosis is not None:
        return Answer(envelope.response.header, envelope.response.diagnosis)
    if envelope.request is not None and envelope.request.event is not None:
        return Answer(envelope.request.header, event=envelope.request.event.kind[:SHORT])
    if b'"NexoBlob"' in body:
        raise Refused("The terminal takes sealed messages only.", "Ask its provider to check it from their side.")
    raise Garbled("The terminal answers something else than a diagnosis.")


def additional(text: str) -> dict[str, str]:
    """`name=value&...` (Adyen's AdditionalResponse); the first of each name, at most 50."""
    try:
        pairs = parse_qsl(text[:16384], max_num_fields=50)
    except ValueError:
        return {}
    return {name: value[:SHORT] for name, value in reversed(pairs)}
