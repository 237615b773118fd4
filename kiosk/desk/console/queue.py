"""The queue: cases by harm, then by age; draws what the heads say and changes nothing."""

from __future__ import annotations

import time

import sqlalchemy as sa
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromQuery
from msgspec import Struct

from kiosk.desk.console import words
from kiosk.desk.console.pages import page
from kiosk.desk.guard import expert, form_token, session_cookie
from kiosk.desk.head import RESOLVED, TAKEN, WAITING, Head, broken, from_row
from kiosk.desk.people import Principal
from kiosk.desk.service import Service, service
from kiosk.desk.tables import case_head
from kiosk.model.finding import Hop
from kiosk.model.text import Catalogue

VIEWS = {"waiting": "Waiting", "mine": "Mine", "others": "With others", "resolved": "Resolved"}
SHOWN = 100
AnyRequest = Request[object, object, State]


class Row(Struct, frozen=True):
    """One line of the queue."""

    head: Head
    verdict: str
    broken: str
    clock: tuple[str, str, str, int]
    local: str
    harm: str


def catalogue(desk: Service) -> Catalogue:
    return desk.options.catalogues.get("en") or Catalogue("en", {})


def frame(request: AnyRequest, desk: Service, who: Principal) -> dict[str, object]:
    """What every page of the console shows around itself."""
    secret = request.cookies.get(session_cookie(desk.options.secure), "")
    return {"who": who, "csrf": form_token(secret), "plain": not desk.options.secure}


@get("/")
async def queue(request: AnyRequest, view: FromQuery[str] = "waiting") -> Response[str]:
    return await _draw(request, "queue.html", view)


@get("/queue")
async def queue_rows(request: AnyRequest, view: FromQuery[str] = "waiting") -> Response[str]:
    """The part of the page that changes."""
    return await _draw(request, "queue_rows.html", view)


async def _draw(request: AnyRequest, template: str, view: str) -> Response[str]:
    desk, who = service(request.app.state), expert(request)
    view = view if view in VIEWS else "waiting"
    rows = await load(desk, who, view)
    counts = await count(desk, who)
    shown = {"rows": rows, "counts": counts, "view": view, "views": VIEWS}
    return page(template, shown | frame(request, desk, who))


def _wanted(view: str, me: str) -> sa.ColumnElement[bool]:
    c = case_head.c
    return {
        "waiting": c.state == WAITING,
        "mine": sa.and_(c.state == TAKEN, c.expert == me),
        "others": sa.and_(c.state == TAKEN, c.expert != me),
        "resolved": c.state == RESOLVED,
    }[view]


async def load(desk: Service, who: Principal, view: str) -> list[Row]:
    c, now = case_head.c, time.time()
    order = [c.changed.desc()] if view == "resolved" else [c.harm, c.opened]
    query = sa.select(case_head).where(_wanted(view, who.id)).order_by(*order).limit(SHOWN)
    async with desk.database.reading() as connection:
        heads = [from_row(row) for row in await connection.execute(query)]
    return [row(head, catalogue(desk), now) for head in heads]


async def count(desk: Service, who: Principal) -> dict[str, int]:
    async with desk.database.reading() as connection:
        return {
            view: await connection.scalar(sa.select(sa.func.count()).where(_wanted(view, who.id))) or 0
            for view in ("waiting", "mine")
        }


def row(head: Head, texts: Catalogue, now: float) -> Row:
    card = head.card
    said = words.finding_words(texts, card.verdict, card.data, says=False) if card.verdict else "Nothing checked yet"
    hop = broken(card.chain)
    return Row(
        head=head,
        verdict=said,
        broken=words.HOPS[Hop(hop)] if hop else "",
        clock=words.clock(head, now),
        local=words.local_time(now, card.time_zone),
        harm=words.harm_word(head),
    )
