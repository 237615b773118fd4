# ruff: noqa: S113 - the desk under test is on this machine
"""The doors of the service: what is open, what each answer carries, what a stop and a kill leave behind."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import time

import pytest
import requests
from litestar.routes import HTTPRoute

from kiosk.desk.app import create_app
from kiosk.desk.options import HEADERS, Options

LOGIN = {("GET", "/login"), ("POST", "/login"), ("GET", "/login/code"), ("POST", "/login/code")}
OPENID = {("GET", "/login/start"), ("GET", "/login/return")}
PUBLIC = LOGIN | OPENID | {("POST", "/api/enrol"), ("GET", "/healthz"), ("GET", "/readyz")}
STATIC = "/static/"


@pytest.fixture(scope="module")
def routes(tmp_path_factory):
    app = create_app(Options(tmp_path_factory.mktemp("routes")))
    return [
        (method, re.sub(r"\{[^}]*\}", "0192f7a0-0000-7000-8000-000000000000", route.path))
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods
    ]


def test_every_route_without_a_login_is_on_the_list(desk, routes):
    assert len(routes) > 30
    for method, path in routes:
        answer = requests.request(method, desk.url + path, allow_redirects=False)
        is_open = (method, path) in PUBLIC or path.startswith(STATIC)
        if method == "OPTIONS" and answer.status_code == 204:
            assert not answer.content, "what methods there are is no secret, nothing else is told"
        elif is_open:
            assert answer.status_code != 401, path
        else:
            assert answer.status_code == 401, f"{method} {path}"


def test_a_token_that_is_none_opens_nothing(desk, routes):
    for method, path in routes:
        if method != "OPTIONS" and (method, path) not in PUBLIC and not path.startswith(STATIC):
            answer = requests.request(method, desk.url + path, headers={"Authorization": "Bearer x"})
            assert answer.status_code == 401, f"{method} {path}"


def test_a_browser_is_sent_to_the_sign_in_page(desk):
    answer = requests.get(f"{desk.url}/", headers={"Accept": "text/html"}, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")


@pytest.mark.parametrize("path", ["/login", "/healthz", "/static/desk.css", "/api/inbox", "/nowhere"])
def test_every_answer_carries_the_headers(desk, path):
    headers = requests.get(desk.url + path).headers
    for name, value in HEADERS.items():
        assert headers[name] == value
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "server" not in headers


def test_pages_have_no_inline_script_or_style(desk, kiosk, console):
    case = kiosk.open_case()
    expert = console()
    for path in ("/", f"/cases/{case}", "/login"):
        html = expert.get(path).text
        assert not re.search(r"<script(?![^>]* src=)", html)
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)


def test_ready_and_metrics_are_for_experts(desk, kiosk, anna):
    assert desk.get("/readyz", headers=anna).text == "ready"
    assert 'desk_requests_total{method="GET",status="200"}' in desk.get("/metrics", headers=anna).text
    assert desk.get("/metrics", headers=kiosk.headers).status_code == 403


def test_a_body_that_is_too_large_is_refused(desk, kiosk):
    long = "x" * (200 * 1024)
    assert requests.post(f"{desk.url}/login", data={"name": long}).status_code == 413
    assert requests.post(f"{desk.url}/api/enrol", data=long).status_code == 413


@pytest.mark.alone
def test_a_stop_ends_streams_within_two_seconds_and_a_kill_loses_nothing(desk, open_stream):
    mine = desk.kiosk("restart")
    case = mine.open_case()
    stream = open_stream("/api/inbox", mine.headers)
    stream.next_event()
    port, began = desk.port, time.monotonic()
    desk.stop()
    assert time.monotonic() - began < 2
    assert desk.status == 0, "it ended as it was told"
    with pytest.raises((EOFError, requests.exceptions.ChunkedEncodingError)):
        while True:
            stream.next()
    desk.start(port)
    said = [mine.event(case, "message", words=str(n)) for n in range(20)]
    for event in said:
        assert mine.put(case, event).status_code == 200
    desk.stop(signal.SIGKILL)
    desk.start(port)
    assert mine.put(case, *said).json()["seqs"] == {e["id"]: n for n, e in enumerate(said, 2)}
    assert mine.get(f"/api/cases/{case}/events").json()["last"] == 21


def test_a_sender_that_leaves_in_the_middle_is_no_mistake_of_the_desk(desk, kiosk):
    head = f"Host: x\r\nAuthorization: {kiosk.headers['Authorization']}\r\nContent-Length: 1000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", desk.port)) as line:
        line.sendall(f"POST /api/cases/left-in-the-middle/events HTTP/1.1\r\n{head}{{".encode())
        line.shutdown(socket.SHUT_WR)
        line.settimeout(10)
        with contextlib.suppress(ConnectionError):
            while line.recv(4096):
                pass
    log, until = desk.data / "stderr.log", time.monotonic() + 10
    while not (mine := [x for x in log.read_text().splitlines() if "left-in-the-middle" in x]):
        assert time.monotonic() < until, "nothing in the log"
    assert [(json.loads(x)["level"], json.loads(x).get("status")) for x in mine] == [("info", 400)]
