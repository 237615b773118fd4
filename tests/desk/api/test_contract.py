# ruff: noqa: S113 - the desk under test is on this machine
"""The API does what its document says, whatever a fuzzer sends; and the document names every route that is no page."""

from __future__ import annotations

import re

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from litestar.routes import HTTPRoute
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kiosk.desk.api.contract import CASE_ID, OPERATIONS, document
from kiosk.desk.app import create_app
from kiosk.desk.options import Options

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
SCHEMA = schemathesis.openapi.from_file(document().decode())
EXAMPLES = 25


@schemathesis.serializer("application/offset+octet-stream")
def part_of_a_file(context: object, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="module")
def senders(desk, kiosk, anna):
    """By name: headers of a kiosk with a case of the id that examples use, of an expert, and of nobody."""
    answer = kiosk.put(CASE_ID, kiosk.opened(CASE_ID))
    assert answer.status_code == 200
    return {"kiosk": kiosk.headers, "expert": anna, "nobody": {}}


@pytest.mark.parametrize("sender", ["kiosk", "expert", "nobody"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.method} {o.path}")
def test_whatever_is_sent_the_answer_is_one_of_the_document(desk, senders, operation, sender):
    tried = 0
    api = SCHEMA[operation.path][operation.method.upper()]

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=api.as_strategy())
    def send(case) -> None:
        nonlocal tried
        tried += 1
        if operation.streams:
            case.query = {**(case.query or {}), "wait": 0}  # a page: a stream would not end
        case.call_and_validate(base_url=desk.url, headers=senders[sender], checks=CHECKS, timeout=20)

    send()
    assert tried > 0


def test_every_route_that_is_no_page_is_in_the_document(tmp_path):
    said = {(o.method.upper(), o.path) for o in OPERATIONS}
    routes = {
        (method, re.sub(r"\{(\w+):\w+\}", r"{\1}", route.path))
        for route in create_app(Options(tmp_path)).routes
        if isinstance(route, HTTPRoute)
        for method in route.methods
    }
    assert said <= routes
    api = {(m, p) for m, p in routes if p.startswith(("/api", "/files")) and m != "OPTIONS"}
    assert api - said == set()


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.example], ids=lambda o: o.path)
def test_the_examples_are_taken(desk, kiosk, senders, operation):
    """Of a kiosk; a code of an example is no real one."""
    path = operation.path.format(case=CASE_ID)
    example = operation.example
    if "events" in example:
        author = {"side": "store", "id": kiosk.id, "name": ""}
        example = {"events": [event | {"author": author} for event in example["events"]]}
    answer = requests.request(operation.method, desk.url + path, json=example, headers=senders["kiosk"])
    assert answer.status_code in ((400, 429) if path == "/api/enrol" else operation.answers), answer.text


def test_nobody_reads_the_document_without_a_token(desk, anna):
    assert requests.get(f"{desk.url}/schema").status_code == 401
    assert requests.get(f"{desk.url}/schema", headers=anna).content == document()
