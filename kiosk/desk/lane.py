"""The fast lane before the web framework: posts of events and open streams, behind the same guard; all else passes.

Ten thousand kiosks keep a stream each and every event is a post, so these two carry nothing that they do not need.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, cast
from urllib.parse import parse_qs

import structlog
from litestar import Litestar, Request

from kiosk.desk.api.cases import CASE_ID, must_see, store
from kiosk.desk.database import Away
from kiosk.desk.guard import by_cookie
from kiosk.desk.hub import EXPERTS, Listener
from kiosk.desk.options import HEADERS, TRANSPORT
from kiosk.desk.people import Principal
from kiosk.desk.problems import document, problem, unauthorised
from kiosk.desk.service import Service
from kiosk.desk.stream import Say, case_stream, expert_stream, inbox_stream, unpack
from kiosk.model.case import Side

_log = structlog.get_logger("desk")
EVENTS = re.compile(f"/api/cases/({CASE_ID})/events")
INBOX = "/api/inbox"
MOST_BODY = 33 * 1024 * 1024
JSON = ((b"content-type", b"application/json"),)
SSE = ((b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no"))
FIXED = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Lines = tuple[tuple[bytes, bytes], ...]


class Lane:
    """An ASGI application in front of another."""

    def __init__(self, app: Litestar) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        desk: Service | None = self._app.state.get("service") if scope["type"] == "http" else None
        case = None if desk is None else EVENTS.fullmatch(scope["path"])
        if desk is not None and case is not None and scope["method"] == "POST" and _token(scope):
            await _post(desk, case[1], scope, receive, send)
        elif desk is not None and scope["method"] == "GET" and _is_stream(scope, case is not None):
            scope["litestar_app"] = self._app
            await _stream(desk, case[1] if case else "", scope, receive, send)
        else:
            await self._app(scope, receive, send)  # type: ignore[arg-type]


def _is_stream(scope: Scope, of_case: bool) -> bool:
    if of_case:
        return b"text/event-stream" in _field(scope, b"accept")
    return scope["path"] == INBOX and b"wait=" not in scope["query_string"]


def _field(scope: Scope, name: bytes) -> bytes:
    return next((value for field, value in scope["headers"] if field == name), b"")


def _token(scope: Scope) -> str:
    kind, _, token = _field(scope, b"authorization").partition(b" ")
    return token.strip().decode("latin-1") if kind.lower() == b"bearer" else ""


async def _post(desk: Service, case: str, scope: Scope, receive: Receive, send: Send) -> None:
    try:
        who = await desk.doors.holder(_token(scope))
        if who is None:
            raise unauthorised()
        stored = await store(desk, who, case, await _body(receive))
    except Exception as e:  # noqa: BLE001 - an error of any kind is answered as the framework would
        await _refuse(desk, scope, receive, send, e)
        return
    desk.counts["POST", "200"] += 1
    await _answer(desk, send, 200, JSON, stored)


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise problem(400, "The line was cut.")  # nobody hears it
        parts.append(message.get("body", b""))
        size, more = size + len(parts[-1]), message.get("more_body", False)
        if size > MOST_BODY:
            raise problem(413, "This is too large.")
    return b"".join(parts) if len(parts) > 1 else parts[0]


async def _answer(desk: Service, send: Send, status: int, lines: Lines, body: bytes) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send(_start(desk, status, (*lines, length)))
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _start(desk: Service, status: int, lines: Lines) -> Any:
    own = [(b"desk-epoch", desk.database.epoch.encode()), (b"cache-control", b"no-store"), *lines]
    if desk.options.secure:
        own.append((TRANSPORT[0].lower().encode(), TRANSPORT[1].encode()))
    return {"type": "http.response.start", "status": status, "headers": FIXED + own}


async def _refuse(desk: Service, scope: Scope, receive: Receive, send: Send, error: Exception) -> None:
    status, body, headers = document(scope["path"], error)
    desk.counts[str(scope["method"]), str(status)] += 1
    _log.info("answered", method=scope["method"], path=scope["path"], status=status)
    lines = tuple((name.lower().encode(), value.encode()) for name, value in headers.items())
    await _answer(desk, send, status, ((b"content-type", b"application/problem+json"), *lines), body)


async def _stream(desk: Service, case: str, scope: Scope, receive: Receive, send: Send) -> None:
    try:
        who, stays = await _listening(desk, scope, receive, send)
        topic = await _topic(desk, who, case)
        if topic != EXPERTS and desk.hub.count(topic) >= desk.options.limits.streams_each:
            raise problem(429, "Too many streams are open. Close one.", {"Retry-After": "5"})
        flow = _flow(desk, who, case, scope)
    except Exception as e:  # noqa: BLE001 - an error of any kind is answered as the framework would
        await _refuse(desk, scope, receive, send, e)
        return
    desk.counts["GET", "200"] += 1
    await send(_start(desk, 200, SSE))
    with desk.hub.listen(topic, lambda: _is_there(receive)) as listener, contextlib.suppress(Away):
        await flow(listener, stays, lambda data: send({"type": "http.response.body", "body": data, "more_body": True}))
    await send({"type": "http.response.body", "body": b"", "more_body": False})  # who listens comes again


Stays = Callable[[], Coroutine[Any, Any, bool]]
Flow = Callable[[Listener, Stays, Say], Coroutine[Any, Any, None]]


def _flow(desk: Service, who: Principal, case: str, scope: Scope) -> Flow:
    last = _field(scope, b"last-event-id").decode("latin-1")
    query = scope["query_string"]
    asked = {name: values[-1] for name, values in parse_qs(query.decode("latin-1")).items()} if query else {}
    if case:
        after = next((int(text) for text in (last, asked.get("after", "")) if _is_seq(text)), 0)
        notes = who.side is Side.EXPERT
        return lambda listener, stays, say: case_stream(desk, listener, stays, say, case, after, notes=notes)
    if who.side is Side.EXPERT:
        return lambda listener, stays, say: expert_stream(desk, listener, stays, say)
    seen, kiosk = unpack(last or asked.get("cursor", "")), who.id
    return lambda listener, stays, say: inbox_stream(desk, listener, stays, say, kiosk, seen)


def _is_seq(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


async def _topic(desk: Service, who: Principal, case: str) -> str:
    if case:
        await must_see(desk, who, case)
        return f"case:{case}"
    if who.side is Side.EXPERT:
        if not who.sees_cases:
            raise problem(403, "This is for the desk's experts.")
        return EXPERTS
    return f"kiosk:{who.id}"


async def _listening(desk: Service, scope: Scope, receive: Receive, send: Send) -> tuple[Principal, Stays]:
    """Who asks, and a question whether they are still there and would be let in still."""
    if token := _token(scope):
        find: Any = lambda: desk.doors.holder(token)  # noqa: E731
    else:
        request: Any = Request(scope, receive, send)  # type: ignore[arg-type]
        find = lambda: by_cookie(request, desk, used=False)  # noqa: E731
        await by_cookie(request, desk)
    who = await find()
    if who is None:
        raise unauthorised()
    return who, _staying(desk, who, find, receive)


def _staying(desk: Service, who: Principal, find: Callable[[], Any], receive: Receive) -> Stays:
    asked = time.monotonic()

    async def stays() -> bool:
        nonlocal asked
        if desk.hub.draining or not _is_there(receive):
            return False
        if time.monotonic() >= asked + desk.options.limits.recheck:
            asked = time.monotonic()
            return bool(await find() == who)
        return True

    return stays


def _is_there(receive: Receive) -> bool:
    """Whether the client still holds the line: `receive` waits for ever while it does, and answers at once after.

    One step by hand instead of a task that waits: a task for each of ten thousand streams is memory.
    """
    waiting = cast(Coroutine[Any, Any, Any], receive())
    try:
        waiting.send(None)
    except StopIteration as done:
        return bool(done.value["type"] != "http.disconnect")
    waiting.close()
    return True
