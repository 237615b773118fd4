"""The words between `sync` and `client`: what happens and what is wished for; values only, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.model.case import CaseEvent

POLL_WAIT = 25  # seconds


class Trouble(StrEnum):
    """Why a lane failed."""

    OFFLINE = "offline"  # no connection, or it was cut
    NO_TRUST = "no_trust"  # TLS could not be verified
    REJECTED = "rejected"  # 401: the token is not known
    HELD = "held"  # 404, 410: this case is not there to be touched, for now
    TOO_MUCH = "too_much"  # 400, 403, 413, 422: something of what was sent will never be taken
    BUSY = "busy"  # 429 and 5xx


# what happens


@dataclass(frozen=True, slots=True)
class Tick:
    """Time went by."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The outbox has something new to say."""


@dataclass(frozen=True, slots=True)
class UploadAdded:
    pass


@dataclass(frozen=True, slots=True)
class Hello:
    attempt: int
    epoch: str


@dataclass(frozen=True, slots=True)
class Beat:
    attempt: int


@dataclass(frozen=True, slots=True)
class Heard:
    """Events from the stream, in its order; each has its seq."""

    attempt: int
    events: tuple[CaseEvent, ...]


@dataclass(frozen=True, slots=True)
class Polled:
    """The answer to a long poll, maybe without events."""

    attempt: int
    epoch: str
    events: tuple[CaseEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class ListenEnded:
    attempt: int
    trouble: Trouble
    jitter: float
    after: float = 0.0  # the desk asked for this many seconds


@dataclass(frozen=True, slots=True)
class Posted:
    epoch: str
    case: str
    number: str
    seqs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class NothingToSay:
    pass


@dataclass(frozen=True, slots=True)
class PostFailed:
    case: str
    ids: tuple[str, ...]
    trouble: Trouble
    jitter: float
    after: float = 0.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page of a case read from `after`: everything visible above it, or the first part; `last` as the desk says."""

    epoch: str
    case: str
    after: int
    events: tuple[CaseEvent, ...]
    last: int


@dataclass(frozen=True, slots=True)
class FetchFailed:
    case: str
    trouble: Trouble
    jitter: float
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class UploadDone:
    pass


@dataclass(frozen=True, slots=True)
class UploadIdle:
    """There is no file whose turn it is."""


@dataclass(frozen=True, slots=True)
class UploadFailed:
    trouble: Trouble
    jitter: float
    after: float = 0.0


Event = (
    Tick | Spoken | UploadAdded | Hello | Beat | Heard | Polled | ListenEnded | Posted | NothingToSay | PostFailed
    | Fetched | FetchFailed | UploadDone | UploadIdle | UploadFailed
)  # fmt: skip


# what is wished for


@dataclass(frozen=True, slots=True)
class Listen:
    """Open the stream; `cursor` maps a case to the last seq known."""

    attempt: int
    cursor: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Poll:
    attempt: int
    cursor: Mapping[str, int]
    wait: int = POLL_WAIT


@dataclass(frozen=True, slots=True)
class HangUp:
    """Close the stream of this attempt; its end is of no more interest."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Say:
    """Post the next batch of the outbox: at most `limit` events of one case, none of the cases in `skip`."""

    limit: int
    skip: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fetch:
    """Read at most `limit` events of a case from a seq on."""

    case: str
    after: int
    limit: int = 500


@dataclass(frozen=True, slots=True)
class SendFile:
    """Upload the next file of the outbox."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Store these events, then tell them; up to `known` nothing is missing in their case."""

    case: str
    events: tuple[CaseEvent, ...]
    known: int


@dataclass(frozen=True, slots=True)
class Confirm:
    case: str
    number: str
    seqs: Mapping[str, int]
    known: int


@dataclass(frozen=True, slots=True)
class SetAside:
    case: str
    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Adopt:
    """The first epoch ever heard of."""

    epoch: str


@dataclass(frozen=True, slots=True)
class StartOver:
    epoch: str


Wish = Listen | Poll | HangUp | Say | Fetch | SendFile | Keep | Confirm | SetAside | Adopt | StartOver
