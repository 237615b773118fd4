"""A tus 1.0 server (core, creation, checksum, expiration; tus.io/protocols/resumable-upload): never hands files out."""

from __future__ import annotations

import asyncio
import base64
import binascii
import errno
import hashlib
import hmac
import os
import re
import sys
import time
from collections.abc import AsyncIterator
from email.utils import formatdate

import msgspec
from litestar import Request, Response, head, patch, post, route
from litestar.datastructures import State
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from kiosk.desk.guard import asker
from kiosk.desk.problems import Problem, problem
from kiosk.desk.service import Service, service
from kiosk.desk.uploads import Upload
from kiosk.model.case import Side

VERSION = "1.0.0"
TUS = {"Tus-Resumable": VERSION}
ALGORITHMS = ("sha1", "sha256")
UPLOADS = "uploads"  # topic between workers
MOST_OPEN = 10  # unfinished uploads of one kiosk
AnyRequest = Request[object, object, State]


class Promise(msgspec.Struct, frozen=True):
    """What `Upload-Metadata` must say."""

    filename: str
    sha256: str
    case: str


@route("/files", http_method=[HttpMethod.OPTIONS], status_code=204)
async def capabilities(request: AnyRequest) -> Response[None]:
    return _about(service(request.app.state))


@route("/files/{id:str}", http_method=[HttpMethod.OPTIONS], status_code=204)
async def capabilities_of_one(request: AnyRequest, id: FromPath[str]) -> Response[None]:
    return _about(service(request.app.state))


def _about(desk: Service) -> Response[None]:
    headers = TUS | {
        "Tus-Version": VERSION,
        "Tus-Extension": "creation,checksum,expiration",
        "Tus-Max-Size": str(desk.options.limits.file),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }
    return Response(None, status_code=204, headers=headers)


@post("/files", status_code=201)
async def create(request: AnyRequest) -> Response[None]:
    """Makes room for a file of a known size, name, hash and case."""
    desk, owner = service(request.app.state), _kiosk(request)
    size = _number(request, "upload-length")
    if size > desk.options.limits.file:
        raise _no(413, f"A file has at most {desk.options.limits.file // 1048576} MB.")
    promise = _promise(request.headers.get("upload-metadata", ""))
    if not desk.uploads.allows(owner) or await desk.files.waiting(owner) >= MOST_OPEN:
        raise _no(429, "Too many uploads at once. Wait a minute.", {"Retry-After": "60"})
    upload = await desk.files.create(owner, promise.case, promise.filename, promise.sha256, size)
    headers = TUS | {"Location": f"/files/{upload.id}", "Upload-Expires": formatdate(upload.expires, usegmt=True)}
    return Response(None, status_code=201, headers=headers)


@head("/files/{id:str}", status_code=200)
async def where(request: AnyRequest, id: FromPath[str]) -> Response[None]:
    """How much has arrived; ends a request that still appends, for its line is dead."""
    desk = service(request.app.state)
    upload = await _own(request, desk, id)
    _tell_others(desk, id)
    offset = upload.size if upload.complete is not None else await desk.files.settled(id)
    headers = TUS | {"Upload-Offset": str(offset), "Upload-Length": str(upload.size), "Cache-Control": "no-store"}
    return Response(None, status_code=200, headers=headers)


@patch("/files/{id:str}", status_code=204, request_max_body_size=None)
async def append(request: AnyRequest, id: FromPath[str]) -> Response[None]:
    """Appends from the offset named; keeps what arrived when the line is cut."""
    desk = service(request.app.state)
    upload = await _own(request, desk, id)
    if request.headers.get("content-type") != "application/offset+octet-stream":
        raise _no(415, "Send application/offset+octet-stream.")
    checksum = _checksum(request.headers.get("upload-checksum"))
    _tell_others(desk, id)
    async with desk.files.appending(id) as enough:
        offset = await desk.files.shelf.offset(id) if upload.complete is None else upload.size
        if offset != _number(request, "upload-offset"):
            raise _no(409, f"The file has {offset} bytes.")
        offset = await _receive(request, desk, upload, offset, enough, checksum)
    if offset == upload.size and upload.complete is None and not await desk.files.finish(upload):
        raise _no(460, "The file is not the one that was promised. Send it again.")
    headers = TUS | {"Upload-Offset": str(offset), "Upload-Expires": formatdate(upload.expires, usegmt=True)}
    return Response(None, status_code=204, headers=headers)


def _tell_others(desk: Service, id: str) -> None:
    """Other workers let go of this file: their line is dead, but did not say so."""
    if desk.hub.outward_words is not None:
        desk.hub.outward_words(UPLOADS, id.encode())


async def let_go_when_told(desk: Service) -> None:
    """Ends what this worker still receives for a file that a client now sends to another."""
    with desk.hub.listen(UPLOADS) as listener:
        while True:
            for id in (await listener.news()).words:
                desk.files.let_go(id.decode())


