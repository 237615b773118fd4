"""Tells other processes of this desk what changed, over NATS, and looks in the database for what no hint told.

Hints may be lost, doubled or late: a stream always reads the truth from the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
import structlog

from kiosk.desk import queries
from kiosk.desk.database import Away, Database
from kiosk.desk.hub import Hub
from kiosk.model.wire import NOT_READABLE

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg

_log = structlog.get_logger("desk")
CHANGED, WORDS = "desk.changed", "desk.words"
ALONE, BESIDE = 0.5, 5.0  # seconds between two looks: where looks are all there is, and beside NATS
ANSWER, AGAIN = 3, 1.0  # seconds the server has to confirm, and until the next attempt
SLACK = 30.0  # clocks of nodes differ, and a commit comes after its time was taken
Pairs = list[tuple[str, str]]


class Hints:
    """Between this process's hub and those of the others."""

    def __init__(self, url: str, hub: Hub, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._url = url
        self._hub = hub
        self._database = database
        self._clock = clock
        self._pending: dict[tuple[str, str], None] = {}
        self._words: list[tuple[str, bytes]] = []
        self._due = asyncio.Event()
        self._seen: dict[str, int] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._nats: Client | None = None
        self.heard = asyncio.Event()  # set once the hints of others arrive here

    async def start(self) -> None:
        """Returns at once, whether NATS answers or not."""
        self._hub.outward, self._hub.outward_words = self._changed, self._said
        jobs = [self._look_for_ever(), *([self._talk_for_ever()] if self._url else [])]
        self._tasks = [asyncio.create_task(job, name="hints") for job in jobs]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._give_up()

    def _changed(self, case: str, kiosk: str, last: int) -> None:
        self._seen[case] = last
        self._pending[case, kiosk] = None
        self._due.set()

    def _said(self, topic: str, words: bytes) -> None:
        if len(self._words) < 1000:
            self._words.append((topic, words))
            self._due.set()

    async def _talk_for_ever(self) -> None:
        """Publish what is due, all that came meanwhile in one message; a broken line is the client's to mend."""
        while True:
            client = await self._connected()
            while not client.is_closed:
                await self._due.wait()
                self._due.clear()
                pairs, self._pending = list(self._pending), {}
                words, self._words = self._words, []
                with contextlib.suppress(Exception):  # a hint that cannot be sent is found by the look
                    await self._publish(pairs, words)

    async def _publish(self, pairs: Pairs, words: list[tuple[str, bytes]]) -> None:
        if self._nats is None or not self._nats.is_connected:
            return
        if pairs:
            await self._nats.publish(CHANGED, msgspec.msgpack.encode(pairs))
        if words:
            await self._nats.publish(WORDS, msgspec.msgpack.encode(words))

    async def _connected(self) -> Client:
        """A client whose subscriptions the server has; one that failed on the way may stay closed and is given up."""
        while True:
            try:
                return await self._subscribed()
            except Exception as e:  # noqa: BLE001 - whatever it is, the look goes on and this tries again
                _log.warning("hints", trouble=str(e) or type(e).__name__)
                await self._give_up()
                await asyncio.sleep(AGAIN)

    async def _subscribed(self) -> Client:
        import nats

        async def told(error: Exception) -> None:
            _log.warning("hints", trouble=str(error) or type(error).__name__)

        async def closed() -> None:
            self._due.set()  # whoever waits for something to say looks whether there is still a line

        client = self._nats = await nats.connect(
            self._url,
            no_echo=True,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.5,
            error_cb=told,
            closed_cb=closed,
        )
        await client.subscribe(CHANGED, cb=self._heard)
        await client.subscribe(WORDS, cb=self._heard_words)
        for _ in range(2):  # its ping overtakes what it has not written yet: only the second answer speaks for both
            await client.flush(ANSWER)
        self.heard.set()
        return client

    async def _give_up(self) -> None:
        client, self._nats = self._nats, None
        if client is not None:
            with contextlib.suppress(Exception):
                await client.close()

    async def _heard(self, message: Msg) -> None:
        with contextlib.suppress(*NOT_READABLE):
            for case, kiosk in msgspec.msgpack.decode(message.data, type=Pairs):
                self._hub.changed(case, kiosk)

    async def _heard_words(self, message: Msg) -> None:
        with contextlib.suppress(*NOT_READABLE):
            for topic, words in msgspec.msgpack.decode(message.data, type=list[tuple[str, bytes]]):
                self._hub.pass_on(topic, words, outward=False)

    async def _look_for_ever(self) -> None:
        since = self._clock()
        while True:
            await asyncio.sleep(BESIDE if self._nats is not None and self._nats.is_connected else ALONE)
            now = self._clock()
            with contextlib.suppress(Away):
                await self._look(since - SLACK)
                since = now

    async def _look(self, since: float) -> None:
        """Poke for each case that has more than this process knew."""
        if not self._hub.listens():
            return
        found = await self._database.fetch(queries.CHANGED, since)
        for case, kiosk, last in found:
            if last > self._seen.get(case, 0):
                self._hub.changed(case, kiosk)
        self._seen = {case: last for case, _, last in found}
