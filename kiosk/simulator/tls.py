"""A simulated terminal's TLS: a maker of its own signs the certificate it shows; must not be trusted by anybody else.

The keys live in memory and are gone with the simulator; only the maker's root certificate is written, for whoever is to
trust it.
"""

from __future__ import annotations

import socket
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.errors import Usage
from kiosk.simulator.wire import CHUNK, HOST, Tcp

SECONDS = 5.0  # for a handshake; who connects and says nothing is left
_LASTS = timedelta(days=2)
_PEM = serialization.Encoding.PEM
_MAKER, _TERMINAL = "Simulated Maker Root", "Simulated Terminal"


class Tls(Tcp):
    """As `Tcp`; what has no secure connection to offer is not heard."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        super().__init__(port)
        self._context = context
        self.address = f"tls://{HOST}:{self.port}"

    def _greeted(self, peer: socket.socket) -> socket.socket | None:
        peer.settimeout(SECONDS)
        try:
            return self._context.wrap_socket(peer, server_side=True)
        except OSError:
            peer.close()
            return None

    def _received(self, peer: socket.socket) -> bytes:
        """All of a record: what was decrypted already is not seen by who waits for the socket."""
        data = peer.recv(CHUNK)
        while isinstance(peer, ssl.SSLSocket) and (left := peer.pending()):
            data += peer.recv(left)
        return data


def shown(root: Path) -> ssl.SSLContext:
    """A fresh certificate for this machine's loopback address; its maker's certificate goes into the file `root`."""
    maker, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    certificate = _signed(_TERMINAL, own, maker)
    try:
        root.write_bytes(_signed(_MAKER, maker, maker).public_bytes(_PEM))
    except OSError as e:
        raise Usage(f"{root} cannot be written: {e.strerror}.", "Check the folder and its rights.") from e
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "own.pem")  # the library takes keys from files alone
        file.touch(0o600)
        form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        file.write_bytes(own.private_bytes(_PEM, form, none) + certificate.public_bytes(_PEM))
        context.load_cert_chain(file)
    return context


def _signed(name: str, key: ec.EllipticCurvePrivateKey, maker: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """The maker's own where `key` is the maker's, else the terminal's."""
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder(_named(_MAKER), _named(name), key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _LASTS)
        .not_valid_after(now + _LASTS)
        .add_extension(x509.BasicConstraints(ca=key is maker, path_length=None), critical=True)
    )
    if key is not maker:
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(maker, hashes.SHA256())


def _named(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
