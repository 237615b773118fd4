"""Turns what went wrong into a problem document (RFC 9457) or a plain page; tells nothing of the inside."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
import structlog
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, InternalServerException

from kiosk.desk.database import Full
from kiosk.desk.posts import NotYours, TooLate
from kiosk.errors import KioskError, Rejected
from kiosk.model.wire import NOT_READABLE

AnyRequest = Request[object, object, State]
_log = structlog.get_logger("desk")


class Problem(HTTPException):
    """An answer that says no; `sign_in` sends a browser to the sign-in page."""

    sign_in = False


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> Problem:
    return Problem(status_code=status, detail=detail, headers=headers)


def unauthorised() -> Problem:
    found = problem(401, "Sign in first, or send a valid token.", {"WWW-Authenticate": "Bearer"})
    found.sign_in = True
    return found


def was_cut(error: Exception) -> bool:
    """Whether the sender left in the middle of a body; litestar raises a mistake of the server for it."""
    return isinstance(error, InternalServerException) and error.detail == "client disconnected prematurely"


def _title(status: int) -> str:
    if status == 460:  # tus.io: Checksum Mismatch, not in the registry
        return "Checksum Mismatch"
    return HTTPStatus(status).phrase


def _from_browser(request: AnyRequest) -> bool:
    return "text/html" in request.headers.get("accept", "") or "hx-request" in request.headers


def answer(request: AnyRequest, error: Exception) -> Response[bytes]:
    """The one place where errors leave the service."""
    status, body, headers = document(request.url.path, error)
    if _from_browser(request):
        if getattr(error, "sign_in", False):
            return _to_sign_in(request)
        if "hx-request" not in request.headers:
            return _page(status, _told(error)[1])
    return Response(body, status_code=status, media_type="application/problem+json", headers=headers)


def document(path: str, error: Exception) -> tuple[int, bytes, dict[str, str]]:
    """Status, problem document and headers for an error; what is our mistake goes into the log."""
    status, detail, headers = _told(error)
    if status >= 500:
        _log.error("failed", path=path, exc_info=error)
    told = {"type": "about:blank", "title": _title(status), "status": status, "detail": detail}
    return status, msgspec.json.encode(told), headers


def _told(error: Exception) -> tuple[int, str, dict[str, str]]:
    if isinstance(error, NotYours):
        return 403, str(error), {}
    if isinstance(error, TooLate):
        return 409, str(error), {}
    if isinstance(error, Rejected):
        return 400, str(error), {}
    if isinstance(error, NOT_READABLE):
        return 422, f"This is not what was expected: {error}.", {}
    if was_cut(error):
        return 400, "The line was cut.", {}  # nobody hears it; the log must not call it our mistake
    if isinstance(error, HTTPException):
        return error.status_code, error.detail, dict(error.headers or {})
    if isinstance(error, Full):
        return 507, str(error), {"Retry-After": "30"}
    if isinstance(error, KioskError):
        return 503, str(error), {"Retry-After": "5"}
    return 500, "The desk made a mistake. It has been noted; try again.", {}


def _page(status: int, detail: str) -> Response[bytes]:
    from kiosk.desk.console.pages import problem_page

    return Response(problem_page(_title(status), detail), status_code=status, media_type="text/html")


def _to_sign_in(request: AnyRequest) -> Response[bytes]:
    if "hx-request" in request.headers:
        return Response(b"", status_code=200, headers={"HX-Redirect": "/login"})
    return Response(b"", status_code=303, headers={"Location": "/login"})
