"""The event API: batches in, pages and streams out; who may write what is decided here, storing is the log's."""

from __future__ import annotations

from typing import Annotated

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromQuery, PathParameter
from msgspec import Raw

from kiosk.desk.api.contract import Presence
from kiosk.desk.guard import asker
from kiosk.desk.log import load_head
from kiosk.desk.people import RELEASES, Principal
from kiosk.desk.posts import Incoming, NotYours, Post, incoming
from kiosk.desk.problems import problem
from kiosk.desk.service import Service, service
from kiosk.desk.stream import MOST_AT_ONCE, case_page
from kiosk.model import wire
from kiosk.model.case import CaseEvent, EventBatch, Side, Stored

EXPERTS_ONLY = frozenset(
    {"request", "withdrawn", "assigned", "tier", "note", "release", "resolved", "incident", "dispatch"}
)
STORE_ONLY = frozenset({"opened", "consent", "rating", "ended", "result"})
CASE_ID = "[A-Za-z0-9_.-]{8,80}"
CaseId = Annotated[str, PathParameter(min_length=8, max_length=80, pattern=f"^{CASE_ID}$")]
AnyRequest = Request[object, object, State]


@post("/api/cases/{case:str}/events", status_code=200, request_max_body_size=33 * 1024 * 1024)
async def put_events(request: AnyRequest, case: CaseId) -> Response[bytes]:
    """Stores a batch; sending an event twice stores it once and answers the same."""
    desk, who = service(request.app.state), asker(request)
    return Response(await store(desk, who, case, await request.body()), media_type="application/json")


async def store(desk: Service, who: Principal, case: str, body: bytes) -> bytes:
    """Checks a batch, stores it and answers with its seqs; the fast lane takes it, too."""
    batch = wire.decode(body, EventBatch)
    most = desk.options.limits.event
    items = tuple([_checked(raw, case, who, most) for raw in batch.events])
    kept = await desk.log.put(Post(case, items, who.id, who.side is Side.STORE))
    return wire.encode(Stored(desk.database.epoch, kept.number, kept.seqs))


def answered(value: object) -> Response[bytes]:
    return Response(wire.encode(value), media_type="application/json")


def _checked(raw: Raw, case: str, who: Principal, most: int) -> Incoming:
    if len(raw) > most:
        raise problem(413, "An event has at most 64 KB.")
    item = incoming(raw)
    if item.event.case != case:
        raise problem(422, "An event names another case than the address.")
    _must_be_allowed(item.event, who)
    return item


def _must_be_allowed(event: CaseEvent, who: Principal) -> None:
    """Nobody writes in another's name; only a case's own kiosk may hand back what a lost desk had stored."""
    kind, author, store = event.kind, event.author, who.side is Side.STORE
    if store and event.restored and kind != "note":
        return
    if author.side is not who.side or author.id not in (who.id, who.name):
        raise problem(403, "An event names another author than its sender.")
    if not store and not who.sees_cases:
        raise NotYours("This case is not yours, or there is none.")
    if kind in (EXPERTS_ONLY if store else STORE_ONLY):
        raise problem(403, f"A {who.side.value} does not write events of kind {kind}.")
    if kind == "release" and who.role not in RELEASES:
        raise problem(403, "Only the security line releases a stop page.")


@get("/api/cases/{case:str}/events")
async def get_events(
    request: AnyRequest,
    case: CaseId,
    after: FromQuery[int] = 0,
    wait: FromQuery[float] = 0.0,
    limit: FromQuery[int] = MOST_AT_ONCE,
) -> Response[bytes]:
    """A page; `wait` makes it a long poll. Who accepts `text/event-stream` gets a stream, from the fast lane."""
    desk, who = service(request.app.state), asker(request)
    await must_see(desk, who, case)
    notes = who.side is Side.EXPERT
    wait, limit = min(max(wait, 0.0), desk.options.limits.longest_wait), min(max(limit, 1), MOST_AT_ONCE)
    return answered(await case_page(desk, case, max(0, after), wait, notes=notes, limit=limit))


async def must_see(desk: Service, who: Principal, case: str) -> None:
    """Raises `NotYours` alike for a case of somebody else and for none at all."""
    head = await load_head(desk.database, case)
    if head is None or not (who.sees_cases or (who.side is Side.STORE and head.kiosk == who.id)):
        raise NotYours("This case is not yours, or there is none.")


@post("/api/presence", status_code=204, request_max_body_size=1024)
async def presence(request: AnyRequest) -> None:
    desk, who = service(request.app.state), asker(request)
    word = wire.decode(await request.body(), Presence)
    await must_see(desk, who, word.case)
    told = {"case": word.case, "side": who.side.value, "id": who.id, "name": who.name, "typing": word.typing}
    head = await load_head(desk.database, word.case)
    if head is not None and who.side is Side.EXPERT:
        desk.hub.pass_on(f"kiosk:{head.kiosk}", wire.encode(told))
    desk.hub.pass_on(f"case:{word.case}", wire.encode(told))
