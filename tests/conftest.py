"""What every test stands on: no screen, no network but loopback, no user's files, no unexpected word in the log.

A test that makes the program log a warning says so with `expect_log("words of it")` or reads `caplog` itself; a test
that lets it reach for the network says so with `refused_addresses`. Everything else fails the test that did it.
"""

from __future__ import annotations

import gc
import ipaddress
import logging
import os
import re
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background ignores it, and its children would
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # never the keyring of whoever runs the tests

SLOW = [HealthCheck.too_slow]  # a property says nothing of time, and machines are busy
settings.register_profile(
    "kiosk", deadline=None, suppress_health_check=SLOW, print_blob=True, derandomize="CI" in os.environ
)
settings.load_profile("kiosk")
if "FUZZ_EXAMPLES" in os.environ:
    settings.register_profile("fuzz", settings.get_profile("kiosk"), max_examples=int(os.environ["FUZZ_EXAMPLES"]))
    settings.load_profile("fuzz")

PATIENCE = 3.0  # seconds that a thread may take to end after its test


@pytest.fixture(scope="session", autouse=True)
def _own_folders() -> Iterator[None]:
    """Settings, data, caches and sockets of the tests lie in a folder of their own, private as Qt wants it."""
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-tests-", ignore_cleanup_errors=True) as name,
        pytest.MonkeyPatch.context() as env,
    ):
        for kind in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME", "RUNTIME_DIR"):
            folder = Path(name) / kind.lower()
            folder.mkdir(mode=0o700)
            env.setenv(f"XDG_{kind}", str(folder))
        yield


_variables = pytest.MonkeyPatch.context


# --- the log -------------------------------------------------------------------------------------------------------


class Unexpected(logging.Handler):
    """Collects what nobody expected; `expect` takes records back out by their words."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def take(self, pattern: str) -> bool:
        found = [r for r in self.records if re.search(pattern, r.getMessage())]
        self.records = [r for r in self.records if r not in found]
        return bool(found)


@pytest.fixture(autouse=True)
def _log(request: pytest.FixtureRequest) -> Iterator[Unexpected]:
    """First to be set up, so last to be torn down: it also hears what other fixtures say at their end."""
    unexpected = Unexpected()
    logging.getLogger().addHandler(unexpected)
    yield unexpected
    logging.getLogger().removeHandler(unexpected)
    if unexpected.records and "caplog" not in request.fixturenames:
        said = "\n".join(f"  {r.levelname} {r.name}: {r.getMessage()}" for r in unexpected.records)
        pytest.fail(f'log records that nobody expected (say expect_log("...") if they belong):\n{said}', pytrace=False)


@pytest.fixture
def expect_log(_log: Unexpected) -> Iterator[Callable[[str], None]]:
    """`expect_log(pattern)`: a record of level warning or above whose words match must come, and may."""
    patterns: list[str] = []
    yield patterns.append
    missed = [pattern for pattern in patterns if not _log.take(pattern)]
    if missed:
        pytest.fail(f"log records that were expected and never came: {missed}", pytrace=False)


# --- the network ---------------------------------------------------------------------------------------------------


def _is_outside(address: object) -> bool:
    """True for an internet address or name that is not loopback; Unix sockets and device addresses are inside."""
    host = address[0] if isinstance(address, tuple) and address else None
    if not isinstance(host, str) or host in ("", "localhost"):
        return False
    try:
        ip = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return True
    return not (ip.is_loopback or ip.is_unspecified)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[list[object]]:
    """Every way out raises as on a PC without a network, and is told at the end of the test."""
    reached: list[object] = []
    connect, connect_ex, resolve = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def refuse(address: object) -> None:
        if _is_outside(address):
            reached.append(address)
            raise OSError(101, "Network is unreachable (no network in tests)")

    def guarded_connect(self: socket.socket, address: object) -> None:
        refuse(address)
        connect(self, address)  # type: ignore[arg-type]

    def guarded_connect_ex(self: socket.socket, address: object) -> int:
        refuse(address)
        return connect_ex(self, address)  # type: ignore[arg-type]

    def guarded_resolve(host: object, *args: object, **kwargs: object) -> object:
        if isinstance(host, str):
            refuse((host,))
        return resolve(host, *args, **kwargs)  # type: ignore[arg-type, call-overload]

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_resolve)
    yield reached
    if reached and "refused_addresses" not in request.fixturenames:
        pytest.fail(f"the test reached for the network: {reached}", pytrace=False)


@pytest.fixture
def refused_addresses(_no_network: list[object]) -> list[object]:
    """The outside addresses that the test reached for, for a test that means to."""
    return _no_network


# --- threads -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", autouse=True)
def _no_thread_stays() -> Iterator[None]:
    """What the tests of a file start has ended when they have: a lane that stays would hold its port."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + PATIENCE
    for thread in _new(before):
        thread.join(max(0.0, deadline - time.monotonic()))
    if left := _new(before):
        pytest.fail(f"threads still run after the last test of the file: {[t.name for t in left]}", pytrace=False)


def _new(before: set[threading.Thread]) -> list[threading.Thread]:
    """Threads that would keep the program from ending; daemon threads do not."""
    return [
        t for t in threading.enumerate() if t not in before and not t.daemon and t is not threading.current_thread()
    ]


# --- waiting -------------------------------------------------------------------------------------------------------


@pytest.fixture
def eventually() -> Callable[..., None]:
    """`eventually(lambda: ..., within=5.0)`: polls until it is true; fails with `about` when the time is up."""

    def wait(condition: Callable[[], object], within: float = 5.0, about: str = "it") -> None:
        deadline = time.monotonic() + within
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"{about} did not come true within {within} s", pytrace=False)
            time.sleep(0.01)

    return wait


# --- windows --------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _windows_die_in_their_own_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Garbage is collected where windows were made: a widget destroyed by another thread's collection crashes Qt.

    The program does the same: `kiosk.app` collects by the GUI thread's clock alone.
    """
    if "qtbot" not in request.fixturenames and "qapp" not in request.fixturenames:
        yield
        return
    gc.disable()
    yield
    gc.collect()
    gc.enable()
