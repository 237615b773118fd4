"""What an expert may do to a case: each action is one event in its log; nothing here draws."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Request, Response, post
from litestar.datastructures import State

from kiosk.desk import audit, people
from kiosk.desk.api.cases import CaseId
from kiosk.desk.console import words
from kiosk.desk.console.queue import catalogue
from kiosk.desk.guard import expert
from kiosk.desk.head import WAITING, Head
from kiosk.desk.log import load_head
from kiosk.desk.people import RELEASES, Principal
from kiosk.desk.posts import NotYours, Post, incoming, new_id
from kiosk.desk.problems import problem
from kiosk.desk.service import Service, service
from kiosk.model import case as c
from kiosk.model.body import Body
from kiosk.model.release import release_code, spoken

AnyRequest = Request[object, object, State]
TIERS = (2, 3)


async def write(desk: Service, who: Principal, case: str, body: Body, only_in: str = "") -> None:
    """Put one event of an expert into a case's log; `only_in`: if the case is still in that state."""
    author = c.Author(c.Side.EXPERT, who.id, who.name)
    raw = c.encode_event(c.CaseEvent(new_id(), case, author, datetime.now(UTC), body))
    await desk.log.put(Post(case, (incoming(raw),), who.id, only_in=only_in))


async def field(request: AnyRequest, name: str, most: int, *, needed: bool = True) -> str:
    """A field of the form, within bounds."""
    value = str((await request.form()).get(name, "")).strip()
    if needed and not value:
        raise problem(422, f"Fill in the field {name}.")
    if len(value) > most:
        raise problem(422, f"The field {name} has at most {most} characters.")
    return value


async def head_of(desk: Service, case: str) -> Head:
    head = await load_head(desk.database, case)
    if head is None:
        raise NotYours("This case is not yours, or there is none.")
    return head


def back(request: AnyRequest, case: str) -> Response[str]:
    """To htmx nothing (the stream tells the news), to a plain browser the case's page."""
    if "hx-request" in request.headers:
        return Response("", status_code=204)
    return Response("", status_code=303, headers={"Location": f"/cases/{case}"})


async def my_case(request: AnyRequest, case: str) -> tuple[Service, Principal, Head]:
    """For what only the expert who took a case may do."""
    desk, who = service(request.app.state), expert(request)
    head = await head_of(desk, case)
    if head.expert != who.id:
        raise problem(409, "Take the case first.")
    return desk, who, head


@post("/cases/{case:str}/take", status_code=303)
async def take(request: AnyRequest, case: CaseId) -> Response[str]:
    desk, who = service(request.app.state), expert(request)
    head = await head_of(desk, case)
    force = await field(request, "over", 3, needed=False) == "yes"
    if head.tier > who.tier and who.role is people.Role.EXPERT:
        raise problem(403, f"This case is for tier {head.tier}.")
    only_in = "" if force else WAITING
    await write(desk, who, case, c.Assigned(who.id, who.name, words.two_words()), only_in)
    return Response("", status_code=303, headers={"Location": f"/cases/{case}"})


@post("/cases/{case:str}/say", status_code=303)
async def say(request: AnyRequest, case: CaseId) -> Response[str]:
    desk, who, _ = await my_case(request, case)
    await write(desk, who, case, c.Message(await field(request, "words", 4000)))
    return back(request, case)


@post("/cases/{case:str}/note", status_code=303)
async def note(request: AnyRequest, case: CaseId) -> Response[str]:
    """For experts only; no kiosk ever gets it."""
    desk, who = service(request.app.state), expert(request)
    await head_of(desk, case)
    await write(desk, who, case, c.Note(await field(request, "words", 4000)))
    return back(request, case)


@post("/cases/{case:str}/ask", status_code=303)
async def ask(request: AnyRequest, case: CaseId) -> Response[str]:
    """Ask the store for one thing of a closed list; nothing happens there before somebody says yes."""
    desk, who, head = await my_case(request, case)
    wish = await field(request, "wish", 12, needed=False) or "check"
    why = await field(request, "why", 200, needed=False)
    targets = {"check": head.card.terminal_id, "collect": "", "procedure": ""}
    if wish not in targets:
        raise problem(422, "Choose what to ask for.")
    target = targets[wish]
    if wish == "procedure":
        target = await field(request, "remedy", 80)
        if target not in dict(words.all_of(catalogue(desk), "remedy")):
            raise problem(422, "Choose a remedy of the list.")
    await write(desk, who, case, c.Request(wish, target, "internal", why))
    await audit.note(desk.database, who.name, f"{wish} asked for", case)
    return back(request, case)


@post("/cases/{case:str}/withdraw", status_code=303)
async def withdraw(request: AnyRequest, case: CaseId) -> Response[str]:
    desk, who, _ = await my_case(request, case)
    await write(desk, who, case, c.Withdrawn(await field(request, "request", 80)))
    return back(request, case)


@post("/cases/{case:str}/hand", status_code=303)
async def hand_over(request: AnyRequest, case: CaseId) -> Response[str]:
    """To a higher tier, with a note, so that no question is asked twice."""
    desk, who, head = await my_case(request, case)
    tier = await field(request, "tier", 1)
    if tier not in [str(t) for t in TIERS] or int(tier) <= head.tier:
        raise problem(422, "Choose a higher tier.")
    await write(desk, who, case, c.Tier(int(tier), await field(request, "note", 4000)))
    return back(request, case)


@post("/cases/{case:str}/resolve", status_code=303)
async def resolve(request: AnyRequest, case: CaseId) -> Response[str]:
    """`verified` is the machine only if the newest check found everything fine."""
    desk, who, head = await my_case(request, case)
    cause, remedy = await field(request, "cause", 80), await field(request, "remedy", 80)
    passed = head.card.verdict == "ok" and head.card.rechecked
    told = await field(request, "words", 4000, needed=False)
    await write(desk, who, case, c.Resolved(cause, remedy, "machine" if passed else who.name, told))
    return back(request, case)


@post("/cases/{case:str}/seen", status_code=204)
async def seen(request: AnyRequest, case: CaseId) -> None:
    """The expert's page showed the store's messages up to a seq."""
    desk, who, head = await my_case(request, case)
    seq = await field(request, "seq", 12)
    if seq.isascii() and seq.isdigit() and 0 < int(seq) <= head.last_seq:
        await write(desk, who, case, c.Read(int(seq)))


@post("/cases/{case:str}/release", status_code=303)
async def release(request: AnyRequest, case: CaseId) -> Response[str]:
    """The security line's answer to the challenge of a stop page; goes to the kiosk and can be read out."""
    desk, who = service(request.app.state), expert(request)
    if who.role not in RELEASES:
        raise problem(403, "Only the security line releases a stop page.")
    head = await head_of(desk, case)
    challenge = spoken(await field(request, "challenge", 40))
    reason = await field(request, "why", 200)
    key = await people.release_key(desk.database, head.kiosk)
    if key is None:
        raise problem(409, "This kiosk has no release key. Enrol it again.")
    await audit.note(desk.database, who.name, "stop page released", f"{case}, challenge {challenge}: {reason}")
    await write(desk, who, case, c.Release(challenge, release_code(key, challenge)))
    return back(request, case)


ACTIONS = (take, say, note, ask, withdraw, hand_over, resolve, seen, release)
