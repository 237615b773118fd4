"""Signing in and out: passwords are tried slowly and seldom, sessions live on the server."""

from __future__ import annotations

import secrets

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie, State

from kiosk.desk import audit, people
from kiosk.desk.console.pages import page
from kiosk.desk.guard import PUBLIC, asker, form_cookie, form_token, must_be_our_form, session_cookie
from kiosk.desk.problems import problem
from kiosk.desk.service import Service, service

AnyRequest = Request[object, object, State]


def cookie(name: str, value: str, desk: Service, seconds: int) -> Cookie:
    """Host-only, for this site alone, out of reach of scripts."""
    return Cookie(
        key=name,
        value=value,
        path="/",
        max_age=seconds,
        secure=desk.options.secure,
        httponly=True,
        samesite="lax",
    )


def see_other(place: str) -> Response[str]:
    return Response("", status_code=303, headers={"Location": place})


@get("/sign-in", opt=PUBLIC)
async def sign_in_page(request: AnyRequest) -> Response[str]:
    return _form(request, "")


def _form(request: AnyRequest, trouble: str, status: int = 200) -> Response[str]:
    desk = service(request.app.state)
    name = form_cookie(desk.options.secure)
    secret = request.cookies.get(name) or secrets.token_urlsafe(24)
    answer = page("sign_in.html", {"csrf": form_token(secret), "trouble": trouble}, status)
    answer.set_cookie(cookie(name, secret, desk, 3600))
    return answer


@post("/sign-in", opt=PUBLIC, status_code=200)
async def sign_in(request: AnyRequest) -> Response[str]:
    """Eight wrong tries from one address or for one name stop both for five minutes."""
    desk = service(request.app.state)
    await must_be_our_form(request, request.cookies.get(form_cookie(desk.options.secure), ""))
    form = await request.form()
    name, password = str(form.get("name", ""))[:200], str(form.get("password", ""))[:500]
    keys = (f"from {request.client.host if request.client else ''}", f"for {name}")
    if any(desk.sign_ins.full(key) for key in keys):
        return _form(request, "Too many wrong tries. Wait five minutes.", 429)
    token = await people.sign_in(desk.database, name, password)
    if token is None:
        for key in keys:
            desk.sign_ins.count(key)
        await audit.note(desk.database, name, "sign-in refused", keys[0])
        return _form(request, "Name or password is wrong.", 403)
    await audit.note(desk.database, name, "signed in", keys[0])
    answer = see_other("/")
    answer.set_cookie(cookie(session_cookie(desk.options.secure), token, desk, int(desk.options.limits.session_lives)))
    return answer


@post("/sign-out", status_code=303)
async def sign_out(request: AnyRequest) -> Response[str]:
    desk, who = service(request.app.state), asker(request)
    if not who.session:
        raise problem(400, "Nobody is signed in here.")
    await people.sign_out(desk.database, who.session)
    await audit.note(desk.database, who.name, "signed out")
    answer = see_other("/sign-in")
    answer.set_cookie(cookie(session_cookie(desk.options.secure), "", desk, 0))
    return answer
