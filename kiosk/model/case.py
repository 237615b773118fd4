"""A case is an append-only log of events; kiosk and desk hold the same types. Unknown kinds are kept and shown raw."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union

import msgspec
from msgspec import Meta, Struct

from kiosk.model.body import Body
from kiosk.model.bounds import Few, Id, Many, Short, Words
from kiosk.model.finding import Chain, Finding, Measurement
from kiosk.model.health import Health
from kiosk.model.report import HostFact
from kiosk.model.visit import Arrived, Attachment, Callback, Dispatch, Incident, Returned

SCHEMA = 1
T = TypeVar("T")
Readable = bytes | str | msgspec.Raw


class Side(StrEnum):
    STORE = "store"
    EXPERT = "expert"
    DESK = "desk"


class Author(Struct, frozen=True, gc=False):
    """Who wrote an event: a kiosk, an expert or the desk itself."""

    side: Side
    id: Id
    name: Short = ""


class Opened(Body, tag="opened", frozen=True):
    """First event of a case. `chain` and `verdict` stand here so that the queue needs nothing else."""

    store: Short
    till: Short
    terminal: Short  # make and model
    terminal_id: Short = ""
    language: Short = "en"
    safety: bool = False  # tamper, battery: goes first
    tills_working: int | None = None
    tills_total: int | None = None
    time_zone: Short = "UTC"
    kiosk_version: Short = ""


class Symptom(Body, tag="symptom", frozen=True):
    id: Id
    words: Words = ""  # the staff's own


class Likely(Struct, frozen=True):
    """A cause with its probability."""

    cause: Id
    probability: float


class Evidence(Body, tag="evidence", frozen=True):
    """What the machine found, small enough to arrive within seconds on a slow line."""

    verdict: Short  # finding id of the first broken hop, or "ok"
    chain: Chain
    findings: Few[Finding] = ()
    measurements: Few[Measurement] = ()
    health: Health = Health()
    likely: Few[Likely] = ()
    host: Few[HostFact] = ()
    siblings_ok: int | None = None
    siblings: int | None = None


class StepState(StrEnum):
    OFFERED = "offered"
    TAKEN = "taken"
    CURED = "cured"
    NO_CHANGE = "no_change"
    CANNOT = "cannot"
    ANSWERED = "answered"


class Step(Body, tag="step", frozen=True):
    """A step of guidance: a remedy or a question, and how it came out."""

    id: Id
    state: StepState
    answer: Short = ""
    seconds: float = 0.0


class BundleSent(Body, tag="bundle", frozen=True):
    """A sealed bundle belongs to the case; `sha256` proves the whole, `file` is its tus id once known."""

    sha256: Id
    size: int
    complete: bool = False
    file: Short = ""
    left_out: Few[Short] = ()


class Message(Body, tag="message", frozen=True):
    """Chat; a phrase id travels instead of words where each side should read its own language."""

    words: Words = ""
    phrase: Short = ""
    args: Annotated[dict[str, Short], Meta(max_length=20)] = msgspec.field(default_factory=dict)


class Read(Body, tag="read", frozen=True):
    """The author has seen everything up to `seq`."""

    seq: int


class Request(Body, tag="request", frozen=True):
    """An expert asks the kiosk for one of a closed list of things; nothing happens without consent."""

    wish: Annotated[str, Meta(pattern="^(check|procedure|collect|show)$")]
    target: Short = ""  # terminal id, procedure id or step id
    level: Short = "internal"
    why: Short = ""


class Withdrawn(Body, tag="withdrawn", frozen=True):
    request: Id


class Consent(Body, tag="consent", frozen=True):
    """Staff answered a request."""

    request: Id
    given: bool
    by: Short = ""


class Result(Body, tag="result", frozen=True):
    """What came of a request; `stopped` if staff ended it."""

    request: Id
    ok: bool
    evidence: Evidence | None = None
    words: Short = ""
    stopped: bool = False


class Assigned(Body, tag="assigned", frozen=True):
    """An expert took the case. `words` are the two that both sides see and say."""

    expert: Id
    name: Short
    words: Short = ""


class Tier(Body, tag="tier", frozen=True):
    tier: int
    note: Words = ""


class Note(Body, tag="note", frozen=True):
    """For experts only: the desk never hands it to a kiosk."""

    words: Words


class Ended(Body, tag="ended", frozen=True):
    """Staff ended the expert's session; the case stays open."""


class Release(Body, tag="release", frozen=True):
    """The security line clears a stop page: the answer to the challenge that the page shows."""

    challenge: Short
    code: Short


class Resolved(Body, tag="resolved", frozen=True):
    """`verified` is "machine" when a passing check stands behind it, else who says so."""

    cause: Id
    remedy: Id
    verified: Short = ""
    words: Words = ""


class Reopened(Body, tag="reopened", frozen=True):
    why: Short = ""


class Rating(Body, tag="rating", frozen=True):
    """CSAT 1-5, CES 1-7, NPS 0-10; each optional."""

    csat: Annotated[int, Meta(ge=1, le=5)] | None = None
    ces: Annotated[int, Meta(ge=1, le=7)] | None = None
    nps: Annotated[int, Meta(ge=0, le=10)] | None = None
    words: Words = ""


