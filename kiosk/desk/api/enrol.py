"""POST /api/enrol: a kiosk joins with a code; one of the three routes without login."""

from __future__ import annotations

from litestar import Request, Response, post
from litestar.datastructures import State

from kiosk.desk import audit, people
from kiosk.desk.guard import PUBLIC
from kiosk.desk.problems import problem
from kiosk.desk.service import service
from kiosk.errors import Rejected
from kiosk.model import wire
from kiosk.model.case import Enrol


@post("/api/enrol", opt=PUBLIC, request_max_body_size=16_384)
async def enrol(request: Request[object, object, State]) -> Response[bytes]:
    """A code works once and for 15 minutes; ten wrong ones from one address stop that address for ten minutes."""
    desk = service(request.app.state)
    address = request.client.host if request.client else ""
    if desk.enrolments.full(address):
        raise problem(429, "Too many wrong codes. Wait ten minutes.", {"Retry-After": "600"})
    wish = wire.decode(await request.body(), Enrol)
    try:
        enrolled = await people.enrol(desk.database, wish, desk.options.limits.code_lives)
    except Rejected:
        desk.enrolments.count(address)
        raise
    await audit.note(desk.database, f"kiosk {enrolled.kiosk}", "enrolled", f"store {enrolled.store}, {wish.name}")
    return Response(wire.encode(enrolled), status_code=201, media_type="application/json")
