"""A kiosk without a window for the delivery tests: says numbered messages and writes what it hears into a ledger.

Ledger lines, each written at once: `put CASE N` after the event was on the disk, `held CASE AUTHOR N` for what was
there at the start of this life, `told CASE AUTHOR N` for what the client told, `start` in between, `done` at the end.
"""

from __future__ import annotations

import os
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from kiosk.escalation.client import Client
from kiosk.escalation.outbox import Outbox
from kiosk.model.case import Author, CaseEvent, Message, Opened, Side


def main(folder: str, url: str, token: str, kiosk: str, cases: str, count: int, rate: float) -> None:
    """Say `count` messages in each case, `rate` a second together, over all lives; then stay until killed."""
    ledger = os.open(Path(folder) / "ledger.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    outbox = Outbox(Path(folder) / "outbox.sqlite")
    author = Author(Side.STORE, kiosk)

    def note(*lines: str) -> None:
        os.write(ledger, "".join(f"{line}\n" for line in lines).encode())

    note("start")
    left: dict[str, int] = {}
    for case in cases.split(","):
        held = outbox.events(case)
        note(*(f"held {case} {e.author.side} {number(e)}" for e in held if e.seq is not None))
        left[case] = 1 + max((number(e) for e in held if e.author.side is Side.STORE), default=-1)
    client = Client(
        outbox, url, token, lambda e: note(f"told {e.case} {e.author.side} {number(e)}"), lambda _state: None
    )
    client.start()
    while open_cases := [case for case, first in left.items() if first < count]:
        case = random.choice(open_cases)
        said = range(left[case], min(count, left[case] + random.randint(1, 10)))
        with outbox.together():
            for n in said:
                body = Message(f"store {n}") if n else Opened("Store one", "1", "ACME")
                outbox.put(CaseEvent(f"store-{case[:8]}-{n:06}", case, author, datetime.now(UTC), body))
        note(*(f"put {case} {n}" for n in said))
        left[case] = said.stop
        client.wake()
        time.sleep(len(said) / rate)
    note("done")
    while True:
        time.sleep(1)


def number(event: CaseEvent) -> int:
    return int(event.id.rpartition("-")[2])


if __name__ == "__main__":
    main(*sys.argv[1:6], int(sys.argv[6]), float(sys.argv[7]))