async def _receive(
    request: AnyRequest,
    desk: Service,
    upload: Upload,
    offset: int,
    enough: asyncio.Event,
    checksum: tuple[str, bytes] | None,
) -> int:
    """Write what comes; the new offset. A chunk with a wrong checksum is taken back as a whole."""
    started, hashed = offset, hashlib.new(checksum[0]) if checksum else None
    if upload.complete is not None:
        return offset
    file = os.open(desk.files.shelf.spool(upload.id), os.O_WRONLY | os.O_APPEND)
    try:
        await alone(file)
        before = os.fstat(file).st_size
        if before not in (0, offset):
            raise _no(409, f"The file has {before} bytes.")
        async for piece in _until(request, enough):
            if offset + len(piece) > upload.size:
                raise _no(413, "More bytes than promised.")
            offset += _written(file, piece)
            if hashed is not None:
                hashed.update(piece)
        if checksum and hashed and not hmac.compare_digest(hashed.digest(), checksum[1]):
            os.ftruncate(file, before)
            raise _no(460, "The checksum of this part is wrong. Send it again.")
    finally:
        await asyncio.shield(_made_safe(desk, upload.id, file, started))
    return offset


async def alone(file: int, patience: float = 5.0) -> None:
    """Workers that share a folder append one at a time; the one whose line is dead was told to let go."""
    if sys.platform == "win32":  # one process alone has the folder there
        return
    import fcntl

    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise _no(423, "Another request goes on with this file. Try again.", {"Retry-After": "5"}) from None
            await asyncio.sleep(0.05)


def _written(file: int, piece: bytes) -> int:
    try:
        return os.write(file, piece)
    except OSError as e:
        if e.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _no(507, "The desk's disk is full. Try again later.") from e
        raise


async def _made_safe(desk: Service, id: str, file: int, started: int) -> None:
    await asyncio.to_thread(_sync_and_close, file)
    await desk.files.shelf.keep(id, started)


def _sync_and_close(file: int) -> None:
    os.fsync(file)
    os.close(file)


async def _until(request: AnyRequest, enough: asyncio.Event) -> AsyncIterator[bytes]:
    """Pieces of the body until it ends, the line is cut, or a newer request takes over."""
    stop, pieces = asyncio.create_task(enough.wait()), request.stream()
    try:
        while True:
            piece = asyncio.ensure_future(anext(pieces, None))
            await asyncio.wait({piece, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not piece.done():
                piece.cancel()
                if rest := _held_back(request):
                    yield rest
                raise _no(409, "A newer request goes on with this file.")
            if (found := piece.result()) is None:
                return
            yield found
    except HTTPException as e:
        if isinstance(e, Problem):
            raise
        if rest := _held_back(request):
            yield rest
        raise _no(400, "The line was cut.") from e  # nobody hears it; what came is kept
    finally:
        stop.cancel()


def _held_back(request: AnyRequest) -> bytes:
    """What uvicorn's request cycle holds: it tells of a cut before it hands that out."""
    cycle = getattr(request.receive, "__self__", None)
    rest = getattr(cycle, "body", b"")
    return bytes(rest) if isinstance(rest, bytes | bytearray) else b""


def _no(status: int, detail: str, headers: dict[str, str] | None = None) -> Problem:
    return problem(status, detail, TUS | (headers or {}))


def _kiosk(request: AnyRequest) -> str:
    if request.headers.get("tus-resumable") != VERSION:
        raise problem(412, "This server speaks tus 1.0.0.", {"Tus-Version": VERSION})
    who = asker(request)
    if who.side is not Side.STORE:
        raise _no(403, "Only kiosks upload.")
    return who.id


async def _own(request: AnyRequest, desk: Service, id: str) -> Upload:
    owner = _kiosk(request)
    upload = await desk.files.find(id)
    if upload is None or upload.owner != owner:
        raise _no(404, "There is no such upload. Make a new one.")
    return upload


def _number(request: AnyRequest, name: str) -> int:
    text = request.headers.get(name, "")
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise _no(400, f"The header {name} is missing or no number.")
    return int(text)


def _checksum(text: str | None) -> tuple[str, bytes] | None:
    if text is None:
        return None
    algorithm, _, value = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise _no(400, f"Checksums are {' or '.join(ALGORITHMS)}.")
    try:
        return algorithm, base64.b64decode(value, validate=True)
    except binascii.Error as e:
        raise _no(400, "The checksum is not base64.") from e


def _promise(metadata: str) -> Promise:
    """`key base64, key base64`: filename, sha256 and case, each with bounds."""
    try:
        pairs = (item.strip().partition(" ") for item in metadata.split(",") if item.strip())
        said = {key: base64.b64decode(value, validate=True).decode() for key, _, value in pairs}
        promise = msgspec.convert(said, Promise)
    except (binascii.Error, UnicodeDecodeError, msgspec.ValidationError) as e:
        raise _no(400, "Upload-Metadata must say filename, sha256 and case.") from e
    good = re.fullmatch(r"[A-Za-z0-9_.-]{8,80}", promise.case) and re.fullmatch(r"[A-Za-z0-9]{64}", promise.sha256)
    if not good or not 0 < len(promise.filename) <= 200:
        raise _no(400, "Upload-Metadata is out of bounds.")
    return promise
