"""Signing in and out: password, then a code; or the OpenID provider. Tries are slow and few, sessions live here."""

from __future__ import annotations

import asyncio
import secrets

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie, State
from markupsafe import Markup

from kiosk.desk import audit, second_factor, sessions
from kiosk.desk.console.pages import page
from kiosk.desk.guard import PUBLIC, asker, form_cookie, form_token, half_cookie, must_be_our_form, session_cookie
from kiosk.desk.openid import Journey, OpenId
from kiosk.desk.problems import problem
from kiosk.desk.service import Service, service
from kiosk.desk.sessions import HALF_LIVES, Half, Stage
from kiosk.errors import Rejected

AnyRequest = Request[object, object, State]
TOO_MANY = "Too many wrong tries. Wait five minutes."
JOURNEY = 600  # seconds that a person may stay at the provider


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


@get("/login", opt=PUBLIC)
async def login_page(request: AnyRequest) -> Response[str]:
    return _form(request, "login.html", "")


def _form(
    request: AnyRequest, template: str, trouble: str, status: int = 200, **more: str | Markup | bool
) -> Response[str]:
    desk = service(request.app.state)
    name = form_cookie(desk.options.secure)
    secret = request.cookies.get(name) or secrets.token_urlsafe(24)
    values = {"csrf": form_token(secret), "trouble": trouble, "provider": desk.openid is not None}
    answer = page(template, values | more, status)
    answer.set_cookie(cookie(name, secret, desk, 3600))
    return answer


async def _our_form(request: AnyRequest, desk: Service) -> None:
    await must_be_our_form(request, request.cookies.get(form_cookie(desk.options.secure), ""))


def _place(request: AnyRequest) -> str:
    return f"from {request.client.host if request.client else ''}"


@post("/login", opt=PUBLIC, status_code=200)
async def login(request: AnyRequest) -> Response[str]:
    """Eight wrong tries from one address or for one name stop both for five minutes."""
    desk = service(request.app.state)
    await _our_form(request, desk)
    form = await request.form()
    name, password = str(form.get("name", ""))[:200], str(form.get("password", ""))[:500]
    keys = (_place(request), f"for {name}")
    if any(desk.sign_ins.full(key) for key in keys):
        return _form(request, "login.html", TOO_MANY, 429)
    found = await sessions.sign_in(desk.database, name, password, second=desk.options.second_factor)
    if found is None:
        for key in keys:
            desk.sign_ins.count(key)
        await audit.note(desk.database, name, "sign-in refused", keys[0])
        return _form(request, "login.html", "Name or password is wrong.", 403)
    token, stage = found
    if stage is Stage.IN:
        return await _let_in(request, desk, name, token)
    answer = see_other("/login/code")
    answer.set_cookie(cookie(half_cookie(desk.options.secure), token, desk, int(HALF_LIVES)))
    return answer


async def _let_in(request: AnyRequest, desk: Service, name: str, token: str) -> Response[str]:
    await audit.note(desk.database, name, "signed in", _place(request))
    answer = see_other("/")
    answer.set_cookie(cookie(session_cookie(desk.options.secure), token, desk, int(desk.options.limits.session_lives)))
    answer.set_cookie(cookie(half_cookie(desk.options.secure), "", desk, 0))
    return answer


async def _half(request: AnyRequest, desk: Service) -> Half | None:
    return await sessions.half(desk.database, request.cookies.get(half_cookie(desk.options.secure), ""))


@get("/login/code", opt=PUBLIC)
async def code_page(request: AnyRequest) -> Response[str]:
    desk = service(request.app.state)
    waiting = await _half(request, desk)
    return see_other("/login") if waiting is None else _code_form(request, desk, waiting, "")


