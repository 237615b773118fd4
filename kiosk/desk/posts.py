"""Decides what a group of posts becomes: seqs, rows and heads; pure, what it needs of the database comes in."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Raw, Struct

from kiosk.desk.head import Head, Placed, fold
from kiosk.errors import Rejected
from kiosk.model.case import Author, CaseEvent, Opened, Readable, decode_event, split_event
from kiosk.model.ids import CROCKFORD, case_number, uuid7


class NotYours(Rejected):
    """The case belongs to somebody else, or there is none: the sender is never told which."""

    cure = "Open it with an `opened` event, or ask the desk."


class TooLate(Rejected):
    """Somebody else was faster."""

    cure = "Load the page again."


class Incoming(Struct, frozen=True, gc=False):
    """An event that passed its checks, with body and time as the sender wrote them."""

    event: CaseEvent
    body: Raw
    at: Raw


class Post(Struct, frozen=True):
    """One batch; a kiosk may write to its own cases only, experts and the desk to every case."""

    case: str
    incoming: tuple[Incoming, ...]
    sender: str
    is_kiosk: bool = False
    only_in: str = ""  # state the case must still be in


class Kept(Struct, frozen=True):
    """The answer to a post."""

    number: str
    seqs: dict[str, int]


class Row(Struct, frozen=True, gc=False):
    """A row of `events`, its fields in the order of the columns."""

    case_id: str
    seq: int
    id: str
    kind: str
    sender: str
    stored: float
    data: bytes


class Group(Struct, frozen=True):
    """What became of posts that share one commit: an answer for each, rows to insert, heads to save."""

    answers: list[Kept | Rejected]
    rows: list[Row]
    heads: dict[str, Head]


Known = dict[tuple[str, str], int]


class _Wire(Struct, frozen=True, omit_defaults=True, gc=False):
    id: str
    case: str
    author: Author
    at: Raw
    body: Raw
    seq: int
    restored: bool = False
    schema: int = 0


_encoder = msgspec.json.Encoder()


def incoming(raw: Readable) -> Incoming:
    """Check one event as it came; raises `msgspec.ValidationError` or `msgspec.DecodeError`."""
    return Incoming(*split_event(raw))


def wire(item: Incoming, seq: int) -> bytes:
    """The event with its seq, its body byte for byte as it came."""
    e = item.event
    return _encoder.encode(_Wire(e.id, e.case, e.author, item.at, item.body, seq, e.restored, e.schema))


def number_of(case: str) -> str:
    """The six characters people say; for an id that is no UUID they come from its hash."""
    try:
        return case_number(case)
    except ValueError:
        value = int.from_bytes(hashlib.sha256(case.encode()).digest()[:4], "big")
        return "".join(CROCKFORD[value >> shift & 31] for shift in range(25, -1, -5))


def new_id(now: float | None = None) -> str:
    """A UUIDv7 of the desk's own."""
    return uuid7(int((time.time() if now is None else now) * 1000), secrets.token_bytes(10))


def place(posts: Sequence[Post], heads: dict[str, Head], known: Known, now: float) -> Group:
    """Give every new event the next seq of its case; `heads` and `known` are what the database has of these posts.

    The desk's clock never goes back within a case, whatever the machine's does.
    """
    group, heads, known = Group([], [], {}), dict(heads), dict(known)
    for post in posts:
        try:
            group.answers.append(_placed(post, heads, known, group, now))
        except Rejected as e:
            group.answers.append(e)
    return group


def _placed(post: Post, heads: dict[str, Head], known: Known, group: Group, now: float) -> Kept:
    head, number = heads.get(post.case), number_of(post.case)
    _must_be_theirs(post, head)
    now = now if head is None else max(now, head.changed)
    last = 0 if head is None else head.last_seq
    seqs: dict[str, int] = {}
    fresh: list[Placed] = []
    for item in post.incoming:
        event = item.event
        seq = known.get((post.case, event.id))
        if seq is None:
            last = seq = known[post.case, event.id] = last + 1
            fresh.append(Placed(event, seq, now, post.sender))
            group.rows.append(Row(event.case, seq, event.id, event.kind, post.sender, now, wire(item, seq)))
        seqs[event.id] = seq
    if fresh:
        heads[post.case] = group.heads[post.case] = fold(head, fresh, number)
    return Kept(number, seqs)


def _must_be_theirs(post: Post, head: Head | None) -> None:
    if head is None:
        first = post.incoming[0].event if post.incoming else None
        if first is None or not isinstance(first.body, Opened):
            raise NotYours("This case is not yours, or there is none.")
    elif post.is_kiosk and head.kiosk != post.sender:
        raise NotYours("This case is not yours, or there is none.")
    elif post.only_in and head.state != post.only_in:
        raise TooLate(f"{head.card.expert_name or 'Somebody'} has this case.")


def folded(case: str, rows: Iterable[tuple[int, float, str, bytes]]) -> Head | None:
    """The head of a case from its whole log: (seq, stored, sender, data) in order."""
    log = [Placed(decode_event(data), seq, stored, sender) for seq, stored, sender, data in rows]
    return fold(None, log, number_of(case)) if log else None
