"""A desk, a kiosk and the line between them, made up for tests: fate decides what is lost, doubled and cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
import pytest

from kiosk.escalation import sync, talk
from kiosk.escalation.ledger import write
from kiosk.escalation.outbox import Outbox
from kiosk.model.case import Author, CaseEvent, Message, Note, Side

AT = datetime(2026, 5, 4, tzinfo=UTC)
STORE, EXPERT = Author(Side.STORE, "kiosk-1"), Author(Side.EXPERT, "anna")
CASES = ("case-aaaa", "case-bbbb")


def event(number: int, case: str = CASES[0], author: Author = STORE, seq: int | None = None) -> CaseEvent:
    return CaseEvent(f"event-{author.id}-{number:04}", case, author, AT, Message(str(number)), seq)


@dataclass
class Desk:
    """An honest desk: dense seqs, each id once, notes hidden from kiosks."""

    epoch: str = "epoch-0"
    logs: dict[str, list[CaseEvent]] = field(default_factory=dict)

    def store(self, case: str, events: tuple[CaseEvent, ...]) -> dict[str, int]:
        log = self.logs.setdefault(case, [])
        for new in events:
            if all(e.id != new.id for e in log):
                log.append(msgspec.structs.replace(new, seq=len(log) + 1))
        return {e.id: e.seq for e in log if any(e.id == new.id for new in events)}

    def visible(self, case: str, after: int) -> tuple[CaseEvent, ...]:
        return tuple(e for e in self.logs.get(case, ()) if e.seq > after and not isinstance(e.body, Note))

    def news(self, cursor: dict[str, int]) -> list[CaseEvent]:
        return [e for case in sorted(self.logs) for e in self.visible(case, cursor.get(case, 0))]


@dataclass
class World:
    """Kiosk, desk and what is under way between them; `draw` decides what fate does."""

    outbox: Outbox
    draw: Callable[[int], int]
    desk: Desk = field(default_factory=Desk)
    now: float = 1000.0
    errands: list[talk.Wish] = field(default_factory=list)
    stream: list[CaseEvent] | None = None  # what the open stream still has to bring
    attempt: int = 0
    at_desk: dict[str, int] = field(default_factory=dict)  # how far the desk has pushed into the stream
    told: list[CaseEvent] = field(default_factory=list)
    put: list[CaseEvent] = field(default_factory=list)
    written: int = 0
    lives: int = 1

    def __post_init__(self) -> None:
        self.wake_up()

    def wake_up(self) -> None:
        """The kiosk starts: whatever was only in memory is gone."""
        self.errands, self.stream = [], None
        self.state = sync.State(epoch=self.outbox.epoch(), known=self.outbox.known())
        self.happen(talk.Tick())

    def happen(self, what: talk.Event) -> None:
        self.state, wishes = sync.step(self.state, what, self.now)
        busy = [type(w) for w in self.errands]
        with self.outbox.together():
            for wish in wishes:
                fresh = write(self.outbox, wish)
                if fresh is not None:
                    self.told += fresh
                elif isinstance(wish, talk.HangUp):
                    self.stream = None
                    self.errands = [e for e in self.errands if not isinstance(e, talk.Listen | talk.Poll)]
                else:
                    assert not (isinstance(wish, talk.Say | talk.Fetch) and {talk.Say, talk.Fetch} & set(busy))
                    self.errands.append(wish)

    # what fate does

    def kiosk_speaks(self) -> None:
        new = event(len(self.put), CASES[self.draw(2)])
        self.outbox.put(new)
        self.put.append(new)
        self.happen(talk.Spoken())

    def expert_speaks(self) -> None:
        case = CASES[self.draw(2)]
        if self.desk.logs.get(case):
            new = event(self.written, case, EXPERT)
            body = Note("for us") if self.draw(4) == 0 else new.body
            self.desk.store(case, (msgspec.structs.replace(new, body=body),))
            self.written += 1
        self.desk_pushes()

    def desk_pushes(self) -> None:
        if self.stream is not None:
            news = self.desk.news(self.at_desk)
            self.stream += news
            self.at_desk |= {e.case: e.seq for e in news}

    def errand_ends(self) -> None:
        if self.errands:
            self.carry_out(self.errands.pop(self.draw(len(self.errands))), self.draw(4))

    def carry_out(self, wish: talk.Wish, fate: int) -> None:
        """Fate 0: the request is lost; 1: the answer is lost; else it works."""
        match wish:
            case talk.Listen():
                if fate < 2:
                    self.happen(talk.ListenEnded(wish.attempt, talk.Trouble.OFFLINE, 0.5))
                else:
                    self.stream, self.attempt, self.at_desk = [], wish.attempt, dict(wish.cursor)
                    self.happen(talk.Hello(wish.attempt, self.desk.epoch))
                    self.desk_pushes()
            case talk.Poll():
                news = tuple(self.desk.news(dict(wish.cursor)))
                self.happen(
                    talk.ListenEnded(wish.attempt, talk.Trouble.OFFLINE, 0.5)
                    if fate < 2
                    else talk.Polled(wish.attempt, self.desk.epoch, news)
                )
            case talk.Say():
                self.say(self.outbox.batch(min(wish.limit, 3), wish.skip), fate)
            case talk.Fetch():
                page = self.desk.visible(wish.case, wish.after)[: 1 + self.draw(5)]
                last = len(self.desk.logs.get(wish.case, ()))
                self.happen(
                    talk.FetchFailed(wish.case, talk.Trouble.OFFLINE, 0.5)
                    if fate < 2
                    else talk.Fetched(self.desk.epoch, wish.case, wish.after, page, last)
                )
            case talk.SendFile():
                self.happen(talk.UploadIdle())

    def say(self, batch: tuple[CaseEvent, ...], fate: int) -> None:
        if not batch:
            self.happen(talk.NothingToSay())
            return
        case = batch[0].case
        seqs = self.desk.store(case, batch) if fate > 0 else {}
        self.desk_pushes()
        if fate < 2:
            self.happen(talk.PostFailed(case, tuple(e.id for e in batch), talk.Trouble.OFFLINE, 0.5))
        else:
            self.happen(talk.Posted(self.desk.epoch, case, "NUMBER", seqs))

    def stream_brings(self) -> None:
        """Mostly the next events; sometimes it skips some, doubles them or brings them in a wrong order."""
        if not self.stream:
            return
        count = 1 + self.draw(3)
        some, self.stream = self.stream[:count], self.stream[count:]
        fate = self.draw(5)
        if fate == 0:
            some = some[1:]
        elif fate == 1:
            some = some + some
        elif fate == 2:
            some = some[::-1]
        self.happen(talk.Heard(self.attempt, tuple(some)))

    def stream_is_cut(self) -> None:
        if self.stream is not None:
            self.stream = None
            self.happen(talk.ListenEnded(self.attempt, talk.Trouble.OFFLINE, 0.5))

    def time_goes(self) -> None:
        self.now += (0.1, 1.0, 12.0, 45.0)[self.draw(4)]
        self.happen(talk.Tick())

    def kiosk_dies(self) -> None:
        self.lives += 1
        self.wake_up()

    def desk_is_restored(self) -> None:
        """It comes back from a backup: the newest events are gone, there is a new epoch, every line is cut."""
        for case, log in self.desk.logs.items():
            self.desk.logs[case] = log[: self.draw(len(log) + 1)]
        self.desk.epoch = f"epoch-{int(self.desk.epoch[6:]) + 1}"
        lost, self.errands = self.errands, []
        self.stream_is_cut()
        for wish in lost:
            self.carry_out(wish, 0)

    def rests(self) -> bool:
        """Nothing waits, and the only thing under way is to listen for what is not there."""
        if self.state.behind or self.state.say.busy or self.outbox.waiting() or self.stream:
            return False
        polls = [e for e in self.errands if isinstance(e, talk.Poll)]
        same = self.state.epoch in (None, self.desk.epoch)  # else the poll ends by itself and tells
        quiet = same and len(polls) == 1 and not self.desk.news(dict(polls[0].cursor))
        listens = self.stream is not None or quiet
        return listens and len(self.errands) == len(polls)

    def heal(self) -> None:
        """From now on everything works; ends when nobody has anything left to do."""
        for _ in range(3000):
            if self.errands and not self.rests():
                self.carry_out(self.errands.pop(0), 3)
            elif self.stream:
                some, self.stream = self.stream, []
                self.happen(talk.Heard(self.attempt, tuple(some)))
            elif self.rests():
                return
            else:
                self.now += 5.0
                self.happen(talk.Tick())
        pytest.fail(f"never came to rest: {self.state}")


FATES = (
    World.kiosk_speaks, World.kiosk_speaks, World.expert_speaks, World.expert_speaks, World.errand_ends,
    World.errand_ends, World.errand_ends, World.stream_brings, World.stream_brings, World.stream_is_cut,
    World.time_goes, World.kiosk_dies,
)  # fmt: skip
