"""Sessions of experts: begun by password or OpenID provider, finished by a code, ended by time, hand or removal."""

from __future__ import annotations

import asyncio
import secrets
import time
from enum import StrEnum

import sqlalchemy as sa
from msgspec import Struct

from kiosk.desk import queries, second_factor
from kiosk.desk.database import Database
from kiosk.desk.openid import Arrival
from kiosk.desk.options import Limits
from kiosk.desk.people import Principal, Role, digest, is_password
from kiosk.desk.posts import new_id
from kiosk.desk.secret import Secret
from kiosk.desk.tables import people, sessions
from kiosk.errors import Rejected
from kiosk.model.case import Side

HALF_LIVES = 600.0  # seconds that a session may wait for its code


class Stage(StrEnum):
    """How far a sign-in has come."""

    IN = "in"
    CODE = "code"
    SET_UP = "set_up"


class Half(Struct, frozen=True):
    """A right password that still lacks its code; `totp` is sealed."""

    stage: Stage
    session: str
    person: str
    name: str
    totp: str | None


async def sign_in(database: Database, name: str, password: str, *, second: bool) -> tuple[str, Stage] | None:
    """A new session's token and stage, None where name or password are wrong; both take the same time.

    `second` asks people without an authenticator to set one up; who has one is always asked for its code.
    """
    async with database.reading() as connection:
        query = sa.select(people.c.id, people.c.password, people.c.totp).where(people.c.name == name, people.c.active)
        row = (await connection.execute(query)).first()
    right = await asyncio.to_thread(is_password, None if row is None else row.password, password)
    if row is None or not right:
        return None
    stage = Stage.CODE if row.totp else Stage.SET_UP if second else Stage.IN
    return await _begin(database, row.id, stage), stage


async def _begin(database: Database, person: str, stage: Stage, refresh: str | None = None) -> str:
    token, now = secrets.token_urlsafe(32), time.time()
    row = {"hash": digest(token), "person": person, "began": now, "seen": now, "stage": stage}
    async with database.writing() as connection:
        await connection.execute(sessions.insert(), row | {"refresh": refresh, "asked": now})
    return token


async def half(database: Database, token: str) -> Half | None:
    """The sign-in that waits for a code, if it does not wait too long."""
    hashed = digest(token)
    query = sa.select(people, sessions.c.stage).join(sessions, sessions.c.person == people.c.id)
    waiting = (sessions.c.hash == hashed, sessions.c.stage != Stage.IN, sessions.c.began > time.time() - HALF_LIVES)
    async with database.reading() as connection:
        row = (await connection.execute(query.where(*waiting, people.c.active))).first()
    return None if row is None else Half(Stage(row.stage), hashed, row.id, row.name, row.totp)


async def finish(database: Database, waiting: Half, secret: str, code: str, sealed: str | None = None) -> str | None:
    """A whole session's token for a right code, once; `sealed` keeps a new authenticator. None for a wrong code."""
    async with database.writing() as connection:
        last = await connection.scalar(sa.select(people.c.totp_step).where(people.c.id == waiting.person))
        step = second_factor.accepted(secret, code, last or 0)
        if step is None:
            return None
        kept = {"totp_step": step} | ({} if sealed is None else {"totp": sealed})
        newer = (people.c.id == waiting.person, people.c.totp_step < step)
        if not (await connection.execute(people.update().where(*newer).values(**kept))).rowcount:
            return None
        await connection.execute(sessions.delete().where(sessions.c.hash == waiting.session))
    return await _begin(database, waiting.person, Stage.IN)


async def arrive(database: Database, issuer: str, arrival: Arrival, secret: Secret) -> str:
    """A session for who comes from the provider; a new person is added. Raises `Rejected` for one removed here."""
    subject = f"{issuer} {arrival.subject}"
    async with database.writing() as connection:
        row = (await connection.execute(sa.select(people).where(people.c.subject == subject))).first()
        if row is not None and not row.active:
            raise Rejected("You may not come in here any more.", "Ask the desk's administrator.")
        if row is None:
            taken = await connection.scalar(sa.select(people.c.id).where(people.c.name == arrival.name))
            name = f"{arrival.name} ({arrival.subject})" if taken else arrival.name
            new = {"id": new_id(), "name": name, "tier": 1, "password": "", "active": True, "subject": subject}
            await connection.execute(people.insert(), new | {"role": arrival.role})
            person = str(new["id"])
        else:
            person = row.id
            await connection.execute(people.update().where(people.c.id == person).values(role=arrival.role))
    return await _begin(database, person, Stage.IN, arrival.refresh and secret.seal(arrival.refresh))


class Found(Struct, frozen=True):
    """Who a session belongs to; `refresh` is sealed, `asked` when the provider last said yes."""

    who: Principal
    refresh: str | None
    asked: float


async def by_session(database: Database, token: str, limits: Limits, *, used: bool = True) -> Found | None:
    """A whole session that is neither too old nor too long unused; `used` if this is a use of it."""
    hashed, now = digest(token), time.time()
    since = (now - limits.session_lives, now - limits.session_idle)
    rows = await database.fetch(queries.SESSION, hashed, *since)
    if not rows:
        return None
    id, name, role, tier, seen, refresh, asked = rows[0]
    if used and seen < now - 60:
        async with database.writing() as connection:
            await connection.execute(sessions.update().where(sessions.c.hash == hashed).values(seen=now))
    return Found(Principal(Side.EXPERT, id, name, Role(role), tier, session=hashed), refresh, asked)


async def confirmed(database: Database, found: Found, arrival: Arrival, secret: Secret) -> None:
    """The provider said yes once more; the role is what it says now."""
    sealed = arrival.refresh and secret.seal(arrival.refresh)
    async with database.writing() as connection:
        change = sessions.update().where(sessions.c.hash == found.who.session)
        await connection.execute(change.values(asked=time.time(), refresh=sealed))
        if arrival.role != found.who.role:
            await connection.execute(people.update().where(people.c.id == found.who.id).values(role=arrival.role))


async def end(database: Database, session: str) -> None:
    """Sign out; `session` is the hash of the session."""
    async with database.writing() as connection:
        await connection.execute(sessions.delete().where(sessions.c.hash == session))
