"""Who may come in: stores, enrolment codes, kiosks, experts and their sessions; secrets are kept as hashes only."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import time
from enum import StrEnum
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from msgspec import Struct

from kiosk.desk import queries
from kiosk.desk.database import Database
from kiosk.desk.posts import new_id
from kiosk.desk.tables import codes, kiosks, people, sessions, stores
from kiosk.errors import Rejected, Usage
from kiosk.model.case import Enrol, Enrolled, Side
from kiosk.model.ids import CROCKFORD

_hasher = PasswordHasher()
SHORTEST_PASSWORD = 10


class Role(StrEnum):
    STORE = "store"
    EXPERT = "expert"
    SECURITY = "security"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"


SEES_CASES = frozenset({Role.EXPERT, Role.SECURITY, Role.LEAD, Role.ADMINISTRATOR})
SEES_TRACE = SEES_CASES
RELEASES = frozenset({Role.SECURITY, Role.LEAD, Role.ADMINISTRATOR})


class Principal(Struct, frozen=True):
    """Who is behind a request; `session` is the hash of the session if it came by cookie."""

    side: Side
    id: str
    name: str
    role: Role = Role.STORE
    tier: int = 0
    store: str = ""
    session: str = ""

    @property
    def sees_cases(self) -> bool:
        return self.side is Side.EXPERT and self.role in SEES_CASES


@cache
def _nobody() -> str:
    """A hash for names that do not exist, so that they cost as much time as a wrong password."""
    return _hasher.hash(secrets.token_urlsafe(24))


def digest(secret: str) -> str:
    """Hash of a random secret; random ones of 160 bits and more need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def add_store(database: Database, id: str, name: str) -> None:
    async with database.writing() as connection:
        if await connection.scalar(sa.select(stores.c.id).where(stores.c.id == id)):
            raise Usage(f"There is a store {id} already.", "Choose another id.")
        await connection.execute(stores.insert(), {"id": id, "name": name})


async def make_code(database: Database, store: str) -> str:
    """An enrolment code of 12 characters, shown once; only its hash is kept."""
    code = "".join(secrets.choice(CROCKFORD) for _ in range(12))
    async with database.writing() as connection:
        if not await connection.scalar(sa.select(stores.c.id).where(stores.c.id == store)):
            raise Usage(f"There is no store {store}.", f"Add it with `kiosk desk store add {store} NAME`.")
        await connection.execute(codes.insert(), {"hash": digest(code), "store": store, "made": time.time()})
    return "-".join(code[i : i + 4] for i in (0, 4, 8))


def plain_code(typed: str) -> str:
    """A code as typed, read as Crockford base32: case, spaces, dashes and look-alikes do not matter."""
    kept = "".join(ch for ch in typed.upper() if ch.isalnum())
    return kept.translate(str.maketrans("OIL", "011"))


async def enrol(database: Database, wish: Enrol, lives: float) -> Enrolled:
    """Trade a code for a token. Raises `Rejected` without saying what is wrong with the code."""
    now = time.time()
    hashed = digest(plain_code(wish.code))
    async with database.writing() as connection:
        query = sa.select(codes.c.store, stores.c.name).join(stores, stores.c.id == codes.c.store)
        usable = (codes.c.hash == hashed, codes.c.used.is_(None), codes.c.made > now - lives)
        row = (await connection.execute(query.where(*usable))).first()
        if row is None:
            raise Rejected(
                "This code cannot be used.", "Ask the desk for a new one; a code works once, for 15 minutes."
            )
        await connection.execute(codes.update().where(codes.c.hash == hashed).values(used=now))
        enrolled = _new_kiosk(row.store, row.name, database.epoch)
        await connection.execute(kiosks.insert(), _kiosk_row(enrolled, wish, now))
    return enrolled


def _new_kiosk(store: str, store_name: str, epoch: str) -> Enrolled:
    return Enrolled(
        kiosk=new_id(),
        store=store,
        store_name=store_name,
        token=secrets.token_urlsafe(32),
        release_key=base64.b64encode(secrets.token_bytes(32)).decode(),
        epoch=epoch,
    )


def _kiosk_row(enrolled: Enrolled, wish: Enrol, now: float) -> dict[str, object]:
    return {
        "id": enrolled.kiosk,
        "store": enrolled.store,
        "name": wish.name,
        "token_hash": digest(enrolled.token),
        "public_key": wish.public_key,
        "release_key": enrolled.release_key,
        "version": wish.version,
        "enrolled": now,
        "barred": False,
    }


async def release_key(database: Database, kiosk: str) -> bytes | None:
    async with database.reading() as connection:
        key = await connection.scalar(sa.select(kiosks.c.release_key).where(kiosks.c.id == kiosk))
    return None if key is None else base64.b64decode(key)


async def by_hash(database: Database, hashed: str) -> Principal | None:
    """The kiosk or the expert whose bearer token has this hash."""
    found = await database.fetch(queries.HOLDER, hashed, hashed)
    if not found:
        return None
    side, id, name, more, tier = found[0]
    if side == Side.STORE:
        return Principal(Side.STORE, id, name, store=more)
    return Principal(Side.EXPERT, id, name, Role(more), tier)


async def add_person(database: Database, name: str, role: Role, tier: int, password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Usage(f"A password has at least {SHORTEST_PASSWORD} characters.", "Choose a longer one.")
    hashed = await asyncio.to_thread(_hasher.hash, password)
    row = {"id": new_id(), "name": name, "role": role, "tier": tier, "password": hashed, "active": True}
    async with database.writing() as connection:
        if await connection.scalar(sa.select(people.c.id).where(people.c.name == name)):
            raise Usage(f"There is a person called {name} already.", "Choose another name.")
        await connection.execute(people.insert(), row)


async def make_token(database: Database, name: str) -> str:
    """A new bearer token for a person; one made before stops working."""
    token = secrets.token_urlsafe(32)
    async with database.writing() as connection:
        change = people.update().where(people.c.name == name, people.c.active).values(token_hash=digest(token))
        if not (await connection.execute(change)).rowcount:
            raise Usage(
                f"There is no person called {name}.", f"Add one with `kiosk desk user add {name} --role expert`."
            )
    return token


def is_password(hashed: str | None, password: str) -> bool:
    """As slow for nobody's hash as for a right one."""
    try:
        return _hasher.verify(hashed or _nobody(), password)
    except (Argon2Error, InvalidHashError):
        return False


async def forget_code(database: Database, name: str) -> None:
    """The person sets up a new authenticator at the next sign-in; all sessions end."""
    async with database.writing() as connection:
        id = await connection.scalar(sa.select(people.c.id).where(people.c.name == name, people.c.active))
        if id is None:
            raise Usage(f"There is no person called {name}.", "Look how the name is written.")
        await connection.execute(people.update().where(people.c.id == id).values(totp=None, totp_step=0))
        await connection.execute(sessions.delete().where(sessions.c.person == id))


async def remove_person(database: Database, name: str) -> None:
    """Nobody comes in by this name any more: no session, no token; what they wrote stays."""
    async with database.writing() as connection:
        id = await connection.scalar(sa.select(people.c.id).where(people.c.name == name, people.c.active))
        if id is None:
            raise Usage(f"There is no person called {name}.", "Look how the name is written.")
        await connection.execute(people.update().where(people.c.id == id).values(active=False, token_hash=None))
        await connection.execute(sessions.delete().where(sessions.c.person == id))
