"""A terminal on the network that talks TLS: nothing is sent before its certificate was checked; there is no way round.

A terminal's certificate is signed by its maker, not by the world's authorities, and names the terminal, not its
address (Adyen: `[POIID].live.terminal.adyen.com`). So root and name come from the settings; a person may pin one
certificate by its SHA-256 instead.
"""

from __future__ import annotations

import hashlib
import re
import select
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kiosk.diagnostics.channels.tcp import TcpChannel
from kiosk.errors import DeviceError, Gone, OutOfDate, PlainText, TlsRefused, TlsSilent, UnknownIssuer, WrongName

HANDSHAKE_SECONDS = 5.0
SHARED = "legacy-terminal-certificate"  # Adyen's older terminals share one certificate
_NOT_YET, _EXPIRED, _NAME, _ADDRESS = 9, 10, 62, 64  # X509_V_ERR_..., x509_vfy.h
_NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL")


@dataclass(frozen=True, slots=True)
class Trust:
    """How a terminal shows who it is.

    `root` is a PEM file with the maker's root certificates, None for those of this PC; `name` is what the certificate
    must be for, with `*` for its first label, "" for the host of the address; `serial` must then end that label.
    `fingerprint` is the SHA-256 of the one certificate that a person chose: nothing else is asked of it.
    """

    root: Path | None = None
    name: str = ""
    serial: str = ""
    fingerprint: str = ""


class TlsChannel(TcpChannel):
    """Connects and checks on entry. Raises as `TcpChannel`, and `Untrusted`, `NoTls` or `TlsSilent`."""

    def __init__(self, address: str, trust: Trust = Trust()) -> None:
        super().__init__(address)
        self._trust = trust
        self._tls: ssl.SSLSocket | None = None

    def __enter__(self) -> Self:
        context = _context(self._trust)
        line = self._connected()
        try:
            line.settimeout(HANDSHAKE_SECONDS)
            self._socket = self._tls = context.wrap_socket(line, server_hostname=self._where[0])
            _examine(self._tls.getpeercert(binary_form=True) or b"", self._trust)
        except OSError as e:
            self._give_up(line)
            raise self._meaning(e) from e
        except DeviceError:
            self._give_up(line)
            raise
        self._tls.setblocking(False)
        return self

    def _give_up(self, line: socket.socket) -> None:
        line.close()
        self.__exit__()
        self._tls = None

    def send(self, data: bytes, timeout: float) -> int:
        line = self._line()
        _, ready, _ = select.select([], [line], [], timeout)
        try:
            return line.send(data) if ready else 0
        except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return 0
        except OSError as e:
            raise self._broken(e) from e

    def receive(self, limit: int, timeout: float) -> bytes:
        """What was decrypted already comes first: the socket does not show it."""
        line = self._line()
        if not line.pending() and not select.select([line], [], [], timeout)[0]:
            return b""
        try:
            data = line.recv(limit)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return b""  # the beginning of a record
        except OSError as e:
            raise self._broken(e) from e
        if not data:
            raise self._cut()
        return data

    def _line(self) -> ssl.SSLSocket:
        if self._tls is None or self._socket is None:
            raise self._cut()
        return self._tls

    def _broken(self, e: OSError) -> DeviceError:
        """TLS 1.3 says only behind the handshake that it wants a certificate of ours (RFC 8446 section 4.4.2.4)."""
        told = _is_alert(e)
        try:
            self._line().recv(1)  # where sending broke, the reason may still stand to be read
        except OSError as later:
            told = told or _is_alert(later)
        return self._refused() if told else self._cut()

    def _meaning(self, e: OSError) -> DeviceError:
        match e:
            case ssl.SSLCertVerificationError():
                return _verdict(e, self._where[0])
            case TimeoutError():
                return TlsSilent(f"{self.address} takes the connection, but no secure one: it stays silent.")
            case ssl.SSLError() if e.reason in _NO_TLS:
                return PlainText(f"{self.address} answers without encryption.")
            case ssl.SSLError() | ConnectionError():
                return self._refused()
            case _:
                return Gone(f"The connection to {self.address} was cut.")

    def _refused(self) -> TlsRefused:
        return TlsRefused(f"{self.address} breaks the secure connection off.")


def _is_alert(e: OSError) -> bool:
    return isinstance(e, ssl.SSLError) and "ALERT" in (e.reason or "")


def _context(trust: Trust) -> ssl.SSLContext:
    """Raises `UnknownIssuer` where the root's file is none."""
    if trust.root is None or trust.fingerprint:
        context = ssl.create_default_context()
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            context.load_verify_locations(cafile=trust.root)
        except (OSError, ValueError) as e:
            raise UnknownIssuer(f"The file {trust.root.name} holds no root certificate that can be read.") from e
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = not (trust.name or trust.fingerprint)
    context.verify_mode = ssl.CERT_NONE if trust.fingerprint else ssl.CERT_REQUIRED  # `_examine` compares the pin
    return context


def _verdict(e: ssl.SSLCertVerificationError, host: str) -> DeviceError:
    if e.verify_code in (_NOT_YET, _EXPIRED):
        when = "is not valid any more" if e.verify_code == _EXPIRED else "is not valid yet"
        return OutOfDate(f"The terminal's certificate {when}.")
    if e.verify_code in (_NAME, _ADDRESS):
        return WrongName(f"The certificate is not for {host}.")
    return UnknownIssuer("Nobody that this PC trusts has signed the terminal's certificate.")


def _examine(certificate: bytes, trust: Trust) -> None:
    """What OpenSSL was not asked: the pinned certificate, or the name that a maker gives. Before a byte is sent."""
    if trust.fingerprint:
        if plain(trust.fingerprint) != hashlib.sha256(certificate).hexdigest():
            raise UnknownIssuer(
                "The terminal shows another certificate than the one that was chosen for it.",
                "See whether the terminal was exchanged. If it was, ask IT to compare the new one and to choose it.",
            )
    elif trust.name:
        shown = tuple(_names(certificate))
        if not any(fits(name, trust) for name in shown):
            raise WrongName(f"The certificate is for {', '.join(shown[:3])[:120] or 'nobody'}.")


def plain(fingerprint: str) -> str:
    return re.sub(r"[^0-9a-f]", "", fingerprint.lower())


def fits(name: str, trust: Trust) -> bool:
    """A name against `trust.name`; its `*` is one label, which must be this terminal's if its serial is known."""
    label, _, rest = name.lower().partition(".")
    wanted, _, behind = trust.name.lower().partition(".")
    if rest != behind or not label:
        return False
    if wanted != "*":
        return label == wanted
    return not trust.serial or label == SHARED or label.endswith(f"-{trust.serial.lower()}")


def _names(certificate: bytes) -> Iterator[str]:
    """What it is for: alternative names and the common name. Adyen's carry the common name alone."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    try:
        parsed = x509.load_der_x509_certificate(certificate)
        for common in parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME):
            yield str(common.value)
        yield from parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(
            x509.DNSName
        )
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return
