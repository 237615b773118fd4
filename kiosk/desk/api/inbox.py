"""GET /api/inbox: one stream of all cases of a kiosk; for experts hints that something changed."""

from __future__ import annotations

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromQuery
from litestar.response import Stream

from kiosk.desk.api.cases import answered, streamed
from kiosk.desk.guard import asker, expert, staying
from kiosk.desk.problems import problem
from kiosk.desk.service import service
from kiosk.desk.stream import Audience, expert_stream, inbox_page, inbox_stream, unpack
from kiosk.model.case import Side


@get("/api/inbox")
async def inbox(
    request: Request[object, object, State], cursor: FromQuery[str] = "", wait: FromQuery[float | None] = None
) -> Response[bytes] | Stream:
    """Resumes where `Last-Event-ID` (or `cursor`) says; with `wait` a long poll."""
    desk, who = service(request.app.state), asker(request)
    if who.side is Side.EXPERT:
        expert(request)
        return streamed(expert_stream(desk, Audience(desk, staying(request))))
    seen = unpack(request.headers.get("last-event-id") or cursor)
    if wait is not None:
        wait = min(max(wait, 0.0), desk.options.limits.longest_wait)
        return answered(await inbox_page(desk, who.id, seen, wait))
    if desk.hub.count(f"kiosk:{who.id}") >= desk.options.limits.streams_each:
        raise problem(429, "Too many streams are open. Close one.", {"Retry-After": "5"})
    return streamed(inbox_stream(desk, Audience(desk, staying(request)), who.id, seen))
