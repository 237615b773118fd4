"""The real desk in a process of its own, with a store, codes for kiosks and an expert's token."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil
import requests

from kiosk.desk import people
from kiosk.desk.database import Database
from kiosk.desk.opening import migrate, open_database
from kiosk.desk.options import Options

ROOT = Path(__file__).resolve().parents[2]
KIOSK = (sys.executable, "-m", "kiosk")
PASSWORD = "a long pass phrase of anna"
T = TypeVar("T")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@dataclass
class DeskProcess:
    """`start`, `kill` (SIGKILL) and `stop`; data and port stay the same over all lives."""

    data: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    database: str = ""
    workers: int = 1

    @classmethod
    def prepare(cls, data: Path, database: str = "", hints: str = "", workers: int = 1) -> DeskProcess:
        """Addresses of PostgreSQL and NATS, or neither: SQLite in the folder."""
        data.mkdir(parents=True, exist_ok=True)
        named = {"database": database, "hints": hints}
        lines = [f"{name} = {json.dumps(address)}\n" for name, address in named.items() if address]
        (data / "desk.toml").write_text("".join(lines))
        desk = cls(data, free_port(), database=database, workers=workers)
        migrate(desk.options.database)
        desk.do(lambda database: people.add_store(database, "S1", "Store one"))
        desk.do(lambda database: people.add_person(database, "anna", people.Role.EXPERT, 1, PASSWORD))
        return desk

    def do(self, act: Callable[[Database], Awaitable[T]]) -> T:
        """Something done to the database beside the service, as the command line does."""

        async def doing() -> T:
            database = await open_database(self.options.database)
            try:
                return await act(database)
            finally:
                await database.close()

        return asyncio.run(doing())

    @property
    def options(self) -> Options:
        return Options(self.data, database_url=self.database)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def code(self) -> str:
        return self.do(lambda database: people.make_code(database, "S1"))

    def expert_token(self) -> str:
        return self.do(lambda database: people.make_token(database, "anna"))

    def start(self, patience: float = 90.0) -> None:
        with (self.data / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                [*KIOSK, "desk", "serve", "--data", str(self.data), "--port", str(self.port),
                 "--workers", str(self.workers)],
                cwd=ROOT, stdout=log, stderr=log, env=os.environ | {"PYTHONUNBUFFERED": "1"},
            )  # fmt: skip
        until = time.monotonic() + patience
        while not self._answers():
            assert time.monotonic() < until, f"the desk did not start: {(self.data / 'log.txt').read_text()[-2000:]}"
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).ok
        except requests.RequestException:
            return False

    def kill(self) -> None:
        """All its processes at once; a worker left over would keep the port."""
        assert self.process is not None
        left = self.children()
        self.process.send_signal(signal.SIGKILL)
        for child in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        self.process.wait(10)
        psutil.wait_procs(left, 10)

    def children(self) -> list[psutil.Process]:
        """Its workers, where it has several."""
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
