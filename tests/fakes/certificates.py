"""A maker that signs terminals' certificates, and a terminal that shows one over real TLS on the loopback network."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Say = Callable[[bytes], bytes]
PEM = serialization.Encoding.PEM


def named(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


class Maker:
    """A root of its own; `issue` gives the file of a terminal's certificate and key."""

    def __init__(self, folder: Path, name: str = "Terminal Maker Root") -> None:
        self._folder, self._name = folder, named(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.root = folder / f"{name}.pem"
        self.root.write_bytes(self._sign(self._name, self._key.public_key(), ca=True).public_bytes(PEM))

    def issue(self, common: str, *, alternative: str = "", days: tuple[int, int] = (-9, 9)) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._sign(named(common), key.public_key(), alternative=alternative, days=days)
        file = self._folder / f"{common} {days}.pem"
        form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        file.write_bytes(key.private_bytes(PEM, form, none) + made.public_bytes(PEM))
        return file

    def _sign(self, subject, public, *, ca=False, alternative="", days=(-9, 9)):  # type: ignore[no-untyped-def]
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder(self._name, subject, public, x509.random_serial_number())
            .not_valid_before(now + timedelta(days=days[0]))
            .not_valid_after(now + timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if alternative:
            names = [x509.IPAddress(ip_address(alternative))]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self._key, hashes.SHA256())


def fingerprint(certificate: Path) -> str:
    return x509.load_pem_x509_certificate(certificate.read_bytes()).fingerprint(hashes.SHA256()).hex()


def shows(certificate: Path, *, wants: Path | None = None) -> ssl.SSLContext:
    """A server's side; `wants` demands a certificate of that authority from whoever connects."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if wants is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(wants)
    return context


@contextmanager
def terminal(context: ssl.SSLContext | None, say: Say = bytes.upper, heard: list[bytes] | None = None) -> Iterator[str]:
    """Takes connections one after the other; with no context it only listens, and says nothing. Gives its address."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.02)
        work = threading.Thread(target=_serve, args=(server, context, say, [] if heard is None else heard, over))
        work.start()
        try:
            yield f"tls://127.0.0.1:{server.getsockname()[1]}"
        finally:
            over.set()
            work.join()


def _serve(server, context, say, heard, over) -> None:  # type: ignore[no-untyped-def]
    while not over.is_set():
        try:
            line, _ = server.accept()
        except TimeoutError:
            continue
        with line, suppress(OSError):
            line.settimeout(0.02)
            if context is None:
                over.wait()
                return
            line.settimeout(5)
            with context.wrap_socket(line, server_side=True) as talk:
                talk.settimeout(0.02)
                _answer(talk, say, heard, over)


def _answer(talk, say, heard, over) -> None:  # type: ignore[no-untyped-def]
    while not over.is_set():
        try:
            data = talk.recv(65536)
        except TimeoutError:
            continue
        if not data:
            return
        heard.append(data)
        talk.sendall(say(data))
