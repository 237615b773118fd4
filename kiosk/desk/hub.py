"""Tells whoever listens in this process that a case has something new; only a hint, the database is the truth."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from kiosk.desk.posts import Row

EXPERTS = "experts"
SLICES = 16  # one timer beats for all streams, a sixteenth of them at a time
MOST_ROWS = 200  # handed on without asking the database; who falls further behind reads it
MOST_WORDS = 100


class News:
    """What came since a stream last looked. `hint`: something changed that is not in `rows`."""

    __slots__ = ("beat", "cases", "hint", "rows", "words")

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.cases: set[str] = set()
        self.words: list[bytes] = []
        self.hint = False
        self.beat = False


class Listener:
    """What one stream waits on; it holds next to nothing while nothing happens, for there may be ten thousand."""

    __slots__ = ("_news", "_waiter", "alive")

    def __init__(self, alive: Callable[[], bool] | None = None) -> None:
        self._news: News | None = None
        self._waiter: asyncio.Future[None] | None = None
        self.alive = alive  # whether somebody is still there; None: who waits finds out by itself

    def _fresh(self) -> News:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        if self._news is None:
            self._news = News()
        return self._news

    def take(self, row: Row) -> None:
        news = self._fresh()
        if len(news.rows) < MOST_ROWS:
            news.rows.append(row)
        else:
            news.rows.clear()
            news.hint = True

    def poke(self, case: str) -> None:
        news = self._fresh()
        news.hint = True
        news.cases.add(case)

    def hand(self, words: bytes) -> None:
        news = self._fresh()
        if len(news.words) < MOST_WORDS:
            news.words.append(words)

    def beat(self) -> None:
        self._fresh().beat = True

    def wake(self) -> None:
        self._fresh()

    async def news(self) -> News:
        """What came, as soon as there is something; a beat comes now and then in any case."""
        while self._news is None:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        found, self._news = self._news, None
        return found

    async def wait(self, seconds: float) -> bool:
        """True if something came before the time was up; beats do not count."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    news = await self.news()
                    if news.rows or news.hint or news.words or not news.beat:
                        return True
        except TimeoutError:
            return False


class Hub:
    """Listeners by topic: a case, a kiosk (`kiosk:ID`), or all experts."""

    def __init__(self, heartbeat: float = 15.0) -> None:
        self._topics: dict[str, dict[Listener, None]] = {}
        self._slices: list[dict[Listener, None]] = [{} for _ in range(SLICES)]
        self._next = 0
        self._tick = heartbeat / SLICES
        self._timer: asyncio.TimerHandle | None = None
        self.outward: Callable[[str, str, int], None] | None = None  # tells other processes
        self.outward_words: Callable[[str, bytes], None] | None = None
        self.draining = False
        self.open = 0

    @contextmanager
    def listen(self, topic: str, alive: Callable[[], bool] | None = None) -> Iterator[Listener]:
        listener = Listener(alive)
        slice = self._slices[self._next - 1]  # the one that was beaten just now
        slice[listener] = None
        self._topics.setdefault(topic, {})[listener] = None
        self.open += 1
        self._start()
        try:
            yield listener
        finally:
            self.open -= 1
            del slice[listener]
            members = self._topics[topic]
            del members[listener]
            if not members:
                del self._topics[topic]

    def _start(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._tick, self._beat)

    def _beat(self) -> None:
        self._timer = None
        for listener in list(self._slices[self._next]):
            listener.beat()
        self._next = (self._next + 1) % SLICES
        if self.open and not self.draining:
            self._start()

    def count(self, topic: str) -> int:
        """How many listen, without those whose line is dead."""
        return sum(1 for listener in self._topics.get(topic, ()) if listener.alive is None or listener.alive())

    def stored(self, case: str, kiosk: str, rows: Sequence[Row]) -> None:
        """This process stored events of one case: streams get them as they are."""
        for topic in (f"case:{case}", f"kiosk:{kiosk}"):
            for listener in self._topics.get(topic, ()):
                for row in rows:
                    listener.take(row)

    def stored_in(self, case: str, kiosk: str, last: int) -> None:
        """This process stored something in a case, up to a seq: experts and other processes are told which."""
        for listener in self._topics.get(EXPERTS, ()):
            listener.poke(case)
        if self.outward is not None:
            self.outward(case, kiosk, last)

    def changed(self, case: str, kiosk: str) -> None:
        """Something changed that streams must read from the database."""
        for topic in (f"case:{case}", f"kiosk:{kiosk}", EXPERTS):
            for listener in self._topics.get(topic, ()):
                listener.poke(case)

    def pass_on(self, topic: str, words: bytes, *, outward: bool = True) -> None:
        """Words that nobody keeps, such as that somebody types."""
        for listener in self._topics.get(topic, ()):
            listener.hand(words)
        if outward and self.outward_words is not None:
            self.outward_words(topic, words)

    def listens(self) -> bool:
        return bool(self._topics)

    def drain(self) -> None:
        """Every stream ends at once; called when the service is told to stop."""
        self.draining = True
        for members in self._topics.values():
            for listener in members:
                listener.wake()
