"""Folds a case's events into the one row that the queue shows; pure, so `rebuild` reaches the same row from the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, singledispatch
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from kiosk.model import case as c
from kiosk.model.finding import Chain, HopState

WAITING, TAKEN, RESOLVED = "waiting", "taken", "resolved"
SAFETY, CLOSED_STORE, OTHER = 0, 1, 2


class Card(Struct, frozen=True):
    """What a row of the queue shows besides its clock."""

    number: str = ""
    store: str = ""
    till: str = ""
    terminal: str = ""
    terminal_id: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    verdict: str = ""
    chain: Chain = ()
    data: dict[str, str | int | float | bool] = {}
    tills_working: int | None = None
    tills_total: int | None = None
    expert_name: str = ""
    words: str = ""
    steps: int = 0
    read_by_store: int = 0
    from_store: int = 0  # highest seq of a message of the store
    from_expert: int = 0
    rechecked: bool = False  # the verdict is that of a check after the case was opened


class Head(Struct, frozen=True):
    """State of a case; times are Unix seconds of the desk."""

    case_id: str
    kiosk: str
    opened: float
    changed: float
    state: str = WAITING
    last_seq: int = 0
    harm: int = OTHER
    expert: str = ""
    tier: int = 1
    replied: float | None = None
    card: Card = Card()


class Placed(Struct, frozen=True, gc=False):
    """An event with the time at which the desk stored it, and who sent it."""

    event: c.CaseEvent
    seq: int
    stored: float
    sender: str


Change = Callable[[object, Head, Placed], Head]


def fold(head: Head | None, log: Sequence[Placed], number: str) -> Head:
    """The head after the next events, at least one; a case's first must be `opened`."""
    first, last = log[0], log[-1]
    if head is None:
        head = Head(first.event.case, first.sender, first.stored, first.stored, card=Card(number=number))
    for placed in log:
        body = placed.event.body
        head = _change(type(body))(body, head, placed)
    return replace(head, last_seq=last.seq, changed=last.stored)


@cache
def _change(kind: type) -> Change:
    """What a body of this kind does to a head; to look it up anew costs more than to do it."""
    return _after.dispatch(kind)


@singledispatch
def _after(body: object, head: Head, placed: Placed) -> Head:
    return head


@_after.register
def _(body: c.Opened, head: Head, placed: Placed) -> Head:
    card = replace(
        head.card,
        store=body.store,
        till=body.till,
        terminal=body.terminal,
        terminal_id=body.terminal_id,
        language=body.language,
        time_zone=body.time_zone,
        tills_working=body.tills_working,
        tills_total=body.tills_total,
    )
    harm = SAFETY if body.safety else CLOSED_STORE if body.tills_working == 0 else OTHER
    return replace(head, card=card, harm=harm)


@_after.register
def _(body: c.Evidence, head: Head, placed: Placed) -> Head:
    return replace(head, card=_with_evidence(head.card, body))


@_after.register
def _(body: c.Result, head: Head, placed: Placed) -> Head:
    if body.evidence is None:
        return head
    return replace(head, card=replace(_with_evidence(head.card, body.evidence), rechecked=True))


def _with_evidence(card: Card, evidence: c.Evidence) -> Card:
    data = next((f.data for f in evidence.findings if f.id == evidence.verdict), {})
    return replace(card, verdict=evidence.verdict, chain=evidence.chain, data=data)


@_after.register
def _(body: c.Step, head: Head, placed: Placed) -> Head:
    done = body.state not in (c.StepState.OFFERED, c.StepState.TAKEN, c.StepState.ANSWERED)
    return replace(head, card=replace(head.card, steps=head.card.steps + done))


@_after.register
def _(body: c.Message, head: Head, placed: Placed) -> Head:
    if placed.event.author.side is c.Side.STORE:
        return replace(head, card=replace(head.card, from_store=placed.seq))
    replied = placed.stored if head.replied is None else head.replied
    return replace(head, replied=replied, card=replace(head.card, from_expert=placed.seq))


@_after.register
def _(body: c.Read, head: Head, placed: Placed) -> Head:
    if placed.event.author.side is not c.Side.STORE:
        return head
    return replace(head, card=replace(head.card, read_by_store=max(body.seq, head.card.read_by_store)))


@_after.register
def _(body: c.Assigned, head: Head, placed: Placed) -> Head:
    card = replace(head.card, expert_name=body.name, words=body.words)
    return replace(head, state=TAKEN, expert=body.expert, card=card)


@_after.register
def _(body: c.Tier, head: Head, placed: Placed) -> Head:
    return replace(head, tier=body.tier, state=WAITING, expert="", card=replace(head.card, expert_name="", words=""))


@_after.register
def _(body: c.Resolved, head: Head, placed: Placed) -> Head:
    return replace(head, state=RESOLVED)


@_after.register
def _(body: c.Reopened, head: Head, placed: Placed) -> Head:
    return replace(head, state=TAKEN if head.expert else WAITING)


def broken(chain: Chain) -> str | None:
    """The first broken hop."""
    return next((link.hop.value for link in chain if link.state is HopState.BROKEN), None)


def as_row(head: Head) -> dict[str, object]:
    """A head as columns of `case_head`."""
    row = msgspec.structs.asdict(head)
    row["card"] = msgspec.json.encode(head.card)
    return row


def as_record(head: Head) -> tuple[object, ...]:
    """A head as values in the order of its fields."""
    return (*msgspec.structs.astuple(head)[:-1], msgspec.json.encode(head.card))


def from_row(row: object) -> Head:
    """The head of a row of `case_head`."""
    return from_record([getattr(row, name) for name in Head.__struct_fields__])


def from_record(record: Sequence[Any]) -> Head:
    """The head of values in the order of its fields."""
    values = list(record)
    values[-1] = _card.decode(values[-1])
    return Head(*values)


_card = msgspec.json.Decoder(Card)
