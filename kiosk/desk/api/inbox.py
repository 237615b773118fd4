"""GET /api/inbox: a kiosk's news of all its cases as a page; the stream of the same address is the fast lane's."""

from __future__ import annotations

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromQuery

from kiosk.desk.api.cases import answered
from kiosk.desk.guard import asker
from kiosk.desk.problems import problem
from kiosk.desk.service import service
from kiosk.desk.stream import inbox_page, unpack
from kiosk.model.case import Side


@get("/api/inbox")
async def inbox(
    request: Request[object, object, State], cursor: FromQuery[str] = "", wait: FromQuery[float] = 0.0
) -> Response[bytes]:
    """A long poll that resumes where `Last-Event-ID` (or `cursor`) says; without `wait` it is a stream."""
    desk, who = service(request.app.state), asker(request)
    if who.side is Side.EXPERT:
        raise problem(400, "Experts get hints as a stream only.")
    seen = unpack(request.headers.get("last-event-id") or cursor)
    wait = min(max(wait, 0.0), desk.options.limits.longest_wait)
    return answered(await inbox_page(desk, who.id, seen, wait))
