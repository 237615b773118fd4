"""The telephone line to the desk: who may be called, how trust is checked, and hanging up; must not know cases.

HTTPS is verified against the system's store (truststore) and one authority named besides; plain HTTP goes to
loopback only.
"""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

import requests
import truststore
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from kiosk.errors import SettingsError

CONNECT = 10.0  # seconds
SEND = 60.0  # a block of 16 KiB on a slow line behind a deep buffer
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_log = logging.getLogger(__name__)


def desk_address(url: str) -> str:
    """The desk's address without a slash at its end. Raises `SettingsError` for what must not be called."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise SettingsError(f"{url!r} is no address of a desk.", "Write it like https://desk.example.com.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise SettingsError(
            f"{url!r} is not protected: http is for a desk on this same PC only.", "Use the desk's https address."
        )
    if parts.scheme == "http":
        _log.warning("The line to the desk is plain http and not protected; it never leaves this PC.")
    return url.strip().rstrip("/")


class Line:
    """One session for one thread; `hang_up` and `close` may come from any other and end what blocks.

    `desk` is an address as `desk_address` gave it.
    """

    def __init__(self, desk: str, token: str = "", ca: Path | None = None) -> None:
        """`ca` is trusted besides the system's store. Raises `SettingsError` if it cannot be read."""
        self.desk = desk
        self._sockets = _Sockets()
        self._session = requests.Session()
        self._session.mount("http://", _Adapter(self._sockets, None))
        self._session.mount("https://", _Adapter(self._sockets, _trust(ca)))
        self._session.auth = _Bearer(token)
        self._session.headers["User-Agent"] = "support-kiosk"
        self._session.headers["Accept-Encoding"] = "identity"

    def call(
        self,
        method: str,
        path: str,
        *,
        timeout: float = 30.0,
        headers: Mapping[str, str] | None = None,
        data: Any = None,  # bytes or a file to read, as requests takes it
        params: Mapping[str, str] | None = None,
        stream: bool = False,
    ) -> requests.Response:
        """One request; `timeout` is the longest silence in seconds. A redirect is an answer, never followed.

        Raises `requests.RequestException`.
        """
        url = path if path.startswith(self.desk + "/") else self.desk + path
        return self._session.request(
            method,
            url,
            timeout=(CONNECT, timeout),
            headers=dict(headers or {}),
            data=data,
            params=params,
            stream=stream,
            allow_redirects=False,
        )

    def hang_up(self) -> None:
        """End what is under way; the line can be used again."""
        self._sockets.shut()

    def close(self) -> None:
        """End what is under way, and whatever comes after."""
        self._sockets.closed = True
        self._sockets.shut()

    def done(self) -> None:
        """Give the connections back; for the thread that used the line."""
        self._session.close()


class _Bearer(requests.auth.AuthBase):
    """Sets the token itself, so that no .netrc of the system can put another in its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _Sockets:
    """The open sockets of a line, so that another thread can end a read that blocks."""

    def __init__(self) -> None:
        self.closed = False
        self._open: WeakSet[socket.socket] = WeakSet()
        self._lock = threading.Lock()

    def add(self, sock: socket.socket) -> None:
        with self._lock:
            self._open.add(sock)
        if self.closed:
            self.shut()

    def shut(self) -> None:
        with self._lock:
            for sock in self._open:
                _shut(sock)


def _shut(sock: socket.socket) -> None:
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return  # it had ended by itself


class _Adapter(HTTPAdapter):
    """Connections that can be hung up, and trust that is the system's, not that of a bundled list."""

    def __init__(self, sockets: _Sockets, trust: ssl.SSLContext | None) -> None:
        self._sockets = sockets
        self._trust = trust
        super().__init__(pool_connections=2, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._trust, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._sockets)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        conn.cert_reqs = "CERT_REQUIRED"


def _pools(sockets: _Sockets) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            _connected(self, sockets)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            _connected(self, sockets)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _connected(connection: HTTPConnection, sockets: _Sockets) -> None:
    if isinstance(connection.sock, socket.socket):
        connection.sock.settimeout(SEND)
        sockets.add(connection.sock)


def _trust(ca: Path | None) -> ssl.SSLContext:
    context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca is not None:
        try:
            context.load_verify_locations(cafile=str(ca))
        except (OSError, ssl.SSLError) as e:
            raise SettingsError(f"The certificate authority {ca} cannot be used: {e}.") from e
    return context
