"""Where the service may listen, and what it says when it cannot."""

from __future__ import annotations

import json

import pytest

from kiosk.desk import problems, serve, service
from kiosk.errors import DeskError


@pytest.mark.parametrize(
    ("host", "secure", "fine"),
    [
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("localhost", False, True),
        ("0.0.0.0", False, False),  # noqa: S104
        ("192.168.1.5", False, False),
        ("desk.example", False, False),
        ("0.0.0.0", True, True),  # noqa: S104
    ],
)
def test_plain_http_is_for_loopback_only(host, secure, fine):
    if fine:
        serve.must_be_safe(host, secure)
    else:
        with pytest.raises(DeskError, match="plain HTTP"):
            serve.must_be_safe(host, secure)


def test_plain_http_is_said_loudly_in_the_log(desk):
    lines = [json.loads(line) for line in (desk.data / "stderr.log").read_text().splitlines()]
    assert any("PLAIN HTTP" in line["event"] and line["level"] == "warning" for line in lines)


def test_the_log_never_holds_a_token(desk, kiosk, anna):
    kiosk.open_case()
    log = (desk.data / "stderr.log").read_text()
    assert kiosk.enrolled["token"] not in log
    assert anna["Authorization"].split()[1] not in log


def test_a_problem_carries_status_and_headers():
    found = problems.problem(429, "Too many.", {"Retry-After": "5"})
    assert (found.status_code, found.detail, found.headers) == (429, "Too many.", {"Retry-After": "5"})


def test_limits_of_a_service_are_its_own():
    made = [service.Service(None, None, None, None, None, None, None) for _ in range(2)]  # type: ignore[arg-type]
    made[0].enrolments.count("a")
    assert made[0].enrolments is not made[1].enrolments
