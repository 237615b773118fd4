"""Opens and migrates the desk's database; which kind it is, its address says."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sa

from kiosk.desk.database import LATEST, Database, Where
from kiosk.desk.tables import about
from kiosk.errors import DeskError


async def open_database(where: Where) -> Database:
    """Raises `DeskError` where the database is missing or of another shape than this version's."""
    if isinstance(where, Path):
        from kiosk.desk.sqlite import SqliteDatabase, shape

        found, epoch = shape(where)
        _must_fit(found, str(where))
        return SqliteDatabase(where, epoch)
    from kiosk.desk.postgres import PostgresDatabase, shown

    database = PostgresDatabase(where)
    try:
        found, database.epoch = await database.shape()
        _must_fit(found, shown(where))
    except BaseException:
        await database.close()
        raise
    return database


def _must_fit(found: str | None, where: str) -> None:
    if found is None:
        raise DeskError(f"There is no desk database at {where}.", "Run `kiosk desk migrate` first.")
    if found != LATEST:
        raise DeskError(f"The desk database is of shape {found}, not {LATEST}.", "Run `kiosk desk migrate` first.")


def migrate(where: Where, to: str = "head") -> None:
    """Bring the database to the latest shape, making it where there is none; a new one gets its epoch."""
    if isinstance(where, Path):
        from kiosk.desk.sqlite import migrating, shape

        if to != "head" or shape(where)[0] != LATEST:
            migrating(where, lambda connection: steer(connection, to))
        return
    from kiosk.desk.postgres import migrating as migrating_there

    with ThreadPoolExecutor(1) as beside:  # the caller's thread may have a loop of its own
        beside.submit(migrating_there, where, lambda connection: steer(connection, to)).result()


def steer(connection: sa.Connection, to: str) -> None:
    """Run Alembic up or down to a shape over a connection in a transaction."""
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    now = MigrationContext.configure(connection).get_current_revision()
    if to != "head" and (to == "base" or (now or "") > to):
        command.downgrade(config, to)
        return
    command.upgrade(config, to)
    if connection.scalar(sa.select(about.c.value).where(about.c.name == "epoch")) is None:
        connection.execute(about.insert(), [{"name": "epoch", "value": new_epoch()}])


def new_epoch() -> str:
    """What kiosks know a desk by; a restored one gets a new one, so that they send again what it lost."""
    return secrets.token_hex(8)
