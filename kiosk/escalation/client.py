"""Carries out what `sync` wishes, over HTTP, in three lanes; the fourth thread owns the state and calls back.

Only that owner reads and writes the state of `sync` and calls `on_event` and `on_state`; the lanes listen, say and
upload only wait for the desk and report. An event is on the disk before `on_event` hears of it; after a restart the
app reads `Outbox.events(case)` first, for what was told just before a power cut is not told again.
"""

from __future__ import annotations

import logging
import os
import queue
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from kiosk.escalation import calls, sync, talk
from kiosk.escalation.ledger import write
from kiosk.escalation.line import Line, desk_address
from kiosk.escalation.outbox import Outbox, Upload
from kiosk.escalation.state import DeskState
from kiosk.model.case import BundleSent, CaseEvent
from kiosk.model.ids import uuid7
from kiosk.model.text import text

PROMPT = 0.8  # seconds that `stop` waits for the lanes
PURGE_EVERY = 24 * 3600.0
_log = logging.getLogger(__name__)


class Client:
    """The kiosk's talk with its desk. Callbacks come from a thread of the client and must return soon."""

    def __init__(
        self,
        outbox: Outbox,
        desk_url: str,
        token: str,
        on_event: Callable[[CaseEvent], None],
        on_state: Callable[[DeskState], None],
        ca: Path | None = None,
    ) -> None:
        """Raises `SettingsError` for an address that must not be called."""
        self._outbox = outbox
        self._on_event = on_event
        self._on_state = on_state
        desk = desk_address(desk_url)
        self._listening, self._saying, self._uploading = (Line(desk, token, ca) for _ in range(3))
        self._stopping = threading.Event()
        self._inbox: queue.SimpleQueue[talk.Event | None] = queue.SimpleQueue()
        self._lanes = {name: _Lane(name, self._stopping) for name in ("listen", "say", "upload")}
        self._owner = threading.Thread(target=self._own, name="desk-owner", daemon=True)
        self._percent: int | None = None
        self._shown: DeskState | None = None
        self._attempt = 0

    def start(self) -> None:
        """Begin to talk; what waits in the outbox goes first."""
        self._outbox.try_again()
        for lane in self._lanes.values():
            lane.start()
        self._owner.start()
        self._inbox.put(talk.Tick())

    def stop(self) -> None:
        """End within a second; what is under way is cut, and comes again after the next start."""
        self._stopping.set()
        lines = (self._listening, self._saying, self._uploading)
        for line in lines:
            line.close()
        self._inbox.put(None)
        until = time.monotonic() + PROMPT
        for thread in (self._owner, *self._lanes.values()):
            thread.join(max(0.0, until - time.monotonic()))
        for line in lines:
            line.done()

    def wake(self) -> None:
        """Something was put into the outbox."""
        self._inbox.put(talk.Spoken())

    def upload(self, case: str, path: Path, sha256: str, left_out: tuple[str, ...] = ()) -> None:
        """Send a sealed file as soon as its case is at the desk; remembered until done, over any restart.

        When the desk has it whole, a `bundle` event with `complete` follows. Raises `OSError` if it cannot be read.
        """
        size = path.stat().st_size
        self._outbox.remember_upload(Upload(case, path.resolve(), sha256, size, _new_id(), left_out))
        self._inbox.put(talk.UploadAdded())

    def typing(self, case: str, typing: bool) -> None:
        """Tell the expert that staff type; forgotten if it cannot be told at once."""
        self._lanes["say"].do(lambda: calls.presence(self._saying, case, typing))

    # the owner

    def _own(self) -> None:
        state = sync.State(epoch=self._outbox.epoch(), known=self._outbox.known())
        purged = float("-inf")
        while not self._stopping.is_set():
            now = time.monotonic()
            if now >= purged + PURGE_EVERY:
                self._outbox.purge(datetime.now(UTC))
                purged = now
            due = sync.due(state, now)
            events = self._next_events(PURGE_EVERY if due is None else min(due - now, PURGE_EVERY))
            if self._stopping.is_set():
                return
            state = self._turn(state, events)
            self._show(state)

    def _next_events(self, patience: float) -> list[talk.Event]:
        """All that happened, at least a `Tick`; waits for it at most `patience` seconds."""
        events: list[talk.Event] = []
        try:
            first = self._inbox.get(timeout=patience)
            while first is not None:
                events.append(first)
                first = self._inbox.get_nowait()
        except queue.Empty:
            pass
        return events or [talk.Tick()]

    def _turn(self, state: sync.State, events: list[talk.Event]) -> sync.State:
        """Step through the events; write all they say in one transaction, then tell it, then go on."""
        told: list[CaseEvent] = []
        errands: list[talk.Wish] = []
        with self._outbox.together():
            for event in events:
                state, wishes = sync.step(state, event, time.monotonic())
                for wish in wishes:
                    fresh = write(self._outbox, wish)
                    if fresh is None:
                        errands.append(wish)
                    else:
                        told += fresh
        for news in told:
            self._on_event(news)
        for wish in errands:
            self._send_out(wish)
        return state

    def _send_out(self, wish: talk.Wish) -> None:
        match wish:
            case talk.Listen() | talk.Poll():
                self._attempt = wish.attempt
                self._lanes["listen"].do(lambda: self._listen(wish))
            case talk.HangUp():
                self._attempt = -1
                self._listening.hang_up()
            case talk.Say():
                self._lanes["say"].do(lambda: self._say(wish))
            case talk.Fetch():
                self._lanes["say"].do(lambda: self._fetch(wish))
            case talk.SendFile():
                self._lanes["upload"].do(self._send_file)

    def _show(self, state: sync.State) -> None:
        error = None if state.trouble is None else text(f"escalation.{state.trouble}")
        shown = DeskState(state.online, self._outbox.waiting(), self._percent, error)
        if shown != self._shown:
            self._shown = shown
            self._on_state(shown)

    # the lanes; each reports by one event at its end

    def _listen(self, wish: talk.Listen | talk.Poll) -> None:
        if isinstance(wish, talk.Poll):
            self._inbox.put(calls.tried_poll(self._listening, wish, _jitter()))
            return
        for event in calls.tried_listen(self._listening, wish, _jitter()):
            self._inbox.put(event)
            if self._attempt != wish.attempt:
                return

    def _say(self, wish: talk.Say) -> None:
        self._inbox.put(calls.tried_post(self._saying, self._outbox.batch(wish.limit, wish.skip), _jitter()))

    def _fetch(self, wish: talk.Fetch) -> None:
        self._inbox.put(calls.tried_fetch(self._saying, wish, _jitter()))

    def _send_file(self) -> None:
        upload = self._outbox.next_upload()
        if upload is None:
            self._percent = None
            self._inbox.put(talk.UploadIdle())
            return
        from kiosk.escalation.upload import Given, NoFile, send_file  # tuspy is slow to load

        try:
            given = Given(lambda url: self._outbox.located(upload, url), self._progress, self._stopping.is_set)
            url = send_file(self._uploading, upload, given)
            self._outbox.completed(upload, self._bundle_event(upload, url))
        except NoFile as e:
            _log.warning("A file cannot be sent: %s", e)
            self._outbox.gave_up(upload, str(e))
        except calls.EXPECTED as e:
            f = calls.failure(e)
            self._inbox.put(talk.UploadFailed(f.trouble, _jitter(), f.after))
            return
        self._percent = None
        self._inbox.put(talk.UploadDone())

    def _progress(self, percent: int) -> None:
        if percent != self._percent:
            self._percent = percent
            self._inbox.put(talk.Tick())

    def _bundle_event(self, upload: Upload, url: str) -> CaseEvent:
        """Written in the name of whoever opened the case here."""
        author = self._outbox.events(upload.case)[0].author
        body = BundleSent(upload.sha256, upload.size, True, url.rpartition("/")[2], upload.left_out)
        return CaseEvent(upload.event_id, upload.case, author, datetime.now(UTC), body)


class _Lane(threading.Thread):
    """Does one errand after the other; daemon, so that a desk that hangs cannot hold the program."""

    def __init__(self, name: str, stopping: threading.Event) -> None:
        super().__init__(name=f"desk-{name}", daemon=True)
        self._stopping = stopping
        self._errands: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()

    def do(self, errand: Callable[[], None]) -> None:
        self._errands.put(errand)

    def run(self) -> None:
        while (errand := self._errands.get()) is not None:
            if self._stopping.is_set():
                return  # what still stands in the line comes again after the next start
            try:
                errand()
            except sqlite3.ProgrammingError:
                if not self._stopping.is_set():
                    raise
                return  # it came back too late: the outbox was closed after `stop`

    def join(self, timeout: float | None = None) -> None:
        self._errands.put(None)
        super().join(timeout)


def _jitter() -> float:
    return random.random()  # noqa: S311 - spreads kiosks in time, keeps no secret


def _new_id() -> str:
    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))
