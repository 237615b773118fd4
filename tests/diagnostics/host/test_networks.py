"""The way out of the shop: made-up /proc/net, Windows' documented tables, and TLS hosts with our own certificates."""

import socket
import ssl
import struct
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.diagnostics.host import certificate, linux_network, network, windows_network

ROUTE = "Iface\tDestination\tGateway\tFlags\neth0\t00000000\t010200C0\t0003\neth0\t000200C0\t00000000\t0001\n"
ARP = "IP address  HW type     Flags       HW address\n192.0.2.1        0x1         {flags}         02:00:00:00:00:05\n"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, (None, None)),
        ({"route": ROUTE, "arp": ARP.format(flags="0x2")}, (True, True)),
        ({"route": ROUTE, "arp": ARP.format(flags="0x0")}, (True, False)),
        ({"route": ROUTE}, (True, None)),
        ({"route": ROUTE.replace("010200C0", "zz")}, (True, None)),
        ({"route": ROUTE.replace("0003", "zz")}, (False, None)),
        ({"route": "", "ipv6_route": f"{'0' * 32} 00 {'0' * 32} 00 fe80 0400 1 0 3 eth0\n"}, (True, None)),
        ({"route": "", "ipv6_route": f"{'0' * 32} 00 {'0' * 32} 00 fe80 0400 1 0 3 lo\n"}, (False, None)),
    ],
)
def test_the_way_out_on_linux(tmp_path, files, told):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert linux_network.gateway(tmp_path) == told


def test_connections_that_broke_off_on_linux(tmp_path):
    assert linux_network.resets(tmp_path) is None
    (tmp_path / "snmp").write_text("Ip: A\nIp: 1\nTcp: MaxConn EstabResets\nTcp: -1 17\n")
    assert linux_network.resets(tmp_path) == 17
    (tmp_path / "snmp").write_text("Tcp: MaxConn\nTcp: -1\n")
    assert linux_network.resets(tmp_path) is None


@pytest.mark.skipif(sys.platform != "linux", reason="this machine's own /proc/net")
def test_this_machine_tells_its_own():
    assert linux_network.gateway()[0] in (True, False)
    assert linux_network.resets() >= 0


def rows(*some):
    return struct.pack("<I", len(some)) + b"".join(some)


def test_the_way_out_on_windows():
    """MIB_IPFORWARDROW is 14 double words; MIB_IPNETROW index, length, 8 bytes of address, IP, type (ipmib.h)."""
    router, own = 0x010200C0, 0x000200C0
    way, inside = struct.pack("<14I", 0, 0, 0, router, *[0] * 10), struct.pack("<14I", own, 0, 0, 0, *[0] * 10)

    def neighbour(kind):
        return rows(struct.pack("<2I8s2I", 3, 6, b"\x02", router, kind))

    assert windows_network.way_out(rows(inside, way), neighbour(3)) == (True, True)
    assert windows_network.way_out(rows(inside, way), neighbour(2)) == (True, False)
    assert windows_network.way_out(rows(way), rows()) == (True, None)
    assert windows_network.way_out(rows(inside), b"") == (False, None)
    assert windows_network.way_out(b"", b"") == (None, None)
    assert windows_network.way_out(struct.pack("<I", 9) + way[:20], b"") == (False, None)


def test_connections_that_broke_off_on_windows():
    """MIB_TCPSTATS: fifteen double words, dwEstabResets the eighth (tcpmib.h)."""
    assert windows_network.resets_of(struct.pack("<15I", *range(15))) == 7
    assert windows_network.resets_of(b"") is None
    if sys.platform != "win32":
        assert (windows_network.gateway(), windows_network.resets()) == ((None, None), None)


def signed(folder, ends=timedelta(days=2)):
    """A certificate for `localhost` by itself, as files of the certificate and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Auentaler Wall")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, secret = folder / "shown.pem", folder / "secret.pem"
    shown.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return shown, secret


@contextmanager
def host(wrap):
    """A server that greets every caller once; the address of it."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                line = server.accept()[0]
            except OSError:
                return
            try:
                wrap(line).close()
            except OSError:
                line.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


@pytest.mark.parametrize(
    ("ends", "roots", "verdict"),
    [
        (timedelta(days=2), "own", "local"),
        (timedelta(days=2), "none", "unknown"),
        (timedelta(days=2), "world", "public"),
        (timedelta(days=-1), "world", "dated"),
    ],
)
def test_whose_certificate_a_host_shows(tmp_path, monkeypatch, ends, roots, verdict):
    shown, secret = signed(tmp_path, ends)
    if roots == "own":
        monkeypatch.setenv("SSL_CERT_FILE", str(shown))
    if roots == "world":
        monkeypatch.setattr(certificate, "DEFAULT_CA_BUNDLE_PATH", str(shown))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown, secret)
    with (
        host(lambda line: context.wrap_socket(line, server_side=True)) as address,
        socket.create_connection(address, 3.0) as line,
    ):
        assert certificate.trust(line, "localhost") == (verdict, "Auentaler Wall")


def test_a_host_without_tls_shows_none():
    with host(lambda line: line) as address, socket.create_connection(address, 3.0) as line:
        assert certificate.trust(line, "localhost") is None


def test_facts_of_the_network(monkeypatch):
    monkeypatch.setattr(network, "trust", lambda _line, _name: ("local", "Wall"))

    def unknown(*_address):
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(network, "TLS_PORTS", {port})
        told = {f.name: f.value for f in network.facts((f"127.0.0.1:{port}",), 0.5)}
    assert {"gateway", "gateway_answers", "connections_reset", "proxy"} <= told.keys()
    assert [told[f"{about} 127.0.0.1:{port}"] for about in ("reaches", "trust", "issuer")] == [True, "local", "Wall"]
    monkeypatch.setattr(network.socket, "create_connection", unknown)
    assert [f.value for f in network.reached(("bank.invalid:1",))] == [False, False]
    assert len(network.facts([f"bank.invalid:{n}" for n in range(99)])) <= 4 + 3 * network.MOST
