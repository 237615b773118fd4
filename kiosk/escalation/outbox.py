"""Keeps whole cases, what waits to be sent, uploads and small notes through power loss; must not talk to the network.

One SQLite file, WAL, `synchronous=FULL`: what a method wrote is on the disk when it returns. Any thread may call
any method: one connection, one lock. Several processes may share the file (a script beside the window).
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from kiosk.errors import CardNumber, KioskError
from kiosk.model.case import CaseEvent, decode_event, encode_event

EVENT_BYTES = 64 * 1024
FILE = "outbox.sqlite"  # in the kiosk's data folder
BATCH_BYTES = 64 * 1024  # two seconds of a 256 kbit/s line, so that every answer is progress
KEEP = timedelta(days=90)
TYPED = frozenset({"words", "why", "answer", "note", "by", "name", "args", "till", "target"})

_SCHEMA = """
CREATE TABLE IF NOT EXISTS cases (id TEXT PRIMARY KEY, number TEXT NOT NULL DEFAULT '',
  known INTEGER NOT NULL DEFAULT 0, touched REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (place INTEGER PRIMARY KEY AUTOINCREMENT, case_id TEXT NOT NULL, id TEXT NOT NULL,
  mine INTEGER NOT NULL, seq INTEGER, was INTEGER, state TEXT NOT NULL, told INTEGER NOT NULL DEFAULT 0,
  why TEXT NOT NULL DEFAULT '', raw BLOB NOT NULL, UNIQUE (case_id, id));
CREATE INDEX IF NOT EXISTS events_waiting ON events (case_id) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS uploads (case_id TEXT NOT NULL, sha256 TEXT NOT NULL, path TEXT NOT NULL,
  size INTEGER NOT NULL, event_id TEXT NOT NULL, left_out TEXT NOT NULL,
  url TEXT NOT NULL DEFAULT '', done INTEGER NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (case_id, sha256)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""
_IN_ORDER = "ORDER BY was IS NULL, was, place"  # as the last desk had them, then as they were put


@dataclass(frozen=True, slots=True)
class Upload:
    """A sealed file on its way; `size` in bytes, `url` is empty until the desk gave one."""

    case: str
    path: Path
    sha256: str
    size: int
    event_id: str
    left_out: tuple[str, ...] = ()
    url: str = ""


def never(_words: str) -> bool:
    """Refuses nothing; only for tests and tools that write no typed words."""
    return False


class Outbox:
    """The kiosk's side of every case. `refuse(words)` says whether typed words hold a card number."""

    def __init__(self, path: Path, refuse: Callable[[str], bool] = never) -> None:
        """Raises `KioskError` if the file cannot be opened."""
        self._refuse = refuse
        self._lock = threading.RLock()
        self._depth = 0
        try:
            self._db = _open(path)
        except (sqlite3.Error, OSError) as e:
            raise KioskError(f"The kiosk's memory {path} cannot be opened: {e}.", "Ask IT to look at the disk.") from e

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """All writes inside are one transaction with one wait for the disk; may be nested."""
        with self._lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("COMMIT")

    # what is said

    def put(self, event: CaseEvent) -> None:
        """Keep an event of this kiosk until the desk has it; on the disk when this returns. Same id twice: once.

        Raises `CardNumber` for a typed card number and `KioskError` if it is too long or the disk is full.
        """
        if any(self._refuse(words) for words in _typed(msgspec.to_builtins(event.body))):
            raise CardNumber("This looks like a card number. It was not kept.")
        raw = encode_event(event)
        if len(raw) > EVENT_BYTES:
            raise KioskError("This is too long to send.", "Make it shorter, or send it in parts.")
        try:
            with self.together():
                self._touch(event)
                self._db.execute(
                    "INSERT INTO events (case_id, id, mine, state, raw) VALUES (?, ?, 1, 'waiting', ?)"
                    " ON CONFLICT (case_id, id) DO NOTHING",
                    (event.case, event.id, raw),
                )
        except sqlite3.OperationalError as e:
            raise KioskError(f"The kiosk cannot write to its disk: {e}.", "Free some space, then try again.") from e

    def batch(self, limit: int = 500, skip: Iterable[str] = ()) -> tuple[CaseEvent, ...]:
        """The next events to post, all of one case, in the order of their authors; () if none wait."""
        with self._lock:
            case = self._next_case(frozenset(skip))
            rows = self._db.execute(
                f"SELECT raw, mine FROM events WHERE case_id = ? AND state = 'waiting' {_IN_ORDER} LIMIT ?",  # noqa: S608
                (case, limit),
            ).fetchall()
        return tuple(_to_send(raw, bool(mine)) for raw, mine in _fitting(rows))

    def _next_case(self, skip: frozenset[str]) -> str | None:
        rows = self._db.execute(
            "SELECT case_id FROM events WHERE state = 'waiting' GROUP BY case_id ORDER BY min(place)"
        )
        return next((case for (case,) in rows if case not in skip), None)

    def waiting(self) -> int:
        """How many events the desk does not have yet."""
        with self._lock:
            (count,) = self._db.execute("SELECT count(*) FROM events WHERE state = 'waiting'").fetchone()
            return int(count)

    def confirm(self, case: str, number: str, seqs: Mapping[str, int], tell: bool = True) -> tuple[CaseEvent, ...]:
        """The desk has stored own events under these seqs; returns those not told before, by seq."""
        fresh: list[CaseEvent] = []
        with self.together():
            self._db.execute("UPDATE cases SET number = ? WHERE id = ?", (number, case))
            for id, seq in sorted(seqs.items(), key=lambda item: item[1]):
                row = self._db.execute(
                    "SELECT raw, told FROM events WHERE case_id = ? AND id = ?", (case, id)
                ).fetchone()
                if row is None:
                    continue
                self._db.execute(
                    "UPDATE events SET seq = ?, was = NULL, state = 'stored', told = max(told, ?)"
                    " WHERE case_id = ? AND id = ?",
                    (seq, tell, case, id),
                )
                if tell and not row[1]:
                    fresh.append(msgspec.structs.replace(decode_event(row[0]), seq=seq))
        return tuple(fresh)

    def set_aside(self, case: str, id: str, why: str) -> None:
        """The desk will never take this event: keep it, say why, and let the others pass."""
        with self.together():
            self._db.execute(
                "UPDATE events SET state = 'refused', why = ? WHERE case_id = ? AND id = ?", (why, case, id)
            )

    def refused(self) -> tuple[tuple[CaseEvent, str], ...]:
        """Events the desk would not take, each with its sentence."""
        with self._lock:
            rows = self._db.execute("SELECT raw, why FROM events WHERE state = 'refused' ORDER BY place").fetchall()
        return tuple((decode_event(raw), why) for raw, why in rows)

    def try_again(self) -> None:
        """Let what was refused wait once more: the desk may have been cured since."""
        with self.together():
            self._db.execute("UPDATE events SET state = 'waiting', why = '' WHERE state = 'refused'")

    # what is heard

    def keep(self, events: Iterable[CaseEvent], tell: bool = True) -> tuple[CaseEvent, ...]:
        """Store events from the desk (each with its seq); returns those not told before, in the order given.

        With `tell=False` none is told now, and whoever tells later still finds it new.
        """
        fresh: list[CaseEvent] = []
        with self.together():
            for event in events:
                row = self._db.execute(
                    "SELECT told FROM events WHERE case_id = ? AND id = ?", (event.case, event.id)
                ).fetchone()
                self._touch(event)
                self._db.execute(
                    "INSERT INTO events (case_id, id, mine, seq, state, told, raw) VALUES (?, ?, 0, ?, 'stored', ?, ?)"
                    " ON CONFLICT (case_id, id) DO UPDATE"
                    " SET seq = excluded.seq, was = NULL, state = 'stored', told = max(told, excluded.told)",
                    (event.case, event.id, event.seq, tell, encode_event(event)),
                )
                if tell and (row is None or not row[0]):
                    fresh.append(event)
        return tuple(fresh)

    def known(self) -> dict[str, int]:
        """Case to the highest seq below which nothing is missing."""
        with self._lock:
            return dict(self._db.execute("SELECT id, known FROM cases").fetchall())

    def know(self, case: str, seq: int) -> None:
        with self.together():
            self._db.execute("UPDATE cases SET known = max(known, ?) WHERE id = ?", (seq, case))

    def epoch(self) -> str | None:
        value = self.recall("epoch")
        return None if value is None else value.decode()

    def adopt(self, epoch: str) -> None:
        self.remember("epoch", epoch.encode())

    def start_over(self, epoch: str) -> None:
        """The desk lost its memory: forget its seqs; every event waits again, in the order it was known."""
        with self.together():
            self.adopt(epoch)
            self._db.execute("UPDATE cases SET known = 0")
            self._db.execute("UPDATE events SET was = coalesce(seq, was), seq = NULL, state = 'waiting'")
            self._db.execute("UPDATE uploads SET url = '', done = 0")

    # what is shown

    def events(self, case: str) -> tuple[CaseEvent, ...]:
        """A case as it is known here: stored events by seq, then those that still wait, in order."""
        with self._lock:
            rows = self._db.execute(
                f"SELECT raw, seq FROM events WHERE case_id = ? ORDER BY seq IS NULL, seq, {_IN_ORDER[9:]}",  # noqa: S608
                (case,),
            ).fetchall()
        return tuple(msgspec.structs.replace(decode_event(raw), seq=seq) for raw, seq in rows)

    def cases(self) -> tuple[str, ...]:
        """All cases held, the latest first."""
        with self._lock:
            return tuple(id for (id,) in self._db.execute("SELECT id FROM cases ORDER BY touched DESC, id DESC"))

    def number(self, case: str) -> str:
        """The label the desk gave the case; empty before its first answer."""
        with self._lock:
            row = self._db.execute("SELECT number FROM cases WHERE id = ?", (case,)).fetchone()
        return "" if row is None else str(row[0])

    # files

    def remember_upload(self, upload: Upload) -> None:
        """Keep the wish to upload a file until the desk has it whole."""
        with self.together():
            self._db.execute(
                "INSERT INTO uploads (case_id, sha256, path, size, event_id, left_out) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (case_id, sha256) DO UPDATE SET path = excluded.path, why = ''",
                (
                    upload.case,
                    upload.sha256,
                    str(upload.path),
                    upload.size,
                    upload.event_id,
                    msgspec.json.encode(upload.left_out).decode(),
                ),
            )

    def next_upload(self) -> Upload | None:
        """The oldest file whose case is at the desk with nothing waiting: what an expert needs first goes first."""
        with self._lock:
            row = self._db.execute(
                "SELECT case_id, path, sha256, size, event_id, left_out, url FROM uploads u WHERE NOT done AND why = ''"
                " AND EXISTS (SELECT 1 FROM events e WHERE e.case_id = u.case_id AND e.state = 'stored')"
                " AND NOT EXISTS (SELECT 1 FROM events e WHERE e.case_id = u.case_id AND e.state = 'waiting')"
                " ORDER BY event_id LIMIT 1"
            ).fetchone()
        if row is None:
            return None
        case, path, sha256, size, event_id, left_out, url = row
        return Upload(
            case, Path(path), sha256, size, event_id, msgspec.json.decode(left_out, type=tuple[str, ...]), url
        )

    def uploading(self) -> int:
        """How many files the desk does not have whole yet."""
        with self._lock:
            (count,) = self._db.execute("SELECT count(*) FROM uploads WHERE NOT done AND why = ''").fetchone()
            return int(count)

    def located(self, upload: Upload, url: str) -> None:
        """The desk gave the file an address (or, empty, has forgotten it)."""
        with self.together():
            self._db.execute(
                "UPDATE uploads SET url = ? WHERE case_id = ? AND sha256 = ?", (url, upload.case, upload.sha256)
            )

    def completed(self, upload: Upload, event: CaseEvent) -> None:
        """The desk has the whole file; `event` says so in the case. Both or neither."""
        with self.together():
            self.put(event)
            self._db.execute(
                "UPDATE uploads SET done = 1 WHERE case_id = ? AND sha256 = ?", (upload.case, upload.sha256)
            )

    def gave_up(self, upload: Upload, why: str) -> None:
        """This file can never be sent (it is gone, or refused); the sentence says why."""
        with self.together():
            self._db.execute(
                "UPDATE uploads SET why = ? WHERE case_id = ? AND sha256 = ?", (why, upload.case, upload.sha256)
            )

    # small notes

    def remember(self, key: str, value: bytes) -> None:
        """Keep a small note, such as the journey's saved state or a draft; no card data, no secrets."""
        with self.together():
            self._db.execute(
                "INSERT INTO notes VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
            )

    def recall(self, key: str) -> bytes | None:
        with self._lock:
            row = self._db.execute("SELECT value FROM notes WHERE key = ?", (key,)).fetchone()
        return None if row is None else bytes(row[0])

    def forget(self, key: str) -> None:
        with self.together():
            self._db.execute("DELETE FROM notes WHERE key = ?", (key,))

    def purge(self, now: datetime) -> int:
        """Delete whole cases untouched for 90 days of which nothing waits; returns how many."""
        old = (
            "SELECT id FROM cases WHERE touched < ? AND id NOT IN (SELECT case_id FROM events WHERE state = 'waiting')"
        )
        limit = (now - KEEP).timestamp()
        with self.together():
            gone = [id for (id,) in self._db.execute(old, (limit,))]
            for id in gone:
                self._db.execute("DELETE FROM events WHERE case_id = ?", (id,))
                self._db.execute("DELETE FROM uploads WHERE case_id = ?", (id,))
                self._db.execute("DELETE FROM cases WHERE id = ?", (id,))
        return len(gone)

    def _touch(self, event: CaseEvent) -> None:
        self._db.execute(
            "INSERT INTO cases (id, touched) VALUES (?, ?)"
            " ON CONFLICT (id) DO UPDATE SET touched = max(touched, excluded.touched)",
            (event.case, event.at.timestamp()),
        )


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA secure_delete = ON")
    db.executescript(_SCHEMA)
    return db


def _typed(value: object, typed: bool = False) -> Iterator[str]:
    """All strings that a person may have typed."""
    if isinstance(value, str):
        if typed:
            yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _typed(inner, typed or key in TYPED)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _typed(inner, typed)


def _fitting(rows: Iterable[tuple[bytes, int]]) -> Iterator[tuple[bytes, int]]:
    """The first rows, and as many more as fit into one batch."""
    size = 0
    for raw, mine in rows:
        size += len(raw)
        if size > BATCH_BYTES and size > len(raw):
            return
        yield raw, mine


def _to_send(raw: bytes, mine: bool) -> CaseEvent:
    event = decode_event(raw)
    return msgspec.structs.replace(event, seq=None, restored=event.restored or not mine)
