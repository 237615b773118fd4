"""TLS to a terminal: real handshakes on loopback, each way it may fail in its own words, never unchecked."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest

from kiosk.diagnostics.channels import tls
from kiosk.diagnostics.channels.tls import TlsChannel, Trust, fits
from kiosk.errors import (
    DeviceError,
    Gone,
    OutOfDate,
    PlainText,
    Refused,
    TlsRefused,
    TlsSilent,
    UnknownIssuer,
    WrongName,
)
from tests.fakes.certificates import Maker, fingerprint, shows, terminal
from tests.fakes.peers import tcp_peer

LIVE = "*.live.terminal.example.com"
OWN = "V400m-123456789.live.terminal.example.com"


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    return Maker(tmp_path)


def met(trust: Trust, certificate: Path) -> list[bytes]:
    """What a terminal with this certificate heard from one who trusts so."""
    heard: list[bytes] = []
    with terminal(shows(certificate), heard=heard) as address:
        try:
            with TlsChannel(address, trust) as channel:
                channel.send(b"hello", 1.0)
                assert received(channel) == b"HELLO"
        except DeviceError:
            assert not heard, "nothing is sent to whom we do not trust"
            raise
    return heard


def received(channel: TlsChannel) -> bytes:
    return next(data for _ in range(200) if (data := channel.receive(100, 0.05)))


def test_a_terminal_is_known_by_its_makers_root_and_its_name(maker: Maker) -> None:
    assert met(Trust(maker.root, LIVE), maker.issue(OWN)) == [b"hello"]
    assert met(Trust(maker.root, OWN.upper()), maker.issue(OWN)) == [b"hello"]
    assert met(Trust(maker.root, LIVE, serial="123456789"), maker.issue(OWN)) == [b"hello"]


def test_without_a_name_the_certificate_is_for_the_address(maker: Maker) -> None:
    assert met(Trust(maker.root), maker.issue("terminal", alternative="127.0.0.1")) == [b"hello"]
    with pytest.raises(WrongName, match=r"not for 127\.0\.0\.1"):
        met(Trust(maker.root), maker.issue("terminal", alternative="127.0.0.2"))


@pytest.mark.parametrize(
    ("name", "serial"), [(LIVE, "987654321"), ("*.test.terminal.example.com", ""), ("V400m-1.live.example.com", "")]
)
def test_the_certificate_of_another_terminal(maker: Maker, name: str, serial: str) -> None:
    with pytest.raises(WrongName, match="V400m-123456789"):
        met(Trust(maker.root, name, serial=serial), maker.issue(OWN))


def test_nobody_we_trust_has_signed_it(maker: Maker, tmp_path: Path) -> None:
    certificate = maker.issue(OWN)
    for trust in (Trust(name=LIVE), Trust(Maker(tmp_path, "Another Root").root, LIVE)):
        with pytest.raises(UnknownIssuer, match="signed"):
            met(trust, certificate)


@pytest.mark.parametrize(("days", "words"), [((-9, -1), "any more"), ((1, 9), "not valid yet")])
def test_a_certificate_out_of_its_time(maker: Maker, days: tuple[int, int], words: str) -> None:
    with pytest.raises(OutOfDate, match=words):
        met(Trust(maker.root, LIVE), maker.issue(OWN, days=days))


def test_a_pinned_certificate_and_no_other(maker: Maker) -> None:
    chosen, other = maker.issue(OWN), maker.issue("V400m-2.live.terminal.example.com")
    pin = fingerprint(chosen)
    colons = ":".join(pin[i : i + 2] for i in range(0, 64, 2)).upper()
    assert met(Trust(fingerprint=pin), chosen) == met(Trust(fingerprint=colons), chosen) == [b"hello"]
    with pytest.raises(UnknownIssuer, match="another certificate"):
        met(Trust(maker.root, LIVE, fingerprint=pin), other)


def test_a_root_that_is_none(maker: Maker, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    for root in (tmp_path / "empty.pem", tmp_path / "missing.pem"):
        with pytest.raises(UnknownIssuer, match=root.name):
            met(Trust(root, LIVE), maker.issue(OWN))


def test_one_that_breaks_the_handshake_off(maker: Maker) -> None:
    """It wants only what is too old for us; another hangs up; the third demands a certificate of ours."""
    certificate = maker.issue(OWN)
    wants = terminal(shows(certificate, wants=maker.root))
    with wants as address, TlsChannel(address, Trust(maker.root, LIVE)) as channel, pytest.raises(TlsRefused):
        channel.send(b"hello", 1.0)
        received(channel)
    with pytest.raises(TlsRefused), tcp_peer(lambda _data: hang_up()) as peer:
        TlsChannel(peer.address.replace("tcp", "tls"), Trust(maker.root, LIVE)).__enter__()
    old = shows(certificate)
    old.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with terminal(old) as address, TlsChannel(address, Trust(maker.root, LIVE)) as channel:
        channel.send(b"hello", 1.0)
        assert received(channel) == b"HELLO"


def hang_up() -> list[bytes]:
    raise ConnectionResetError


def test_one_that_answers_in_plain_text() -> None:
    said = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
    with tcp_peer(lambda _data: [said]) as peer, pytest.raises(PlainText, match="without encryption"):
        TlsChannel(peer.address.replace("tcp", "tls")).__enter__()


def test_one_that_stays_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "HANDSHAKE_SECONDS", 0.1)
    with terminal(None) as address, pytest.raises(TlsSilent, match="silent"):
        TlsChannel(address).__enter__()


def test_nobody_listening_and_a_cut_are_told_as_without_tls(maker: Maker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Refused):
        TlsChannel(f"tls://127.0.0.1:{port}").__enter__()
    cuts = terminal(shows(maker.issue(OWN)), say=lambda _data: hang_up())
    with cuts as address, TlsChannel(address, Trust(maker.root, LIVE)) as channel, pytest.raises(Gone):
        channel.send(b"x", 1.0)
        received(channel)
    with pytest.raises(Gone):
        channel.send(b"x", 1.0)


def test_what_is_longer_than_one_look_is_not_lost(maker: Maker) -> None:
    long = bytes(range(256)) * 200
    talks = terminal(shows(maker.issue(OWN)), say=lambda _data: long)
    came = b""
    with talks as address, TlsChannel(address, Trust(maker.root, LIVE)) as channel:
        channel.send(b"x", 1.0)
        while len(came) < len(long):
            came += channel.receive(1000, 0.05)
    assert came == long


@pytest.mark.parametrize(
    ("name", "trust", "right"),
    [
        (OWN, Trust(name=LIVE), True),
        ("a.b.live.terminal.example.com", Trust(name=LIVE), False),
        (".live.terminal.example.com", Trust(name=LIVE), False),
        ("live.terminal.example.com", Trust(name=LIVE), False),
        (OWN + ".evil.example", Trust(name=LIVE), False),
        ("legacy-terminal-certificate.live.terminal.example.com", Trust(name=LIVE, serial="1"), True),
        ("V400m-11.live.terminal.example.com", Trust(name=LIVE, serial="1"), False),
        ("V400m-1.live.terminal.example.com", Trust(name=LIVE, serial="1"), True),
    ],
)
def test_which_names_fit(name: str, trust: Trust, right: bool) -> None:
    assert fits(name, trust) is right
