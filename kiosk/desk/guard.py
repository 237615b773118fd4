"""Finds out who is asking, on every route but the few marked public, and says no to everybody else."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers.base import BaseRouteHandler

from kiosk.desk import sessions
from kiosk.desk.people import Principal
from kiosk.desk.problems import problem, unauthorised
from kiosk.desk.service import Service, service
from kiosk.desk.sessions import Found
from kiosk.errors import DeskError, Rejected

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PUBLIC = {"public": True}

AnyConnection = ASGIConnection[Any, Any, Any, State]


def session_cookie(secure: bool) -> str:
    """The `__Host-` prefix needs TLS; on plain HTTP over loopback it has to go."""
    return "__Host-desk" if secure else "desk"


def half_cookie(secure: bool) -> str:
    """Of a sign-in that still waits for a code, or for the return from the provider."""
    return "__Host-half" if secure else "half"


def form_cookie(secure: bool) -> str:
    return "__Host-form" if secure else "form"


def form_token(secret: str) -> str:
    """What a form must carry to prove that our own page drew it; made from a cookie that others cannot read."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


async def must_be_known(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """The guard of the whole app: deny unless the route is public or somebody known asks."""
    if handler.opt.get("public"):
        return
    desk = service(connection.app.state)
    who = await _bearer(connection, desk) or await _session(connection, desk)
    if who is None:
        raise unauthorised()
    connection.scope["user"] = who


async def _bearer(connection: AnyConnection, desk: Service) -> Principal | None:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    return await desk.doors.holder(token.strip())


async def _session(connection: AnyConnection, desk: Service) -> Principal | None:
    who = await by_cookie(connection, desk)
    if who is not None and isinstance(connection, Request) and connection.method not in SAFE:
        await must_be_our_form(connection, connection.cookies[session_cookie(desk.options.secure)])
    return who


async def by_cookie(connection: AnyConnection, desk: Service, *, used: bool = True) -> Principal | None:
    """The person of the session; `used` if this is a use of it, and not only a look whether it lasts."""
    token = connection.cookies.get(session_cookie(desk.options.secure))
    if token is None or "authorization" in connection.headers:
        return None
    found = await sessions.by_session(desk.database, token, desk.options.limits, used=used)
    if found is None or found.refresh is None or await _provider_agrees(desk, found):
        return None if found is None else found.who
    await sessions.end(desk.database, found.who.session)
    return None


async def _provider_agrees(desk: Service, found: Found) -> bool:
    """Whether the OpenID provider still wants this person here; asked now and then, not at every request."""
    limits, waited = desk.options.limits, time.time() - found.asked
    if waited < limits.provider_asked:
        return True
    refresh = desk.secret.open(found.refresh or "")
    if desk.openid is None or refresh is None:
        return False
    try:
        arrival = await asyncio.to_thread(desk.openid.again, refresh)
    except Rejected:
        return False
    except DeskError:
        if waited < limits.provider_silent:
            return True
        raise
    await sessions.confirmed(desk.database, found, arrival, desk.secret)
    return True


async def must_be_our_form(request: Request[object, object, State], secret: str) -> None:
    """Against forged requests: the token of the form or header, and the origin where the browser tells it."""
    given = request.headers.get("x-csrf", "")
    if not given and request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        form = await request.form()
        given = str(form.get("csrf", ""))
    site = request.headers.get("sec-fetch-site", "same-origin")
    if site not in ("same-origin", "none") or not hmac.compare_digest(given.encode(), form_token(secret).encode()):
        raise problem(403, "This form is out of date. Load the page again.")


def asker(request: Request[object, object, State]) -> Principal:
    """Who the guard let in."""
    who: Principal = request.scope["user"]
    return who


def expert(request: Request[object, object, State]) -> Principal:
    """Who asks, if they may see cases; raises 403 otherwise."""
    who = asker(request)
    if not who.sees_cases:
        raise problem(403, "This is for the desk's experts.")
    return who
