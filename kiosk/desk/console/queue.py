"""The queue: cases by harm, then by age; draws what the heads say and changes nothing."""

from __future__ import annotations

import asyncio
import time

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromQuery
from markupsafe import Markup
from msgspec import Struct

from kiosk.desk import queries
from kiosk.desk.console import words
from kiosk.desk.console.pages import page, part
from kiosk.desk.guard import expert, form_token, session_cookie
from kiosk.desk.head import Head, broken, from_record
from kiosk.desk.people import Principal
from kiosk.desk.service import Service, service
from kiosk.model.finding import Hop
from kiosk.model.text import Catalogue

VIEWS = {"waiting": "Waiting", "mine": "Mine", "others": "With others", "resolved": "Resolved"}
MOST_DRAWN = 2000
NO_TEXTS = Catalogue("en", {})
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
    return desk.options.catalogues.get("en") or NO_TEXTS


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
    heads, counts = await asyncio.gather(load(desk, who, view), count(desk, who))
    texts, now = catalogue(desk), time.time()
    drawn = Markup("".join([row_html(head, texts, now) for head in heads]))  # noqa: S704 - our own template drew each
    shown = {"heads": heads, "rows": drawn, "counts": counts, "view": view, "views": VIEWS}
    return page(template, shown | frame(request, desk, who))


async def load(desk: Service, who: Principal, view: str) -> list[Head]:
    return [from_record(record) for record in await desk.database.fetch(queries.VIEWS[view], *_of(view, who))]


def _of(view: str, who: Principal) -> tuple[str, ...]:
    return (who.id,) if view in ("mine", "others") else ()


async def count(desk: Service, who: Principal) -> dict[str, int | str]:
    """How many there are, or that there are more than anybody reads."""
    asked = (desk.database.fetch(query, *_of(view, who)) for view, query in queries.COUNTS.items())
    found = [rows[0][0] for rows in await asyncio.gather(*asked)]
    return {
        view: number if number <= queries.COUNTED else f"{queries.COUNTED}+"
        for view, number in zip(queries.COUNTS, found, strict=True)
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


_drawn: dict[tuple[object, ...], Markup] = {}


def row_html(head: Head, texts: Catalogue, now: float) -> Markup:
    """A row as HTML; where nothing of it has changed, as it was drawn before."""
    key = (
        head.case_id,
        head.last_seq,
        head.changed,
        head.card.verdict,
        words.clock(head, now),
        words.local_time(now, head.card.time_zone),
    )
    found = _drawn.get(key)
    if found is None:
        if len(_drawn) >= MOST_DRAWN:
            _drawn.clear()
        found = _drawn[key] = part("queue_row.html", {"row": row(head, texts, now)})
    return found
