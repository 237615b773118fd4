"""How long a session lasts, and what counts as a use of it; signing in itself is tested through the door."""

from __future__ import annotations

import time

import sqlalchemy as sa

from kiosk.desk import people, sessions
from kiosk.desk.options import Limits
from kiosk.desk.tables import sessions as rows

PASSWORD = "correct horse battery"  # of everybody that the console signs in


def test_listening_does_not_keep_a_session_alive(desk, console):
    expert = console()
    token = expert.session.cookies["desk"]

    async def seen(db, *, used: bool) -> float:
        async with db.writing() as connection:
            mine = rows.c.hash == people.digest(token)
            await connection.execute(rows.update().where(mine).values(seen=time.time() - 600))
        assert await sessions.by_session(db, token, Limits(), used=used) is not None
        async with db.reading() as connection:
            return time.time() - await connection.scalar(sa.select(rows.c.seen).where(mine))

    assert desk.do(lambda db: seen(db, used=False)) > 500
    assert desk.do(lambda db: seen(db, used=True)) < 100


async def aged(db, token: str, **ages: float):
    async with db.writing() as connection:
        mine = rows.c.hash == people.digest(token)
        values = {name: time.time() - seconds for name, seconds in ages.items()}
        await connection.execute(rows.update().where(mine).values(**values))
    return await sessions.by_session(db, token, Limits())


def test_a_session_ends_when_it_is_old_or_long_unused(desk, console):
    for ages, stays in (({"seen": 3500.0}, True), ({"seen": 3700.0}, False), ({"began": 8.1 * 3600}, False)):
        token = console().session.cookies["desk"]
        found = desk.do(lambda db, token=token, ages=ages: aged(db, token, **ages))
        assert (found is not None) is stays


def test_half_a_session_waits_ten_minutes(desk):
    desk.person("half")
    token, stage = desk.do(lambda db: sessions.sign_in(db, "half", PASSWORD, second=True))
    assert stage is sessions.Stage.SET_UP
    assert desk.do(lambda db: sessions.by_session(db, token, Limits())) is None
    assert desk.do(lambda db: sessions.half(db, token)).name == "half"
    assert desk.do(lambda db: aged(db, token, began=601.0)) is None
    assert desk.do(lambda db: sessions.half(db, token)) is None
