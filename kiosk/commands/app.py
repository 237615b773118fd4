"""The window: tills, checks, guided steps, the talk with an expert.

With --demo it brings simulated tills and a desk of its own.
"""

from __future__ import annotations

import argparse
import gc
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.settings import Settings
    from kiosk.simulator.sandbox import Sandbox, Till

DEMO_STORE = {
    "id": "demo",
    "name": "Bakery Street 12",
    "kiosk": "back office",
    "support_phone": "0800 555 0100",
    "support_hours": "7:00 - 22:00",
    "security_phone": "0800 555 0199",
}
DEMO_PEOPLE = {"Alex": "expert", "Sam": "security"}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help="simulated terminals and an embedded desk")
    parser.add_argument("--screenshots", type=Path, metavar="DIR", help="keep a picture of every page drawn")
    parser.add_argument("--fullscreen", action="store_true", help="without window frame")
    parser.add_argument("--data", type=Path, metavar="DIR", help="where this kiosk keeps what it must not lose")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="settings file (default: in --data)")
    parser.add_argument("--mark-first-paint", action="store_true", help="print FIRST-PAINT and the memory at it")


def run(args: argparse.Namespace) -> int:
    gc.disable()  # until the first paint: nothing made before it is garbage
    from kiosk.ui.lean import import_msgspec, import_pyside

    import_msgspec()
    import_pyside()
    from kiosk.app import Options, open_window

    demo = Demo() if args.demo else None
    try:
        return open_window(
            Options(
                data=args.data,
                settings=args.settings,
                demo=args.demo,
                screenshots=args.screenshots,
                fullscreen=args.fullscreen,
                mark_first_paint=args.mark_first_paint,
                before=demo.start if demo else None,
            )
        )
    finally:
        if demo is not None:
            demo.stop()


class Demo:
    """Simulated tills and a desk for one run of the window; `people` can sign in at the desk, anew each time."""

    def __init__(self) -> None:
        import secrets

        self.people = {name: secrets.token_urlsafe(12) for name in DEMO_PEOPLE}
        self.sandbox: Sandbox | None = None
        self.url = ""

    def start(self, folder: Path) -> Settings:
        """Start all of it, join the desk, and give the settings of a store with three tills."""
        from kiosk.simulator.sandbox import Sandbox

        folder.mkdir(parents=True, exist_ok=True)
        self.sandbox = sandbox = Sandbox(folder)
        sandbox.start_tills()
        self.url = sandbox.start_desk()
        sandbox.desk_command("store", "add", "demo", DEMO_STORE["name"])
        for name, password in self.people.items():
            words = ("user", "add", name, "--role", DEMO_PEOPLE[name], "--password-stdin")
            sandbox.desk_command(*words, typed=f"{password}\n")
        self._enrol(sandbox, folder)
        self._tell()
        return self._settings(sandbox)

    def stop(self) -> None:
        if self.sandbox is not None:
            self.sandbox.stop()

    def _enrol(self, sandbox: Sandbox, folder: Path) -> None:
        from kiosk.escalation.enrolment import enrol
        from kiosk.escalation.outbox import Outbox
        from kiosk.escalation.vault import Vault

        code = sandbox.desk_command("store", "code", "demo").split()[-1]
        outbox = Outbox(folder / "outbox.sqlite")
        try:
            enrol(self.url, code, "demo", Vault(folder), outbox)
        finally:
            outbox.close()

    def _settings(self, sandbox: Sandbox) -> Settings:
        import msgspec

        from kiosk.settings import Settings
        from kiosk.simulator.sandbox import TILLS

        tills = [
            {"id": till.id, "name": till.name, "terminal": [_listed(till, sandbox.tills[till.id].address)]}
            for till in TILLS
        ]
        return msgspec.convert({"store": DEMO_STORE, "desk": {"url": self.url}, "till": tills}, Settings)

    def _tell(self) -> None:
        import sys

        people = (f"  sign in as {name!r} with {word!r}" for name, word in self.people.items())
        print(f"The experts' desk: {self.url}", *people, sep="\n", file=sys.stderr, flush=True)


def _listed(till: Till, address: str) -> dict[str, str]:
    return {"port": address, "protocol": till.protocol, "kind": till.kind}
