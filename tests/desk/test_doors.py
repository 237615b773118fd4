"""Kiosks are remembered, barred ones are out soon, and a database that is away shuts nobody out."""

from __future__ import annotations

import asyncio

from kiosk.desk.database import Away
from kiosk.desk.doors import Doors
from kiosk.desk.queries import BARRED, HOLDER


class Rows:
    """A database of one kiosk and one person that counts what it was asked."""

    def __init__(self) -> None:
        self.barred: list[tuple[str]] = []
        self.away = False
        self.asked: list[object] = []

    async def fetch(self, query, *values):
        self.asked.append(query)
        if self.away:
            raise Away("The database does not answer.")
        if query is BARRED:
            return self.barred
        from kiosk.desk.people import digest

        known = {digest("k"): ("store", "k1", "Till", "s1", 0), digest("p"): ("expert", "p1", "anna", "lead", 2)}
        return [known[values[0]]] if values[0] in known else []


def test_a_kiosk_is_looked_up_once_a_person_each_time_and_nobody_is_not_remembered():
    async def act() -> None:
        rows = Rows()
        doors = Doors(rows, 10.0)  # type: ignore[arg-type]
        for token in ("k", "k", "p", "p", "x", "x"):
            who = await doors.holder(token)
            assert (None if who is None else who.id) == {"k": "k1", "p": "p1", "x": None}[token]
        assert rows.asked.count(HOLDER) == 5

    asyncio.run(act())


def test_a_barred_kiosk_is_out_after_the_next_look():
    async def act() -> None:
        rows, now = Rows(), [0.0]
        doors = Doors(rows, 10.0, lambda: now[0])  # type: ignore[arg-type]
        assert await doors.holder("k") is not None
        assert await doors.holder("k") is not None
        rows.barred = [("k1",)]
        now[0] = 11.0
        assert await doors.holder("k") is None

    asyncio.run(act())


def test_while_the_database_is_away_known_kiosks_are_not_called_strangers():
    async def act() -> None:
        rows, now = Rows(), [0.0]
        doors = Doors(rows, 10.0, lambda: now[0])  # type: ignore[arg-type]
        assert await doors.holder("k") is not None
        rows.away, now[0] = True, 11.0
        assert await doors.holder("k") is not None

    asyncio.run(act())
