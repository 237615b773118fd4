"""Each call of the desk's interface once: a wish in, an event of `talk` out; must not decide what follows."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec
import requests
import urllib3

from kiosk.escalation import stream, talk
from kiosk.escalation.line import Line
from kiosk.model.case import CaseEvent, EventBatch, EventPage, InboxPage, Stored, decode_event, encode_event
from kiosk.model.wire import NOT_READABLE, decode, encode

BEAT_TIMEOUT = 45.0  # the desk beats every 15 s
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Strange(Exception):
    """The desk, or something between, answered what is no answer."""


class Status(Exception):
    """The desk answered with an error; `after` is its Retry-After in seconds.

    `why` is the sentence of its problem document; empty if there is none, so that it may come from something between.
    """

    def __init__(self, code: int, after: float = 0.0, why: str = "") -> None:
        super().__init__(f"{code} {why}")
        self.code, self.after, self.why = code, after, why


EXPECTED = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, Strange, Status)


@dataclass(frozen=True, slots=True)
class Failure:
    trouble: talk.Trouble
    after: float = 0.0
    why: str = ""


def failure(error: BaseException) -> Failure:
    """What an error of a call means for the talk."""
    if isinstance(error, Status):
        return Failure(_trouble(error), error.after, error.why)
    if isinstance(error, Strange):
        return Failure(talk.Trouble.BUSY, 0.0, str(error))
    if isinstance(error, requests.exceptions.SSLError):
        return Failure(talk.Trouble.NO_TRUST)
    return Failure(talk.Trouble.OFFLINE)


def _trouble(status: Status) -> talk.Trouble:
    if status.code == 401:
        return talk.Trouble.REJECTED
    if status.code in (404, 410) and status.why:
        return talk.Trouble.HELD
    if (status.code in (400, 403, 422) and status.why) or status.code == 413:
        return talk.Trouble.TOO_MUCH
    return talk.Trouble.BUSY


def tried_post(line: Line, batch: tuple[CaseEvent, ...], jitter: float) -> talk.Event:
    """Say events of one case; what goes wrong is an event too, and so is having nothing to say."""
    if not batch:
        return talk.NothingToSay()
    try:
        return post(line, batch)
    except EXPECTED as e:
        f = failure(e)
        return talk.PostFailed(batch[0].case, tuple(event.id for event in batch), f.trouble, jitter, f.after, f.why)


def tried_fetch(line: Line, wish: talk.Fetch, jitter: float) -> talk.Event:
    try:
        return fetch(line, wish)
    except EXPECTED as e:
        f = failure(e)
        return talk.FetchFailed(wish.case, f.trouble, jitter, f.after)


def tried_poll(line: Line, wish: talk.Poll, jitter: float) -> talk.Event:
    try:
        return poll(line, wish)
    except EXPECTED as e:
        f = failure(e)
        return talk.ListenEnded(wish.attempt, f.trouble, jitter, f.after)


def tried_listen(line: Line, wish: talk.Listen, jitter: float) -> Iterator[talk.Event]:
    """The stream until its end, which is the last event."""
    f = Failure(talk.Trouble.OFFLINE)
    try:
        yield from listen(line, wish)
    except EXPECTED as e:
        f = failure(e)
    yield talk.ListenEnded(wish.attempt, f.trouble, jitter, f.after)


def cursor(known: Mapping[str, int]) -> str:
    """What `Last-Event-ID` carries: base64url of {case: seq}."""
    return base64.urlsafe_b64encode(encode(dict(known))).decode().rstrip("=")


def post(line: Line, batch: tuple[CaseEvent, ...]) -> talk.Posted:
    """Say events of one case. Raises `EXPECTED`."""
    case = batch[0].case
    body = encode(EventBatch(tuple(msgspec.Raw(encode_event(event)) for event in batch)))
    headers = {"Content-Type": "application/json"}
    answer = _checked(line.call("POST", f"/api/cases/{case}/events", headers=headers, data=body))
    stored = _value(answer, Stored)
    if {event.id for event in batch} - set(stored.seqs):
        raise Strange("not every event was answered")
    return talk.Posted(stored.epoch, case, stored.number, stored.seqs)


def fetch(line: Line, wish: talk.Fetch) -> talk.Fetched:
    """Read a case from a seq on. Raises `EXPECTED`."""
    headers = {"Accept": "application/json"}
    path = f"/api/cases/{wish.case}/events"
    params = {"after": str(wish.after), "limit": str(wish.limit)}
    page = _value(_checked(line.call("GET", path, headers=headers, params=params)), EventPage)
    return talk.Fetched(page.epoch, wish.case, wish.after, tuple(map(_event, page.events)), page.last)


def poll(line: Line, wish: talk.Poll) -> talk.Polled:
    """Wait for news without a stream. Raises `EXPECTED`."""
    headers = {"Accept": "application/json", "Last-Event-ID": cursor(wish.cursor)}
    params = {"wait": str(wish.wait), "cursor": cursor(wish.cursor)}
    answer = line.call("GET", "/api/inbox", headers=headers, params=params, timeout=wish.wait + 20.0)
    page = _value(_checked(answer), InboxPage)
    return talk.Polled(wish.attempt, page.epoch, tuple(_event(item.event) for item in page.items))


def listen(line: Line, wish: talk.Listen) -> Iterator[talk.Event]:
    """The stream of all cases, until it ends. Raises `EXPECTED`."""
    headers = {"Accept": "text/event-stream", "Last-Event-ID": cursor(wish.cursor), "Cache-Control": "no-cache"}
    with line.call("GET", "/api/inbox", headers=headers, timeout=BEAT_TIMEOUT, stream=True) as answer:
        if answer.status_code != 200:
            _checked(answer)
        reader = stream.Reader()
        while chunk := answer.raw.read1(65536):
            try:
                items = reader.feed(chunk)
            except ValueError as e:
                raise Strange(str(e)) from e
            heard = tuple(item for item in items if isinstance(item, stream.Sent))
            yield from _news(wish.attempt, heard)
            if not heard:
                yield talk.Beat(wish.attempt)


class _Hello(msgspec.Struct, frozen=True):
    epoch: str


class _News(msgspec.Struct, frozen=True):
    case: str
    event: msgspec.Raw


def _news(attempt: int, items: tuple[stream.Sent, ...]) -> Iterator[talk.Event]:
    events: list[CaseEvent] = []
    for item in items:
        if item.name == "hello":
            yield talk.Hello(attempt, _read(item.data.encode(), _Hello).epoch)
        elif item.name == "case":
            events.append(_event(_read(item.data.encode(), _News).event))
    if events:
        yield talk.Heard(attempt, tuple(events))


def presence(line: Line, case: str, typing: bool) -> None:
    """Say that staff type; whatever goes wrong is forgotten, as the news itself will be."""
    headers = {"Content-Type": "application/json"}
    try:
        line.call("POST", "/api/presence", headers=headers, data=encode({"case": case, "typing": typing}), timeout=5.0)
    except EXPECTED:
        _log.debug("typing could not be told")


def _event(raw: msgspec.Raw) -> CaseEvent:
    try:
        event = decode_event(bytes(raw))
    except (ValueError, *NOT_READABLE) as e:
        raise Strange("an event that cannot be read") from e
    if event.seq is None:
        raise Strange("an event without seq")
    return event


def _checked(answer: requests.Response) -> requests.Response:
    if 200 <= answer.status_code < 300:
        return answer
    raise Status(answer.status_code, _retry_after(answer), _why(answer))


def _retry_after(answer: requests.Response) -> float:
    value = answer.headers.get("Retry-After", "")
    return min(float(value), 600.0) if value.isdecimal() else 0.0


class _Problem(msgspec.Struct, frozen=True):
    title: str = ""
    detail: str = ""


def _why(answer: requests.Response) -> str:
    """The sentence of a problem document (RFC 9457), empty if it is none."""
    if not answer.headers.get("Content-Type", "").startswith("application/problem+json"):
        return ""
    try:
        problem = decode(answer.content[:65536], _Problem)
    except NOT_READABLE:
        return ""
    return (problem.detail or problem.title)[:200]


def _value(answer: requests.Response, kind: type[T]) -> T:
    return _read(answer.content, kind)


def _read(data: bytes, kind: type[T]) -> T:
    try:
        return decode(data, kind)
    except NOT_READABLE as e:
        raise Strange("an answer that cannot be read") from e
