# ruff: noqa: S113 - the desk under test is on this machine
"""The fast lane answers as the framework does: the same headers, the same problems, the same limits."""

from __future__ import annotations

import asyncio
import json

import pytest
import requests

from kiosk.desk.lane import _is_there
from kiosk.desk.options import HEADERS

NONE = "0192f7a0-0000-7000-8000-000000000000"


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_answers_carry_the_headers_whichever_way_they_come(desk, kiosk, accept):
    case = kiosk.open_case()
    url = f"{desk.url}/api/cases/{case}/events"
    with requests.get(url, headers=kiosk.headers | {"Accept": accept}, stream=True, timeout=20) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(accept)
        assert answer.headers["Desk-Epoch"] == kiosk.enrolled["epoch"]
        for name, value in HEADERS.items():
            assert answer.headers[name] == value


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_refusals_are_the_same_whichever_way_they_come(desk, kiosk, accept):
    url = f"{desk.url}/api/cases/{NONE}/events"
    stranger = requests.get(url, headers=kiosk.headers | {"Accept": accept})
    nobody = requests.get(url, headers={"Authorization": "Bearer x", "Accept": accept})
    assert (stranger.status_code, nobody.status_code) == (403, 401)
    assert nobody.headers["WWW-Authenticate"] == "Bearer"
    for answer in (stranger, nobody):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_batch_that_is_too_large_is_refused(desk, kiosk):
    case = kiosk.open_case()
    big = b"x" * (34 * 1024 * 1024)
    answer = requests.post(f"{desk.url}/api/cases/{case}/events", data=big, headers=kiosk.headers)
    assert answer.status_code == 413


def test_a_kiosk_has_at_most_twenty_streams(desk, open_stream):
    mine = desk.kiosk("many streams")
    streams = [open_stream("/api/inbox", mine.headers) for _ in range(20)]
    for stream in streams:
        stream.next_event("hello")
    refused = mine.get("/api/inbox", headers={"Accept": "text/event-stream"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
    for stream in streams:
        stream.close()
    again = open_stream("/api/inbox", mine.headers)
    assert json.loads(again.next_event("hello")["data"])["epoch"] == mine.enrolled["epoch"]


def test_a_client_that_left_is_known_without_waiting():
    async def act() -> None:
        gone = asyncio.Event()
        first = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive():
            if first:
                return first.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        assert [_is_there(receive) for _ in range(3)] == [True, True, True]
        gone.set()
        assert not _is_there(receive)

    asyncio.run(act())