def _code_form(request: AnyRequest, desk: Service, waiting: Half, trouble: str, status: int = 200) -> Response[str]:
    """Asks for a code; who has no authenticator is shown a new secret, kept in the form, sealed, until it worked."""
    if waiting.stage is Stage.CODE:
        return _form(request, "code.html", trouble, status, set_up=False)
    secret = second_factor.new_secret()
    picture = Markup(second_factor.picture(secret, waiting.name))  # noqa: S704 - drawn by segno from our own address
    shown = {"picture": picture, "secret": second_factor.spoken(secret), "sealed": desk.secret.seal(secret)}
    return _form(request, "code.html", trouble, status, set_up=True, **shown)


@post("/login/code", opt=PUBLIC, status_code=200)
async def code(request: AnyRequest) -> Response[str]:
    """Wrong codes count like wrong passwords."""
    desk = service(request.app.state)
    await _our_form(request, desk)
    waiting = await _half(request, desk)
    if waiting is None:
        return see_other("/login")
    key = f"for {waiting.name}"
    if desk.sign_ins.full(key):
        return _form(request, "login.html", TOO_MANY, 429)
    form = await request.form()
    token = await _finished(desk, waiting, str(form.get("code", ""))[:20], str(form.get("sealed", ""))[:500])
    if token is None:
        desk.sign_ins.count(key)
        await audit.note(desk.database, waiting.name, "code refused", _place(request))
        return _code_form(request, desk, waiting, "This code is wrong or was used. Wait for the next one.", 403)
    return await _let_in(request, desk, waiting.name, token)


async def _finished(desk: Service, waiting: Half, code: str, sealed: str) -> str | None:
    if waiting.stage is Stage.CODE:
        secret = desk.secret.open(waiting.totp or "")
        return None if secret is None else await sessions.finish(desk.database, waiting, secret, code)
    new = desk.secret.open(sealed, int(HALF_LIVES))
    if new is None:
        return None
    token = await sessions.finish(desk.database, waiting, new, code, desk.secret.seal(new))
    if token is not None:
        await audit.note(desk.database, waiting.name, "authenticator set up")
    return token


def _openid(desk: Service) -> OpenId:
    if desk.openid is None:
        raise problem(404, "This desk has no other sign-in.")
    return desk.openid


def _back(request: AnyRequest) -> str:
    return f"{str(request.base_url).rstrip('/')}/login/return"


@get("/login/start", opt=PUBLIC)
async def start(request: AnyRequest) -> Response[str]:
    """Off to the OpenID provider."""
    desk = service(request.app.state)
    place, journey = await asyncio.to_thread(_openid(desk).start, _back(request))
    answer = see_other(place)
    sealed = desk.secret.seal(msgspec.json.encode(journey).decode())
    answer.set_cookie(cookie(half_cookie(desk.options.secure), sealed, desk, JOURNEY))
    return answer


@get("/login/return", opt=PUBLIC)
async def come_back(request: AnyRequest) -> Response[str]:
    """Back from the OpenID provider."""
    desk = service(request.app.state)
    openid = _openid(desk)
    carried = desk.secret.open(request.cookies.get(half_cookie(desk.options.secure), ""), JOURNEY)
    try:
        if carried is None:
            raise Rejected("The sign-in was broken off or is out of date.", "Start it again.")
        journey = msgspec.json.decode(carried, type=Journey)
        arrival = await asyncio.to_thread(openid.finish, journey, dict(request.query_params), _back(request))
        token = await sessions.arrive(desk.database, openid.provider.issuer, arrival, desk.secret)
    except Rejected as e:
        await audit.note(desk.database, "", "sign-in refused", f"{_place(request)}: {e.message}")
        return _form(request, "login.html", str(e), 403)
    return await _let_in(request, desk, arrival.name, token)


@post("/logout", status_code=303)
async def logout(request: AnyRequest) -> Response[str]:
    desk, who = service(request.app.state), asker(request)
    if not who.session:
        raise problem(400, "Nobody is signed in here.")
    await sessions.end(desk.database, who.session)
    await audit.note(desk.database, who.name, "signed out")
    answer = see_other("/login")
    answer.set_cookie(cookie(session_cookie(desk.options.secure), "", desk, 0))
    return answer


LOGIN = (login_page, login, code_page, code, start, come_back, logout)
