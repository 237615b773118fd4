"""Once a day one of all workers removes what is too old; a day that failed is begun again, and the service goes on."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from kiosk.desk import daily
from kiosk.desk.database import Away
from kiosk.desk.log import load_head
from kiosk.desk.options import Rules
from kiosk.desk.retention import DAY
from tests.desk.world import NOW, World

RULES = Rules(cases=365)


def test_the_first_worker_of_a_day_does_it_and_the_next_day_comes(live):
    async def act(world: World) -> None:
        await world.case("case-0001", 400)
        with capture_logs() as said:
            both = [daily.retire_today(world.database, world.store, RULES, NOW) for _ in range(2)]
            assert sorted(await asyncio.gather(*both)) == [False, True]
        assert [(one["event"], one["cases"], one["left"]) for one in said] == [("retention", 1, 0)]
        assert await load_head(world.database, "case-0001") is None
        await world.case("case-0002", 400)
        assert not await daily.retire_today(world.database, world.store, RULES, NOW + 60)
        assert await daily.retire_today(world.database, world.store, RULES, NOW + DAY)
        assert await load_head(world.database, "case-0002") is None

    live(act)


def test_a_day_that_failed_is_begun_again_at_the_next_look(live, monkeypatch):
    async def act(world: World) -> None:
        await world.case("case-0001", 400)
        right, done = daily.retire, asyncio.Event()

        async def away_once(*said):
            monkeypatch.setattr(daily, "retire", then)
            raise Away("The database does not answer.")

        async def then(*said):
            removed = await right(*said)
            done.set()
            return removed

        monkeypatch.setattr(daily, "retire", away_once)
        with capture_logs() as said:
            task = asyncio.create_task(daily.retire_daily(world.database, world.store, RULES, lambda: NOW, 0.01))
            async with asyncio.timeout(20):
                await done.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert (said[0]["event"], said[0]["log_level"]) == ("retention", "warning")
        assert said[0]["trouble"].startswith("The database does not answer.")
        assert await load_head(world.database, "case-0001") is None

    live(act)
