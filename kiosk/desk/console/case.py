"""The page of a case and the parts of it that change; looks at a raw trace need a reason and are written down."""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from pathlib import Path

import sqlalchemy as sa
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromQuery
from litestar.response import File
from msgspec import Struct

from kiosk.desk import audit, queries
from kiosk.desk.api.cases import CaseId
from kiosk.desk.console import words
from kiosk.desk.console.actions import field, head_of
from kiosk.desk.console.pages import page, part
from kiosk.desk.console.queue import catalogue, count, frame, row
from kiosk.desk.console.view import View, view
from kiosk.desk.guard import expert
from kiosk.desk.head import Head, Placed
from kiosk.desk.people import RELEASES, SEES_TRACE, Principal
from kiosk.desk.problems import problem
from kiosk.desk.service import Service, service
from kiosk.desk.tables import kiosks
from kiosk.desk.uploads import Upload
from kiosk.evidence.bundle import open_bundle, verify
from kiosk.evidence.decoded import Line, decoded_lines
from kiosk.model.case import decode_event

AnyRequest = Request[object, object, State]
MOST_LINES = 100  # of a chat, until somebody asks for all


class Traced(Struct, frozen=True):
    """One decoded trace of a bundle."""

    title: str
    lines: tuple[Line, ...]


class Opened(Struct, frozen=True):
    """What the trace page shows."""

    traces: tuple[Traced, ...]
    intact: bool
    key_known: bool
    masked: int


@get("/cases/{case:str}")
async def case_page(request: AnyRequest, case: CaseId, whole: FromQuery[bool] = False) -> Response[str]:
    """The newest lines of the chat, or all of them."""
    desk, who = service(request.app.state), expert(request)
    values = await _shown(desk, who, case, whole) | frame(request, desk, who)
    parts = {name: part(f"case_{name}.html", values) for name in ("chat", "evidence")}
    return page("case.html", values | parts)


@get("/cases/{case:str}/chat")
async def chat_part(request: AnyRequest, case: CaseId, whole: FromQuery[bool] = False) -> Response[str]:
    return await _draw(request, "case_chat.html", case, whole)


@get("/cases/{case:str}/evidence")
async def evidence_part(request: AnyRequest, case: CaseId) -> Response[str]:
    return await _draw(request, "case_evidence.html", case)


async def _draw(request: AnyRequest, template: str, case: str, whole: bool = False) -> Response[str]:
    desk, who = service(request.app.state), expert(request)
    return page(template, await _shown(desk, who, case, whole) | frame(request, desk, who))


async def _shown(desk: Service, who: Principal, case: str, whole: bool = False) -> dict[str, object]:
    head, now = await head_of(desk, case), time.time()
    log, counts, bundle = await asyncio.gather(_log(desk, case, whole), count(desk, who), _bundle(desk, head))
    texts = catalogue(desk)
    shown: View = view(head, log, texts, who.id, now)
    first = 0 if whole else max(0, len(shown.chat) - MOST_LINES)
    return {
        "v": shown,
        "row": row(head, texts, now),
        "counts": counts,
        "texts": texts,
        "mine": head.expert == who.id,
        "whole": whole,
        "lines": shown.chat[first:],
        "before": first + _left_out(log),
        "may_release": who.role in RELEASES,
        "all_causes": words.all_of(texts, "cause"),
        "all_remedies": words.all_of(texts, "remedy"),
        "bundle": bundle,
    }


async def _log(desk: Service, case: str, whole: bool) -> list[Placed]:
    """The events of a case; without messages that are too old to be shown, except where the whole is asked for."""
    asked = (queries.LOG, case) if whole else (queries.NEWEST, case, case, MOST_LINES)
    rows = await desk.database.fetch(*asked)
    return [Placed(decode_event(data), seq, stored, sender) for seq, stored, sender, data in rows]


def _left_out(log: list[Placed]) -> int:
    """How many messages were not read: the seqs of a case have no gap."""
    return log[-1].seq - len(log) if log else 0


async def _bundle(desk: Service, head: Head) -> Upload | None:
    """The newest finished upload of the case by its own kiosk."""
    found = await desk.files.of_case(head.case_id, head.kiosk)
    return found[0] if found else None


async def _needed_bundle(desk: Service, case: str) -> tuple[Head, Upload]:
    head = await head_of(desk, case)
    upload = await _bundle(desk, head)
    if upload is None:
        raise problem(404, "The bundle has not arrived yet.")
    return head, upload


@get("/cases/{case:str}/trace")
async def trace_reason(request: AnyRequest, case: CaseId) -> Response[str]:
    """Asks for the reason first."""
    desk, who = service(request.app.state), _may_look(request)
    await _needed_bundle(desk, case)
    values = await _shown(desk, who, case)
    return page("trace.html", values | frame(request, desk, who) | {"opened": None})


@post("/cases/{case:str}/trace", status_code=200)
async def trace(request: AnyRequest, case: CaseId) -> Response[str]:
    """The decoded trace; who looked and why stands in the audit log before anything is shown."""
    desk, who = service(request.app.state), _may_look(request)
    reason = await field(request, "why", 200)
    head, upload = await _needed_bundle(desk, case)
    await audit.note(desk.database, who.name, "trace looked at", f"{case}: {reason}")
    path = await desk.files.shelf.local(upload.id)
    opened = await asyncio.to_thread(_opened, path, await _key(desk, head.kiosk))
    values = await _shown(desk, who, case)
    return page("trace.html", values | frame(request, desk, who) | {"opened": opened})


@post("/cases/{case:str}/bundle", status_code=200)
async def download(request: AnyRequest, case: CaseId) -> File:
    """Handed out as an attachment only, never to be shown in the browser."""
    desk, who = service(request.app.state), _may_look(request)
    reason = await field(request, "why", 200)
    _, upload = await _needed_bundle(desk, case)
    await audit.note(desk.database, who.name, "bundle downloaded", f"{case}: {reason}")
    name = f"case-{(await head_of(desk, case)).card.number}.bundle"
    path = await desk.files.shelf.local(upload.id)
    return File(path, filename=name, media_type="application/octet-stream", content_disposition_type="attachment")


def _may_look(request: AnyRequest) -> Principal:
    who = expert(request)
    if who.role not in SEES_TRACE:
        raise problem(403, "Your role does not look at traces.")
    return who


async def _key(desk: Service, kiosk: str) -> bytes:
    """The kiosk's public key; empty where none was given."""
    async with desk.database.reading() as connection:
        text = await connection.scalar(sa.select(kiosks.c.public_key).where(kiosks.c.id == kiosk))
    try:
        return base64.b64decode(text or "", validate=True)
    except binascii.Error:
        return b""


def _opened(path: Path, key: bytes) -> Opened:
    bundle = open_bundle(path)
    verdict = verify(bundle, [key])
    traces = tuple(
        Traced(_title(header.protocol, header.port, header.baud, len(entries)), decoded_lines(header, entries))
        for header, entries in bundle.contents.traces
    )
    return Opened(traces, verdict.intact, verdict.key_known, sum(bundle.manifest.masked.values()))


def _title(protocol: str | None, port: str, baud: int | None, entries: int) -> str:
    speed = f" {baud} baud" if baud else ""
    return f"{(protocol or 'unknown protocol').upper()} over {port}{speed} · {entries} entries"


CASE_ROUTES = (case_page, chat_part, evidence_part, trace_reason, trace, download)
