"""Whose certificate a payment host shows, judged by the roots of the world and of this PC; sends but a greeting."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress

from cryptography import x509
from cryptography.x509.oid import NameOID
from requests.utils import DEFAULT_CA_BUNDLE_PATH

_NOT_YET, _EXPIRED = 9, 10  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED, x509_vfy.h


def trust(line: socket.socket, name: str) -> tuple[str, str] | None:
    """How far a certificate is to be trusted, and its issuer; None where the host speaks no TLS. Uses up the line.

    "public": by the world's roots. "local": only by a root that this PC alone trusts, as a firewall's or a virus
    scanner's. "dated": not valid today. "unknown": by none of them, as a payment service's own root may be.
    """
    address, seconds = line.getpeername(), line.gettimeout()
    shown = _shown(line, name)
    if shown is None:
        return None
    issuer = _issuer(shown)
    for verdict, roots in (("public", DEFAULT_CA_BUNDLE_PATH), ("local", None)):
        code = _verified(address, seconds, name, roots)
        if code == 0:
            return verdict, issuer
        if code in (_NOT_YET, _EXPIRED):
            return "dated", issuer
    return "unknown", issuer


def _shown(line: socket.socket, name: str) -> bytes | None:
    """The certificate as it is, whoever signed it: nothing is sent behind the greeting."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with context.wrap_socket(line, server_hostname=name) as talk:
            return talk.getpeercert(binary_form=True)
    except (OSError, ValueError):
        return None


def _verified(address: tuple[str, int], seconds: float | None, name: str, roots: str | None) -> int:
    """0 if these roots (None: those of this PC) vouch for the host, else the code of the refusal."""
    context = ssl.create_default_context(cafile=roots)
    try:
        with (
            socket.create_connection(address[:2], seconds) as line,
            context.wrap_socket(line, server_hostname=name),
        ):
            return 0
    except ssl.SSLCertVerificationError as e:
        return e.verify_code or -1
    except (OSError, ValueError):
        return -1


def _issuer(certificate: bytes) -> str:
    """The organisation that signed it, else its common name."""
    with suppress(ValueError, TypeError):
        issuer = x509.load_der_x509_certificate(certificate).issuer
        for kind in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
            if found := issuer.get_attributes_for_oid(kind):
                return str(found[0].value)[:80]
    return "?"
