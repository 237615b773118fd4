"""Runs the app with uvicorn: says its address once it listens, and lets go of streams as soon as it is told to stop."""

from __future__ import annotations

import gc
import ipaddress
import logging
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType

import structlog
import uvicorn

from kiosk.desk.app import create_app
from kiosk.desk.lane import Lane
from kiosk.desk.opening import migrate
from kiosk.desk.options import Options
from kiosk.desk.service import Service
from kiosk.desk.workers import Workers, must_be_possible
from kiosk.errors import DeskError

DRAIN = 5  # seconds that requests in flight may still take


class DeskServer(uvicorn.Server):
    """uvicorn waits for open answers when it stops; ours would never end by themselves."""

    def __init__(self, config: uvicorn.Config, service: Callable[[], Service | None], listening: Callable[[], None]):
        super().__init__(config)
        self._service = service
        self._listening = listening

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """uvicorn would raise the signal again at its end; a service that drained as it was told ends with status 0."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # the program itself stays: the collector need not walk through it at each of its rounds
        if self.started:
            self._listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if (service := self._service()) is not None:
            service.hub.drain()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; raises `DeskError` where the port is taken or the host is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's delay off only where the protocol is named: 40 ms an answer
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except (OSError, OverflowError) as e:
        bound.close()
        why = getattr(e, "strerror", None) or "a port is a number from 0 to 65535"
        raise DeskError(f"The desk cannot listen on {host} port {port}: {why}.", "Choose another --port.") from e
    return bound


def must_be_safe(host: str, secure: bool) -> None:
    """Plain HTTP is for loopback only; behind a proxy that speaks TLS say `--behind-tls`."""
    if not secure and not _is_loopback(host):
        cure = "Put a TLS proxy before it and say --behind-tls, or listen on 127.0.0.1."
        raise DeskError(f"The desk does not speak plain HTTP on {host}.", cure)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def server(options: Options, bound: socket.socket, listening: Callable[[], None]) -> DeskServer:
    """A server over a bound socket; run it with `run(sockets=[bound])`."""
    app = create_app(options)
    config = uvicorn.Config(
        Lane(app),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=options.secure,
        timeout_graceful_shutdown=DRAIN,
        lifespan="on",
        backlog=4096,  # all kiosks come back at once after a restart
    )
    return DeskServer(config, lambda: app.state.get("service"), listening)


def log_to_stderr() -> None:
    """One JSON object a line on standard error."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def run(options: Options, host: str, port: int, workers: int = 1) -> None:
    """Serve until SIGTERM or SIGINT; the first line on standard output is the address."""
    must_be_safe(host, options.secure)
    must_be_possible(options, workers)
    migrate(options.database)
    bound = listen(host, port)
    log_to_stderr()
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{bound.getsockname()[1]}"
    if workers > 1:
        Workers(workers, bound, lambda at, ready: _serve(options, at, ready)).run(lambda: _say(address))
    else:
        _serve(options, bound, lambda: _say(address))


def _serve(options: Options, bound: socket.socket, listening: Callable[[], None]) -> None:
    serving = server(options, bound, listening)
    serving.run(sockets=[bound])
    if not serving.started:
        raise DeskError("The desk could not start.", "See the lines above.")


def _say(address: str) -> None:
    sys.stdout.write(address + "\n")
    sys.stdout.flush()
