"""A kiosk without a window for the delivery test: says numbered messages and writes what it hears into a ledger.

Ledger lines, each written at once: `put N` after `outbox.put` returned, `held AUTHOR N` for what was there at the
start of this life, `told AUTHOR N` for what the client told, `start` in between.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from kiosk.escalation.client import Client
from kiosk.escalation.outbox import Outbox
from kiosk.model.case import Author, CaseEvent, Message, Opened, Side


def main(folder: str, url: str, token: str, kiosk: str, case: str, count: int, rate: float) -> None:
    """Say `count` messages at `rate` a second, over all lives together, then stay until killed."""
    ledger = os.open(Path(folder) / "ledger.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    outbox = Outbox(Path(folder) / "outbox.sqlite")
    author = Author(Side.STORE, kiosk)

    def note(words: str) -> None:
        os.write(ledger, words.encode() + b"\n")

    def hear(event: CaseEvent) -> None:
        note(f"told {event.author.side} {number(event)}")

    def put(n: int) -> None:
        body = Message(f"store {n}") if n else Opened("Store one", "1", "ACME")
        outbox.put(CaseEvent(f"store-event-{n:06}", case, author, datetime.now(UTC), body))
        note(f"put {n}")

    held = outbox.events(case)
    note("start")
    for event in held:
        if event.seq is not None:
            note(f"held {event.author.side} {number(event)}")
    client = Client(outbox, url, token, hear, lambda _state: None)
    client.start()
    first = 1 + max((number(e) for e in held if e.author.side is Side.STORE), default=-1)
    for n in range(first, count):
        put(n)
        client.wake()
        time.sleep(1 / rate)
    while True:
        time.sleep(1)


def number(event: CaseEvent) -> int:
    return int(event.id.rpartition("-")[2])


if __name__ == "__main__":
    main(*sys.argv[1:6], int(sys.argv[6]), float(sys.argv[7]))
