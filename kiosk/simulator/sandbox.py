"""Three simulated tills and an experts' desk as child processes: the demo, the story and training stand on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue

from kiosk.errors import Gone, NoAnswer

SERIAL_TILLS = sys.platform != "win32"
"""Where pseudo-terminals exist; elsewhere the simulated tills stand on TCP ports of this machine."""


def command(*words: str) -> list[str]:
    """How this program calls itself: frozen it is `kiosk`, else the module."""
    own = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "kiosk"]
    return [*own, *words]


class Child:
    """A child process whose first line on standard output is its address."""

    def __init__(self, *words: str, log: Path | None = None) -> None:
        self._log = log.open("ab") if log else None
        self._process = subprocess.Popen(
            command(*words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log or subprocess.DEVNULL,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        self._lines: Queue[str | None] = Queue()
        threading.Thread(target=self._read, name="child-lines", daemon=True).start()
        try:
            self.address = self.line(30.0)
        except (NoAnswer, Gone):
            self.stop(kill=True)
            raise

    def _read(self) -> None:
        out = self._process.stdout
        for line in out or ():
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def line(self, timeout: float = 5.0) -> str:
        """The next line it prints, within `timeout` seconds; raises `NoAnswer` or `Gone`."""
        try:
            line = self._lines.get(timeout=timeout)
        except Empty:
            raise NoAnswer(f"The child process {self._process.args!r} says nothing.") from None
        if line is None:
            raise Gone(f"The child process {self._process.args!r} ended with {self._process.wait()}.")
        return line

    def tell(self, line: str) -> dict[str, object]:
        """Say one line to it; its answer is one JSON line."""
        pipe = self._process.stdin
        if pipe is None or self._process.poll() is not None:
            raise Gone("The simulated terminal is not running.")
        pipe.write(line + "\n")
        pipe.flush()
        answer: dict[str, object] = json.loads(self.line())
        return answer

    def stop(self, *, kill: bool = False) -> int:
        """End it, by SIGKILL if `kill`, and give its exit status."""
        if self._process.poll() is None:
            self._process.kill() if kill else self._process.terminate()
        status = self._process.wait(timeout=15)
        for pipe in (self._process.stdin, self._process.stdout, self._log):
            if pipe:
                pipe.close()
        return status


@dataclass(frozen=True, slots=True)
class Till:
    """One simulated till with one terminal; `kind` as `kiosk devices` names it."""

    id: str
    name: str
    protocol: str
    kind: str
    faults: tuple[str, ...] = ()


TILLS = (
    Till("1", "Till 1", "zvt", "terminal"),
    Till("2", "Till 2", "zvt", "terminal", ("cable_out",)),
    Till("3", "Till 3", "escpos", "printer", ("paper_out",)),
)
"""One healthy, one silent, one out of paper."""


class Sandbox:
    """The tills' simulators by till id, and the desk; all end with `stop`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.tills: dict[str, Child] = {}
        self.desk: Child | None = None
        self._port = "0"

    def start_tills(self) -> None:
        place = ["--pty"] if SERIAL_TILLS else ["--tcp", "0"]
        for till in TILLS:
            faults = [word for fault in till.faults for word in ("--fault", fault)]
            record = ["--record", str(self._folder / f"till{till.id}.received")]
            words = ("simulate", "--protocol", till.protocol, *place, *faults, *record)
            self.tills[till.id] = Child(*words, log=self._folder / f"till{till.id}.log")

    def start_desk(self) -> str:
        """Start the desk on its folder, on the port it had before if any; gives its address."""
        words = ("desk", "serve", "--data", str(self._folder / "desk"), "--port", self._port)
        self.desk = Child(*words, log=self._folder / "desk.log")
        self._port = self.desk.address.rpartition(":")[2].rstrip("/")
        return self.desk.address

    def stop_desk(self, *, kill: bool = False) -> None:
        if self.desk is not None:
            self.desk.stop(kill=kill)
            self.desk = None

    def desk_command(self, *words: str, typed: str | None = None) -> str:
        """Run `kiosk desk ...` on the desk's folder and give what it prints."""
        ran = subprocess.run(
            command("desk", words[0], *words[1:], "--data", str(self._folder / "desk")),
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if ran.returncode != 0:
            raise Gone(f"kiosk desk {words[0]}: {ran.stderr.strip()}")
        return ran.stdout.strip()

    def stop(self) -> None:
        self.stop_desk()
        for till in self.tills.values():
            till.stop()
        self.tills.clear()
