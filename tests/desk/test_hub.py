"""News reach who listens, and nobody after they left; who falls behind is told to read, and nothing is lost between."""

from __future__ import annotations

import asyncio

from kiosk.desk.hub import EXPERTS, MOST_ROWS, MOST_WORDS, Hub
from kiosk.desk.posts import Row


def row(seq: int) -> Row:
    return Row("c1", seq, f"event-{seq:04d}", "message", "k1", 0.0, b"{}")


def test_a_change_wakes_the_case_the_kiosk_and_the_experts():
    async def act() -> list[bool]:
        hub = Hub()
        topics = ("case:c1", "kiosk:k1", EXPERTS, "case:c2", "kiosk:k2")
        woken = []
        for topic in topics:
            with hub.listen(topic) as listener:
                hub.changed("c1", "k1")
                woken.append(await listener.wait(0.05))
        assert hub.open == 0
        assert not hub.listens()
        return woken

    assert asyncio.run(act()) == [True, True, True, False, False]


def test_what_was_stored_here_is_handed_on_as_it_is_and_other_processes_are_told():
    async def act() -> None:
        hub, told = Hub(), []
        hub.outward = lambda case, kiosk, last: told.append((case, kiosk, last))
        with hub.listen("case:c1") as case, hub.listen("kiosk:k1") as kiosk, hub.listen(EXPERTS) as experts:
            for seq in (1, 2):
                hub.stored("c1", "k1", [row(seq)])
            hub.stored_in("c1", "k1", 2)
            for listener in (case, kiosk):
                news = await listener.news()
                assert ([r.seq for r in news.rows], news.hint) == ([1, 2], False)
            assert (await experts.news()).cases == {"c1"}
        assert told == [("c1", "k1", 2)]

    asyncio.run(act())


def test_who_falls_behind_reads_the_database():
    async def act() -> None:
        hub = Hub()
        with hub.listen("case:c1") as listener:
            for seq in range(MOST_ROWS + 5):
                hub.stored("c1", "k1", [row(seq)])
            assert (await listener.news()).hint

    asyncio.run(act())


def test_a_change_between_two_waits_is_not_lost():
    async def act() -> bool:
        hub = Hub()
        with hub.listen("case:c1") as listener:
            hub.changed("c1", "k1")
            await listener.wait(1)
            hub.changed("c1", "k1")
            return await listener.wait(0.05)

    assert asyncio.run(act())


def test_one_timer_beats_for_all():
    async def act() -> None:
        hub = Hub(heartbeat=0.05)
        with hub.listen("kiosk:k1") as first, hub.listen("kiosk:k2") as second:
            assert (await first.news()).beat
            assert (await second.news()).beat
            assert not await first.wait(0.12), "a beat is no news"

    asyncio.run(act())


def test_streams_whose_line_is_dead_are_not_counted():
    async def act() -> None:
        hub = Hub()
        with hub.listen("kiosk:k1", lambda: False), hub.listen("kiosk:k1", lambda: True), hub.listen("kiosk:k1"):
            assert hub.count("kiosk:k1") == 2

    asyncio.run(act())


def test_passing_words_are_bounded_and_drain_wakes_everybody():
    async def act() -> None:
        hub = Hub()
        with hub.listen("case:c1") as listener:
            for _ in range(500):
                hub.pass_on("case:c1", b"{}")
            assert len((await listener.news()).words) == MOST_WORDS
            hub.drain()
            assert await listener.wait(1)
            assert hub.draining

    asyncio.run(act())