KINDS: tuple[type[Body], ...] = (
    Opened, Symptom, Evidence, Step, BundleSent, Message, Read, Request, Withdrawn, Consent, Result, Assigned,
    Tier, Note, Ended, Release, Resolved, Reopened, Rating, Attachment, Incident, Callback, Dispatch, Arrived, Returned,
)  # fmt: skip
_BY_KIND = {str(k.__struct_config__.tag): k for k in KINDS}


class Unknown(Struct, frozen=True):
    """A kind that this version does not know; kept byte for byte and shown raw."""

    kind: str
    raw: bytes


if TYPE_CHECKING:
    AnyBody = Body | Unknown
else:
    AnyBody = Any  # msgspec cannot tell the two apart by itself; `decode_event` does


class CaseEvent(Struct, frozen=True, gc=False):
    """One entry of a case's log; `seq` is None until the desk has stored it."""

    id: str
    case: str
    author: Author
    at: datetime
    body: AnyBody
    seq: int | None = None
    restored: bool = False
    schema: int = SCHEMA

    @property
    def kind(self) -> str:
        return self.body.kind if isinstance(self.body, Unknown) else str(self.body.__struct_config__.tag)


Key = Annotated[str, Meta(min_length=8, max_length=80)]


class _Envelope(Struct, frozen=True, omit_defaults=True):
    id: Key
    case: Key
    author: Author
    at: datetime
    body: msgspec.Raw
    seq: int | None = None
    restored: bool = False
    schema: int = 1


class _Written(Struct, frozen=True, gc=False):
    """The envelope, with time and body left as they were written."""

    id: Key
    case: Key
    author: Author
    at: msgspec.Raw
    body: msgspec.Raw
    seq: int | None = None
    restored: bool = False
    schema: int = 1


class _Kind(Struct, frozen=True):
    kind: Id


@cache
def _decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """Built at first use: a program that only shows Home decodes no event."""
    return msgspec.json.Decoder(kind)


@cache
def _bodies() -> msgspec.json.Decoder[Any]:
    """All kinds at once."""
    kinds: Any = Union[KINDS]  # noqa: UP007 - made of the list of kinds
    return msgspec.json.Decoder(kinds)


_encoder = msgspec.json.Encoder()


def decode_event(data: Readable) -> CaseEvent:
    """One event from JSON; raises `msgspec.ValidationError` or `msgspec.DecodeError` on what is none."""
    return split_event(data)[0]


def split_event(data: Readable) -> tuple[CaseEvent, msgspec.Raw, msgspec.Raw]:
    """One event, and its body and its time byte for byte as they came; raises as `decode_event`."""
    e = _decoder(_Written).decode(data)
    try:
        at, body = _decoder(datetime).decode(e.at), _bodies().decode(e.body)
    except msgspec.ValidationError:
        return _with_any_kind(data), e.body, e.at
    return CaseEvent(e.id, e.case, e.author, at, body, e.seq, e.restored, e.schema), e.body, e.at


def _with_any_kind(data: Readable) -> CaseEvent:
    e = _decoder(_Envelope).decode(data)
    kind = _decoder(_Kind).decode(e.body).kind
    cls = _BY_KIND.get(kind)
    body: Body | Unknown = Unknown(kind, bytes(e.body)) if cls is None else _decoder(cls).decode(e.body)
    return CaseEvent(e.id, e.case, e.author, e.at, body, e.seq, e.restored, e.schema)


def encode_event(event: CaseEvent) -> bytes:
    raw = event.body.raw if isinstance(event.body, Unknown) else _encoder.encode(event.body)
    return _encoder.encode(
        _Envelope(
            event.id,
            event.case,
            event.author,
            event.at,
            msgspec.Raw(raw),
            event.seq,
            event.restored,
            event.schema,
        )
    )


class EventBatch(Struct, frozen=True):
    """POST /api/cases/{id}/events: at most 500 raw events."""

    events: Annotated[tuple[msgspec.Raw, ...], Meta(max_length=500)]


class Stored(Struct, frozen=True):
    """The desk's answer to a batch: the seq of every event, whether new or sent before."""

    epoch: str
    number: str
    seqs: dict[str, int]


class EventPage(Struct, frozen=True):
    """GET /api/cases/{id}/events as JSON."""

    epoch: str
    events: Many[msgspec.Raw] = ()
    last: int = 0


class InboxItem(Struct, frozen=True):
    case: str
    event: msgspec.Raw


class InboxPage(Struct, frozen=True):
    """GET /api/inbox?wait=S as JSON; `cursor` is what `Last-Event-ID` would be: base64url of {case: seq}."""

    epoch: str
    cursor: str
    items: Many[InboxItem] = ()


class Enrol(Struct, frozen=True):
    """POST /api/enrol; `public_key` is the kiosk's Ed25519 key, base64."""

    code: Id
    name: Short
    public_key: Short
    version: Short = ""


class Enrolled(Struct, frozen=True):
    """The answer: `release_key` (base64, 32 bytes) proves release codes of the security line."""

    kiosk: Id
    store: Id
    store_name: Short
    token: Short
    release_key: Short
    epoch: Short
