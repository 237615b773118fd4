"""Builds the ASGI application from its parts; holds the order of things at start and stop, and no rules."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from litestar import Litestar, Router
from litestar.datastructures import CacheControlHeader, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.static_files import create_static_files_router
from litestar.types import Message, Scope

from kiosk.desk.api.cases import get_events, presence, put_events
from kiosk.desk.api.contract import schema
from kiosk.desk.api.enrol import enrol
from kiosk.desk.api.files import append, capabilities, capabilities_of_one, create, let_go_when_told, where
from kiosk.desk.api.health import healthz, metrics, readyz
from kiosk.desk.api.inbox import inbox
from kiosk.desk.console.actions import ACTIONS
from kiosk.desk.console.case import CASE_ROUTES
from kiosk.desk.console.knowledge import article, knowledge
from kiosk.desk.console.learning import learning_counts, learning_page
from kiosk.desk.console.login import LOGIN
from kiosk.desk.console.pages import WEB
from kiosk.desk.console.queue import queue, queue_rows
from kiosk.desk.daily import retire_daily
from kiosk.desk.doors import Doors
from kiosk.desk.guard import PUBLIC, must_be_known
from kiosk.desk.hints import Hints
from kiosk.desk.hub import Hub
from kiosk.desk.log import CaseLog
from kiosk.desk.openid import OpenId
from kiosk.desk.opening import migrate, open_database
from kiosk.desk.options import HEADERS, TRANSPORT, Options
from kiosk.desk.problems import answer
from kiosk.desk.secret import open_secret
from kiosk.desk.service import Service
from kiosk.desk.uploads import Files

_log = structlog.get_logger("desk")

API = (enrol, put_events, get_events, presence, inbox, healthz, readyz, metrics, schema)
UPLOADS = (capabilities, capabilities_of_one, create, where, append)
CONSOLE = (*LOGIN, queue, queue_rows, knowledge, article, learning_page, learning_counts, *CASE_ROUTES, *ACTIONS)


def create_app(options: Options) -> Litestar:
    """The desk as an ASGI app; opens its database (made or migrated first) when it starts."""
    return Litestar(
        route_handlers=[*API, *UPLOADS, *CONSOLE, _static()],
        guards=[must_be_known],
        exception_handlers={Exception: answer},
        lifespan=[_living(options)],
        before_send=[_dress(options)],
        openapi_config=None,
        request_max_body_size=options.limits.form,
        logging_config=None,
        debug=False,
    )


def _static() -> Router:
    """Style, script and fonts: the same for everybody, so they need no login."""
    folder = WEB / "static"
    return create_static_files_router("/static", [folder], opt=PUBLIC, cache_control=CacheControlHeader(max_age=3600))


def _living(options: Options):  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        migrate(options.database)
        database, hub = await open_database(options.database), Hub(options.limits.heartbeat)
        log = CaseLog(database, hub)
        files = Files.of(options, database)
        doors, secret = Doors(database, options.limits.recheck), open_secret(options.data)
        openid = None if options.provider is None else OpenId(options.provider)
        app.state["service"] = Service(options, database, hub, log, files, doors, secret, openid)
        await files.sweep()
        log.start()
        daily = asyncio.create_task(retire_daily(database, files, options.rules), name="retention")
        if not options.secure:
            _log.warning("PLAIN HTTP: cookies go without Secure and __Host-; only for loopback in development")
        async with _with_others(options, app.state["service"]):
            try:
                yield
            finally:
                hub.drain()
                daily.cancel()
                await asyncio.gather(daily, return_exceptions=True)
                await log.stop()
        await database.close()

    return lifespan


@asynccontextmanager
async def _with_others(options: Options, desk: Service) -> AsyncIterator[None]:
    """Beside other workers on the same database: tells them what changed, and lets go of what they took over."""
    if not options.database_url and not options.hints_url:
        yield
        return
    hints = Hints(options.hints_url, desk.hub, desk.database)
    await hints.start()
    letting_go = asyncio.create_task(let_go_when_told(desk), name="uploads")
    try:
        yield
    finally:
        letting_go.cancel()
        await asyncio.gather(letting_go, return_exceptions=True)
        await hints.stop()


def _dress(options: Options):  # type: ignore[no-untyped-def]
    async def before_send(message: Message, scope: Scope) -> None:
        """Security headers and the epoch on every answer, and one line in the log."""
        if message["type"] != "http.response.start" or scope["type"] != ScopeType.HTTP:
            return
        headers = MutableScopeHeaders.from_message(message)
        for name, value in HEADERS.items():
            headers[name] = value
        if options.secure:
            headers[TRANSPORT[0]] = TRANSPORT[1]
        headers.setdefault("Cache-Control", "no-store")
        desk = scope["litestar_app"].state.get("service")
        if desk is not None:
            headers["Desk-Epoch"] = desk.database.epoch
            desk.counts[(scope["method"], str(message["status"]))] += 1
        _log.info("answered", method=scope["method"], path=scope["path"], status=message["status"])

    return before_send
