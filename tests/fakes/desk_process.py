"""The real desk in a process of its own, with a store, codes for kiosks and an expert's token."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
KIOSK = (sys.executable, "-m", "kiosk")


def command(*words: str, stdin: str = "") -> str:
    """Runs `kiosk WORDS...` and returns what it printed."""
    line = [*KIOSK, *words]
    done = subprocess.run(line, cwd=ROOT, input=stdin, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"kiosk {' '.join(words)}: {done.stderr}"
    return done.stdout.strip()


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

    @classmethod
    def prepare(cls, data: Path) -> DeskProcess:
        data.mkdir(parents=True, exist_ok=True)
        command("desk", "migrate", "--data", str(data))
        command("desk", "store", "add", "S1", "Store one", "--data", str(data))
        command("desk", "user", "add", "anna", "--role", "expert", "--password-stdin", "--data", str(data),
                stdin="a long pass phrase of anna\n")  # fmt: skip
        return cls(data, free_port())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def code(self) -> str:
        return command("desk", "store", "code", "S1", "--data", str(self.data))

    def expert_token(self) -> str:
        return command("desk", "user", "token", "anna", "--data", str(self.data))

    def start(self, patience: float = 90.0) -> None:
        with (self.data / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                [*KIOSK, "desk", "serve", "--data", str(self.data), "--port", str(self.port)],
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
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
