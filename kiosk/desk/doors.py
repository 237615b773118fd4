"""Knows who holds a token without asking the database each time; a kiosk that was barred is out within seconds."""

from __future__ import annotations

import time
from collections.abc import Callable

from kiosk.desk import people, queries
from kiosk.desk.database import Away, Database
from kiosk.desk.people import Principal
from kiosk.model.case import Side

MOST = 50_000


class Doors:
    """Remembers kiosks; people are looked up at every request."""

    def __init__(self, database: Database, recheck: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._recheck = recheck
        self._clock = clock
        self._kiosks: dict[str, Principal] = {}
        self._barred: frozenset[str] = frozenset()
        self._asked = -recheck

    async def holder(self, token: str) -> Principal | None:
        """The kiosk or the expert that a bearer token belongs to."""
        hashed = people.digest(token)
        who = self._kiosks.get(hashed)
        if who is not None:
            return who if await self.stays(who) else None
        who = await people.by_hash(self._database, hashed)
        if who is not None and who.side is Side.STORE:
            if len(self._kiosks) >= MOST:
                self._kiosks.pop(next(iter(self._kiosks)))
            self._kiosks[hashed] = who
        return who

    async def stays(self, kiosk: Principal) -> bool:
        """Whether a kiosk that was known may still come in."""
        if self._clock() >= self._asked + self._recheck:
            self._asked = self._clock()
            await self._ask()
        return kiosk.id not in self._barred

    async def _ask(self) -> None:
        try:
            barred = await self._database.fetch(queries.BARRED)
        except Away:
            return  # nothing can be stored or read without the database anyway
        self._barred = frozenset(row[0] for row in barred)
        gone = [hashed for hashed, who in self._kiosks.items() if who.id in self._barred]
        for hashed in gone:
            del self._kiosks[hashed]
