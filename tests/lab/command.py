"""The real `kiosk` commands in the guest: each run is a process of its own, forked after everything was loaded once.

Loading takes the emulated processor most of a minute if every command does it anew; nothing else is shared.
"""

from __future__ import annotations

import gc
import io
import json
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from kiosk.__main__ import main

NOBODY = 65534
_NEEDED = (
    "kiosk.commands.check",
    "kiosk.commands.devices",
    "kiosk.diagnostics.channels.serial",
    "kiosk.diagnostics.channels.usb",
    "kiosk.diagnostics.host.pc",
    "kiosk.evidence.trace",
    "libusb_package",
    "usb.backend.libusb1",
)


def load() -> None:
    from kiosk.diagnostics.check import checks
    from kiosk.protocols.protocol import protocols

    for name in _NEEDED:
        import_module(name)
    checks()
    protocols()
    _try_once()
    gc.collect()
    gc.freeze()


def _try_once() -> None:
    """Whatever is loaded late is loaded by this: one check of a port at which nobody is."""
    master, slave = os.openpty()
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        main(["devices", "--json"])
        main(
            [
                "check",
                "--json",
                "--port",
                os.ttyname(slave),
                "--protocol",
                "zvt",
                "--level",
                "internal",
                "--deadline",
                "0.3",
            ]
        )
    os.close(slave)
    os.close(master)


class Run:
    """One command that was begun; `pid` is its process."""

    def __init__(self, *argv: str, user: int = 0) -> None:
        self._errors = Path(f"/tmp/errors.{len(argv)}.{os.urandom(4).hex()}")
        self.pid, self._output = begun(lambda: main(list(argv)), user, self._errors)

    def result(self) -> Any:
        """The JSON document that it printed, or the sentence that it ended with."""
        with os.fdopen(self._output, encoding="utf-8") as output:
            printed = output.read()
        os.waitpid(self.pid, 0)
        said = self._errors.read_text(encoding="utf-8").strip()
        with suppress(ValueError):
            return json.loads(printed)
        return said or "nothing"


def begun(work: Callable[[], int], user: int = 0, errors: Path = Path("/dev/console")) -> tuple[int, int]:
    """A process that does `work` as `user`, and where to read what it prints."""
    output, printing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        os.close(printing)
        return pid, output
    try:
        _connect(printing, errors, user)
        code = work()
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001 - a child ends here, whatever happened in it
        sys.excepthook(*sys.exc_info())
        code = 70
    finally:
        sys.stderr.flush()
        os._exit(code)


def _connect(printing: int, errors: Path, user: int) -> None:
    said = os.open(errors, os.O_WRONLY | os.O_CREAT, 0o666)
    for fd, number in ((os.open("/dev/null", os.O_RDONLY), 0), (printing, 1), (said, 2)):
        os.dup2(fd, number)
    if user:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)


def devices() -> list[dict[str, Any]]:
    found = Run("devices", "--json").result()
    return list(found["devices"])


def check(*argv: str, user: int = 0) -> list[dict[str, Any]]:
    return terminals(Run("check", "--json", *argv, user=user).result())


def terminals(document: Any) -> list[dict[str, Any]]:
    """Raises `ValueError` with what the command said instead of a report."""
    if isinstance(document, dict):
        return list(document["terminals"])
    raise ValueError(document)


def findings(terminal: dict[str, Any]) -> str:
    """Ids of what is wrong or to be known with the device itself, in their order; of none: "healthy"."""
    ids = [one["id"] for one in terminal["findings"] if not one["id"].startswith("host.")]
    broken = [link["hop"] for link in terminal["chain"] if link["state"] in ("broken", "not_checked")]
    return ", ".join(ids) or ("healthy" if set(broken) <= {"bank"} else f"no finding, but {', '.join(broken)}")
