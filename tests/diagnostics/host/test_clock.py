"""How far the PC's clock is off: what a server's `Date` proves, and who is asked; no clock is waited for."""

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from kiosk.diagnostics.host import clock
from kiosk.diagnostics.host.clock import Off
from tests.diagnostics.host.test_networks import signed

TOLD = "Mon, 02 Mar 2026 09:30:00 GMT"
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC).timestamp()


@contextmanager
def server(answer, context=None):
    """Answers one request, and keeps it."""
    asked = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        try:
            line = listening.accept()[0]
        except OSError:
            return
        with line if context is None else context.wrap_socket(line, server_side=True) as talk:
            asked.append(talk.recv(4096))
            talk.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1], asked
    finally:
        listening.close()
        thread.join()


def dated(date=TOLD, *more):
    return "\r\n".join(("HTTP/1.1 404 No", f"Date: {date}", "Content-Length: 0", *more, "", "")).encode()


def ticks(*moments):
    left = list(moments)
    return lambda: left.pop(0)


@pytest.mark.parametrize(
    ("began", "ended", "seconds", "within"),
    [(0.4, 0.6, 0.0, 0.6), (600.0, 601.0, 600.0, 1.0), (-3600.0, -3600.0, -3600.5, 0.5)],
)
def test_the_middle_of_question_and_answer_is_held_against_the_servers_time(began, ended, seconds, within):
    told = clock.off(datetime.fromtimestamp(AT, UTC), AT + began, AT + ended, "desk")
    assert told.seconds == pytest.approx(seconds)
    assert told.within == pytest.approx(within)


def test_a_desk_is_asked_once_and_any_answer_with_a_date_will_do():
    with server(dated()) as (port, asked):
        told = clock.ask(f"http://127.0.0.1:{port}", 2.0, ticks(AT + 120, AT + 121))
    assert told == Off(pytest.approx(120.0), 1.0, "127.0.0.1")
    (request,) = asked
    assert request.startswith(b"HEAD / HTTP/1.1\r\n")
    assert b"Authorization" not in request
    assert b"Cookie" not in request


def test_over_tls_whose_certificate_a_wrong_clock_would_refuse(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*signed(tmp_path))
    with server(dated(), context) as (port, _asked):
        assert clock.ask(f"https://127.0.0.1:{port}/", 2.0, ticks(AT, AT)) == Off(-0.5, 0.5, "127.0.0.1")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        dated("soon"),
        dated(TOLD, "Age: 700"),  # kept by a store on the way: an old time
        b"",
        b"\x06\x0f\x00rubbish",
    ],
)
def test_an_answer_that_proves_no_time(answer):
    with server(answer) as (port, _asked):
        assert clock.ask(f"http://127.0.0.1:{port}", 2.0) is None


@pytest.mark.parametrize("address", ["", "desk", "ftp://h/", "https://", "http://h:port/", "http://[/"])
def test_what_is_no_address_is_not_asked(address):
    assert clock.ask(address) is None


def test_the_desk_first_then_hosts_that_certainly_speak_https():
    hosts = ("bank.example:443", "bank.example:9100", "bank.example:443")
    assert clock.sources("https://desk.example", hosts) == ("https://desk.example", "https://bank.example:443/")
    assert clock.sources("", ()) == ()


def test_facts_by_the_first_that_tells():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with server(dated()) as (port, _asked):
        off, within, source = clock.facts((nobody, f"http://127.0.0.1:{port}"))
    assert off.value == pytest.approx(datetime.now(UTC).timestamp() - AT, abs=60)
    assert (within.unit, source.value) == ("s", "127.0.0.1")
    assert [fact.value for fact in clock.facts(())] == [None, None, None]
