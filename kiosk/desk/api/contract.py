"""The API as an OpenAPI 3.1 document, from our own types and one table; pages for people are not part of it.

Routes read raw bytes, so that nothing is decoded twice; what they take and answer is said here alone, and a fuzzer
holds it against the running service.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any

import msgspec
from litestar import Response, get
from msgspec import Meta, Struct

from kiosk.model import case as c
from kiosk.model import wire

REF = "#/components/schemas/{name}"
PROBLEM = "application/problem+json"
JSON = "application/json"
TEXT = "text/plain"
Schema = Mapping[str, object]
EVENT_ID = "0192f7a0-0000-7000-8000-000000000001"
CASE_ID = "0192f7a0-0000-7000-8000-000000000000"


class Problem(Struct, frozen=True):
    """What went wrong, in plain words (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class Presence(Struct, frozen=True):
    """Who is typing; passes through and is forgotten."""

    case: Annotated[str, Meta(min_length=8, max_length=80)]
    typing: bool = False


class Operation(Struct, frozen=True):
    """One route: `answers` by status, a type or the media type of text; `problems` are the statuses that say no."""

    method: str
    path: str
    about: str
    answers: Mapping[int, object]
    problems: tuple[int, ...] = (401,)
    body: object = None
    example: object = None
    media: str = JSON
    parameters: tuple[Schema, ...] = ()
    public: bool = False
    streams: bool = False  # also a stream of server-sent events, for who accepts that


def _parameter(name: str, place: str, schema: Schema, about: str, *, required: bool = False) -> Schema:
    return {"name": name, "in": place, "required": required, "description": about, "schema": schema}


CASE = _parameter(
    "case", "path", {"type": "string", "pattern": "^[A-Za-z0-9_.-]{8,80}$"}, "the case's id", required=True
)
FILE = _parameter("id", "path", {"type": "string", "pattern": "^[A-Za-z0-9-]{1,80}$"}, "the upload", required=True)
AFTER = _parameter("after", "query", {"type": "integer", "minimum": 0}, "events with a higher seq")
WAIT = _parameter("wait", "query", {"type": "number", "minimum": 0, "maximum": 30}, "seconds to wait for news")
LIMIT = _parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": 500}, "so many at most")
CURSOR = _parameter("cursor", "query", {"type": "string"}, "what `Last-Event-ID` would be")
TUS = _parameter("Tus-Resumable", "header", {"const": "1.0.0", "type": "string"}, "tus.io 1.0.0", required=True)
NUMBER: Schema = {"type": "string", "pattern": "^[0-9]{1,15}$"}
LENGTH = _parameter("Upload-Length", "header", NUMBER, "bytes of the whole file", required=True)
OFFSET = _parameter("Upload-Offset", "header", NUMBER, "bytes that have arrived", required=True)
METADATA = _parameter(
    "Upload-Metadata", "header", {"type": "string"}, "filename, sha256 and case, each in base64", required=True
)
CHECKSUM = _parameter("Upload-Checksum", "header", {"type": "string"}, "`sha256` and the base64 of this part's hash")

AUTHOR = {"side": "store", "id": "k-1", "name": ""}
MESSAGE = {
    "id": EVENT_ID,
    "case": CASE_ID,
    "author": AUTHOR,
    "at": "2026-11-22T10:41:00Z",
    "body": {"kind": "message", "words": "The screen is lit, but nothing happens."},
    "schema": 1,
}
ENROL = {"code": "7K3M-Q2XV-9DTB", "name": "Till PC 2", "public_key": "cA==", "version": "0.1.0"}
SAYS_NO = (400, 401, 403, 422)
OPERATIONS = (
    Operation(
        "post",
        "/api/enrol",
        "A kiosk joins with a code, once.",
        {201: c.Enrolled},
        (400, 413, 422, 429),
        c.Enrol,
        ENROL,
        public=True,
    ),
    Operation(
        "post",
        "/api/cases/{case}/events",
        "Stores a batch; an event that is sent twice is stored once and gets the same seq.",
        {200: c.Stored},
        (*SAYS_NO, 409, 413),
        c.EventBatch,
        {"events": [MESSAGE]},
        parameters=(CASE,),
    ),
    Operation(
        "get",
        "/api/cases/{case}/events",
        "A page of events; with `Accept: text/event-stream` a stream of them.",
        {200: c.EventPage},
        (400, 401, 403),
        parameters=(CASE, AFTER, WAIT, LIMIT),
        streams=True,
    ),
    Operation("post", "/api/presence", "Somebody types.", {204: None}, (*SAYS_NO, 413), Presence, {"case": CASE_ID}),
    Operation(
        "get",
        "/api/inbox",
        "News of all cases of a kiosk; with `Accept: text/event-stream` a stream, also of hints for experts.",
        {200: c.InboxPage},
        (400, 401, 422),
        parameters=(CURSOR, WAIT),
        streams=True,
    ),
    Operation(
        "post",
        "/files",
        "Makes room for a file (tus creation).",
        {201: None},
        (400, 401, 403, 412, 413, 429),
        parameters=(TUS, LENGTH, METADATA),
    ),
    Operation("options", "/files", "What this tus server can do.", {204: None}),
    Operation("options", "/files/{id}", "What this tus server can do.", {204: None}, parameters=(FILE,)),
    Operation(
        "head",
        "/files/{id}",
        "How much of a file has arrived.",
        {200: None},
        (400, 401, 403, 404, 412),
        parameters=(FILE, TUS),
    ),
    Operation(
        "patch",
        "/files/{id}",
        "Appends to a file from an offset (tus core, checksum).",
        {204: None},
        (400, 401, 403, 404, 409, 412, 413, 415, 460, 507),
        bytes,
        media="application/offset+octet-stream",
        parameters=(FILE, TUS, OFFSET, CHECKSUM),
    ),
    Operation("get", "/healthz", "Whether the process lives.", {200: TEXT}, (), public=True),
    Operation("get", "/readyz", "Whether it takes work.", {200: TEXT}, (503,), public=True),
    Operation("get", "/metrics", "Counters for Prometheus.", {200: TEXT}, (401, 403)),
    Operation("get", "/schema", "This document.", {200: dict}),
)


@cache
def document() -> bytes:
    """OpenAPI 3.1 as JSON."""
    paths: dict[str, dict[str, object]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return wire.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Desk of the support kiosk", "version": importlib.metadata.version("support-kiosk")},
            "paths": paths,
            "components": {"schemas": _schemas(), "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
            "security": [{"token": []}],
        }
    )


def _operation(operation: Operation) -> dict[str, object]:
    answers: dict[str, Any] = {str(status): _answer(what) for status, what in operation.answers.items()}
    if operation.streams:
        answers["200"]["content"]["text/event-stream"] = {"schema": {"type": "string"}}
    answers |= {str(status): _answer(Problem, PROBLEM) for status in operation.problems}
    told: dict[str, Any] = {"summary": operation.about, "responses": answers}
    if operation.parameters:
        told["parameters"] = operation.parameters
    if operation.public:
        told["security"] = []
    if operation.body is bytes:
        told["requestBody"] = {"content": {operation.media: {"schema": {"type": "string", "format": "binary"}}}}
    elif operation.body is not None:
        content = {"schema": _ref(operation.body), "example": operation.example}
        told["requestBody"] = {"required": True, "content": {operation.media: content}}
    return told


def _answer(what: object, media: str = JSON) -> dict[str, object]:
    about = "says no" if media == PROBLEM else "done"
    if what is None:
        return {"description": about}
    if what is TEXT:
        return {"description": about, "content": {TEXT: {"schema": {"type": "string"}}}}
    schema = {"type": "object"} if what is dict else _ref(what)
    return {"description": about, "content": {media: {"schema": schema}}}


def _ref(what: Any) -> dict[str, str]:
    return {"$ref": REF.format(name=what.__name__)}


def _schemas() -> dict[str, Any]:
    types = [*_types(), c.Author, *c.KINDS]
    _, found = msgspec.json.schema_components(types, ref_template=REF)
    found["CaseEvent"] = _event()
    for name in ("EventBatch", "EventPage"):
        found[name]["properties"]["events"]["items"] = _ref(c.CaseEvent)
    found["InboxItem"]["properties"]["event"] = _ref(c.CaseEvent)
    return found


def _types() -> Iterator[Any]:
    for operation in OPERATIONS:
        yield from (what for what in (operation.body, *operation.answers.values()) if _is_ours(what))
    yield Problem


def _is_ours(what: object) -> bool:
    return isinstance(what, type) and issubclass(what, Struct)


def _event() -> dict[str, Any]:
    """An event as it travels: its body is one of the kinds, told apart by `kind`."""
    kinds = {str(kind.__struct_config__.tag): _ref(kind)["$ref"] for kind in c.KINDS}
    body = {
        "oneOf": [{"$ref": ref} for ref in kinds.values()],
        "discriminator": {"propertyName": "kind", "mapping": kinds},
    }
    id = {"type": "string", "minLength": 8, "maxLength": 80}
    properties: dict[str, Any] = {"id": id, "case": id, "author": _ref(c.Author)}
    properties |= {"at": {"type": "string", "format": "date-time"}, "body": body}
    properties |= {"seq": {"type": ["integer", "null"]}, "restored": {"type": "boolean"}, "schema": {"const": 1}}
    required = ["id", "case", "author", "at", "body"]
    return {"title": "CaseEvent", "type": "object", "properties": properties, "required": required}


@get("/schema")
async def schema() -> Response[bytes]:
    """For whoever has a token; a service that nobody knows tells nothing about itself."""
    return Response(document(), media_type=JSON)
