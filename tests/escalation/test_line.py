"""The line: whom it calls, whom it trusts, and that it can be hung up."""

from __future__ import annotations

import datetime as dt
import http.server
import ipaddress
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.errors import SettingsError
from kiosk.escalation import calls, talk
from kiosk.escalation.line import Line, desk_address


@pytest.mark.parametrize("url", ["http://127.0.0.1:8765", "http://localhost:1/", "http://[::1]:8765"])
def test_plain_http_to_loopback_is_said_loudly(url: str, expect_log: Callable[[str], None]):
    expect_log("plain http")
    assert desk_address(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    ["http://desk.example.com", "http://127.0.0.1.example.com", "http://10.0.0.1", "http://localhost@evil.example",
     "https://user:pass@desk.example.com", "ftp://127.0.0.1", "desk.example.com", "", "https://"],
)  # fmt: skip
def test_other_addresses_are_refused(url: str):
    with pytest.raises(SettingsError):
        desk_address(url)


def test_https_goes_anywhere():
    assert desk_address("https://desk.example.com/") == "https://desk.example.com"


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server with a certificate that only its own authority vouches for; its address and that authority."""
    with serving(tmp_path) as found:
        yield found


@contextmanager
def serving(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    tmp_path.mkdir(exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"authority {tmp_path.name}"[:60])])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    ca, private = tmp_path / "ca.pem", tmp_path / "key.pem"
    ca.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca, private)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{server.server_address[1]}", ca
        server.shutdown()
        thread.join()


class Quiet(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "https://evil.example/")
        body = (self.headers.get("Authorization") or "").encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_who_cannot_prove_itself_is_not_talked_to(secure: tuple[str, Path]):
    url, _ = secure
    line = Line(url, "token")
    with pytest.raises(requests.exceptions.SSLError) as caught:
        line.call("GET", "/")
    assert calls.failure(caught.value).trouble is talk.Trouble.NO_TRUST
    line.done()


def test_an_authority_named_is_trusted(secure: tuple[str, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    url, ca = secure
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login thief password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    line = Line(url, "token", ca)
    assert line.call("GET", "/").content == b"Bearer token", "no .netrc takes its place"
    line.done()


def test_a_redirect_is_not_followed(secure: tuple[str, Path]):
    url, ca = secure
    line = Line(url, "token", ca)
    assert line.call("GET", "/away").status_code == 302
    line.done()


@pytest.mark.skipif(sys.platform != "linux", reason="SSL_CERT_FILE stands for the system's store on Linux only")
def test_it_is_trusted_besides_the_systems_store(
    secure: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    url, ca = secure
    with serving(tmp_path / "another") as (of_the_system, its_ca):
        monkeypatch.setenv("SSL_CERT_FILE", str(its_ca))
        for place in (url, of_the_system):
            line = Line(place, "token", ca)
            assert line.call("GET", "/").status_code == 200
            line.done()
        line = Line(url, "token")
        with pytest.raises(requests.exceptions.SSLError):
            line.call("GET", "/")
        line.done()


def test_a_file_that_holds_no_authority_is_said(tmp_path: Path):
    with pytest.raises(SettingsError, match="authority"):
        Line("https://127.0.0.1", "token", tmp_path / "none.pem")


def test_hanging_up_ends_a_read_that_blocks():
    with socket.create_server(("127.0.0.1", 0)) as server:
        line = Line(f"http://127.0.0.1:{server.getsockname()[1]}", "token")
        ended: list[float] = []

        def ask() -> None:
            with pytest.raises(requests.RequestException):
                line.call("GET", "/", timeout=60)
            ended.append(time.monotonic())

        thread = threading.Thread(target=ask)
        thread.start()
        near, _ = server.accept()
        near.recv(100)
        began = time.monotonic()
        line.hang_up()
        thread.join(10)
        assert ended[0] - began < 1.0
        near.close()
        line.done()
