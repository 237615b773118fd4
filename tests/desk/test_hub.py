"""Hints reach who listens, and nobody after they left."""

from __future__ import annotations

import asyncio

from kiosk.desk.hub import EXPERTS, Hub


def test_a_change_wakes_the_case_the_kiosk_and_the_experts():
    async def act() -> list[bool]:
        hub = Hub()
        topics = ("case:c1", "kiosk:k1", EXPERTS, "case:c2", "kiosk:k2")
        woken = []
        for topic in topics:
            with hub.listen(topic) as listener:
                hub.changed("c1", "k1")
                woken.append(await listener.wait(0.05))
                assert listener.taken() == ({"c1"} if woken[-1] else set())
        assert hub.open == 0
        return woken

    assert asyncio.run(act()) == [True, True, True, False, False]


def test_a_change_between_two_waits_is_not_lost():
    async def act() -> bool:
        hub = Hub()
        with hub.listen("case:c1") as listener:
            hub.changed("c1", "k1")
            await listener.wait(1)
            hub.changed("c1", "k1")
            return await listener.wait(0.05)

    assert asyncio.run(act())


def test_passing_words_are_bounded_and_drain_wakes_everybody():
    async def act() -> None:
        hub = Hub()
        with hub.listen("case:c1") as listener:
            for _ in range(500):
                hub.pass_on("case:c1", b"{}")
            assert len(listener.passed()) == 100
            await listener.wait(1)
            hub.drain()
            assert await listener.wait(1)
            assert hub.draining

    asyncio.run(act())
