# ruff: noqa: S113 - the desk under test is on this machine
"""Uploads by a real tus client, by hand, and over lines that are cut."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import os
import socket
import time
from types import SimpleNamespace

import pytest
import requests
from tusclient.client import TusClient

from kiosk.desk.api.files import UPLOADS, alone, let_go_when_told
from kiosk.desk.hub import Hub
from kiosk.desk.problems import Problem
from kiosk.desk.uploads import Files
from kiosk.model.ids import letters

TUS = {"Tus-Resumable": "1.0.0"}


def metadata(**pairs: str) -> str:
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())


def create(desk, kiosk, data: bytes, **change: str) -> requests.Response:
    told = {"filename": "b.kiosk", "sha256": hashlib.sha256(data).hexdigest(), "case": "case-0001"} | change
    headers = kiosk.headers | TUS | {"Upload-Length": str(len(data)), "Upload-Metadata": metadata(**told)}
    return requests.post(f"{desk.url}/files", headers=headers)


def offset(desk, kiosk, place: str) -> int:
    return int(requests.head(desk.url + place, headers=kiosk.headers | TUS).headers["Upload-Offset"])


def patch(desk, kiosk, place: str, at: int, data: bytes, **more: str) -> requests.Response:
    headers = {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    return requests.patch(desk.url + place, data=data, headers=kiosk.headers | TUS | headers)


def stored(desk, place: str) -> bytes:
    return (desk.options.files / place.rpartition("/")[2]).read_bytes()


def test_tuspy_uploads_in_one_piece_and_in_many(desk, kiosk):
    for chunk in (10_000_000, 70_000):
        data = os.urandom(300_000)
        client = TusClient(f"{desk.url}/files", headers=kiosk.headers)
        told = {"filename": "b", "sha256": letters(hashlib.sha256(data).digest()), "case": "case-0001"}
        uploader = client.uploader(file_stream=io.BytesIO(data), metadata=told, chunk_size=chunk)
        uploader.upload()
        assert stored(desk, "/" + uploader.url.rpartition("/")[2]) == data


def test_a_cut_patch_keeps_every_byte_that_arrived(desk, kiosk):
    data = os.urandom(1_000_000)
    place = create(desk, kiosk, data).headers["Location"]
    arrived = 0
    for size in (1, 65_536, 300_001):
        send_and_cut(desk, kiosk, place, arrived, data[arrived : arrived + size], len(data) - arrived)
        arrived += size
        until = time.monotonic() + 10  # the line ends before the desk has looked who sent and begun to write
        while (found := offset(desk, kiosk, place)) != arrived and time.monotonic() < until:
            assert found == arrived - size, "all of it or not yet"
        assert found == arrived
    assert patch(desk, kiosk, place, arrived, data[arrived:]).status_code == 204
    assert stored(desk, place) == data


def send_and_cut(desk, kiosk, place: str, at: int, piece: bytes, promised: int) -> None:
    lines = [
        f"PATCH {place} HTTP/1.1",
        f"Host: 127.0.0.1:{desk.port}",
        "Tus-Resumable: 1.0.0",
        f"Authorization: {kiosk.headers['Authorization']}",
        f"Upload-Offset: {at}",
        "Content-Type: application/offset+octet-stream",
        f"Content-Length: {promised}",
    ]
    with socket.create_connection(("127.0.0.1", desk.port)) as line:
        line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + piece)
        line.shutdown(socket.SHUT_WR)
        line.settimeout(10)
        while line.recv(4096):
            pass


def test_a_line_that_is_dead_but_silent_does_not_block_the_next(desk, kiosk):
    data = os.urandom(50_000)
    place = create(desk, kiosk, data).headers["Location"]
    with socket.create_connection(("127.0.0.1", desk.port)) as line:
        head = (
            f"PATCH {place} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nContent-Length: {len(data)}\r\n"
            f"Authorization: {kiosk.headers['Authorization']}\r\nUpload-Offset: 0\r\n"
            "Content-Type: application/offset+octet-stream\r\n\r\n"
        )
        line.sendall(head.encode() + data[:20_000])
        until = time.monotonic() + 30
        answer = 409  # while bytes of the dead line still come in, the offset that was told is an old one
        while answer == 409 and time.monotonic() < until:
            at = offset(desk, kiosk, place)
            assert at <= 20_000
            answer = patch(desk, kiosk, place, at, data[at:]).status_code
        assert answer == 204
    assert stored(desk, place) == data


def test_a_part_with_a_wrong_checksum_is_taken_back(desk, kiosk):
    data = os.urandom(1000)
    place = create(desk, kiosk, data).headers["Location"]
    right = "sha256 " + base64.b64encode(hashlib.sha256(data[:500]).digest()).decode()
    assert patch(desk, kiosk, place, 0, data[100:600], Upload_Checksum=right).status_code == 460
    assert offset(desk, kiosk, place) == 0
    assert patch(desk, kiosk, place, 0, data[:500], Upload_Checksum=right).headers["Upload-Offset"] == "500"
    assert patch(desk, kiosk, place, 500, data[500:], Upload_Checksum="md5 xx").status_code == 400


def test_a_file_that_is_not_the_promised_one_is_removed(desk, kiosk):
    data = os.urandom(1000)
    place = create(desk, kiosk, data).headers["Location"]
    assert patch(desk, kiosk, place, 0, bytes(1000)).status_code == 460
    assert requests.head(desk.url + place, headers=kiosk.headers | TUS).status_code == 404


def test_the_rules_of_the_protocol(desk, kiosk, anna):
    data = os.urandom(100)
    place = create(desk, kiosk, data).headers["Location"]
    assert patch(desk, kiosk, place, 5, data).status_code == 409
    assert patch(desk, kiosk, place, 0, data + b"more").status_code == 413
    assert patch(desk, kiosk, place, 0, data, Content_Type="text/plain").status_code == 415
    assert requests.head(desk.url + place, headers=kiosk.headers).status_code == 412
    assert requests.head(desk.url + place, headers=desk.kiosk("other").headers | TUS).status_code == 404
    assert requests.post(f"{desk.url}/files", headers=anna | TUS).status_code == 403
    told = requests.options(f"{desk.url}/files", headers=kiosk.headers)
    assert told.headers["Tus-Extension"] == "creation,checksum,expiration"
    assert told.headers["Tus-Max-Size"] == str(50 * 1024 * 1024)


def test_bounds_of_creation(desk):
    mine = desk.kiosk("greedy")
    big = mine.headers | TUS | {"Upload-Length": str(50 * 1024 * 1024 + 1), "Upload-Metadata": ""}
    assert requests.post(f"{desk.url}/files", headers=big).status_code == 413
    assert create(desk, mine, b"x", case="../../etc").status_code == 400
    assert create(desk, mine, b"x", sha256="short").status_code == 400
    answers = [create(desk, mine, b"x").status_code for _ in range(11)]
    assert answers == [201] * 10 + [429]


def test_a_file_is_never_handed_out_by_its_address(desk, kiosk, anna):
    place = create(desk, kiosk, b"x").headers["Location"]
    for headers in (kiosk.headers, anna):
        assert desk.get(place, headers=headers).status_code == 405


def test_workers_that_share_a_folder_append_one_at_a_time(tmp_path):
    (tmp_path / "upload").touch()
    first, second = (os.open(tmp_path / "upload", os.O_WRONLY | os.O_APPEND) for _ in range(2))
    asyncio.run(alone(first))
    with pytest.raises(Problem, match="Another request goes on"):
        asyncio.run(alone(second, patience=0.0))
    os.close(first)
    asyncio.run(alone(second, patience=0.0))
    os.close(second)


def test_another_worker_ends_what_this_one_still_receives():
    async def act() -> bool:
        hub, files = Hub(), Files(None, None, 1.0)  # type: ignore[arg-type]
        desk = SimpleNamespace(hub=hub, files=files)
        listening = asyncio.create_task(let_go_when_told(desk))  # type: ignore[arg-type]
        async with files.appending("u1") as enough:
            while not hub.listens():
                await asyncio.wait({listening}, timeout=0)
            hub.pass_on(UPLOADS, b"u1", outward=False)
            async with asyncio.timeout(10):
                await enough.wait()
        listening.cancel()
        return True

    assert asyncio.run(act())
