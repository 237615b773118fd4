"""Whole cases go when they are old or a store is erased; nothing else does, and the audit log says what went."""

from __future__ import annotations

import sqlalchemy as sa

from kiosk.desk import audit, care, retention
from kiosk.desk.log import load_head
from kiosk.desk.opening import open_database
from kiosk.desk.options import Options
from kiosk.desk.retention import Rules
from kiosk.desk.secret import open_secret
from kiosk.desk.tables import audit as audit_rows
from kiosk.desk.tables import codes, events, files, kiosks
from tests.desk.world import NOW, PLAIN, World


def test_old_resolved_cases_go_with_all_they_had_and_younger_or_open_ones_stay(live):
    async def act(world: World) -> None:
        await world.case("case-old1", 400)
        await world.case("case-old2", 366)
        await world.case("case-open", 400, resolved=False)
        await world.case("case-young", 10)
        done = await retention.retire(world.database, world.store, Rules(cases=365), NOW)
        assert (done.cases, done.events, done.files, done.left) == (2, 6, 2, 0)
        assert [await load_head(world.database, c) is None for c in ("case-old1", "case-open", "case-young")] == [
            True, False, False,
        ]  # fmt: skip
        assert (await world.count(events), await world.count(files), world.on_disk()) == (5, 2, 2)
        async with world.database.reading() as connection:
            told = await connection.scalar(sa.select(audit_rows.c.about).where(audit_rows.c.what == "cases removed"))
        assert told is not None
        assert told.startswith("2 cases, 6 events, 2 files; sha256 of their ids ")
        assert (await audit.verify(world.database))[1] is None
        assert await care.rebuild(world.database) == (2, 0)

    live(act)


def test_files_go_earlier_than_what_was_said_and_used_codes_go_too(live):
    async def act(world: World) -> None:
        await world.case("case-0001", 40)
        await world.case("case-0002", 10)
        done = await retention.retire(world.database, world.store, Rules(files=30), NOW)
        assert (done.cases, done.files, world.on_disk()) == (0, 1, 1)
        async with world.database.reading() as connection:
            told = await connection.scalar(sa.select(audit_rows.c.about).where(audit_rows.c.what == "files removed"))
        assert told is not None
        assert told.startswith("1 files; sha256 of their ids ")
        assert await world.count(codes) == 0, "made long before NOW"

    live(act)


def test_an_erased_store_has_no_cases_and_no_kiosk_that_comes_in(live):
    async def act(world: World) -> None:
        await world.case("case-0001", 1, resolved=False)
        await world.case("case-0002", 1)
        done = await retention.erase_store(world.database, world.store, "s1", "ada")
        assert (done.cases, done.events, world.on_disk()) == (2, 5, 0)
        assert await world.count(events) == 0
        async with world.database.reading() as connection:
            assert [tuple(r) for r in await connection.execute(sa.select(kiosks.c.barred, kiosks.c.name))] == [
                (True, "erased")
            ]

    live(act)


def test_a_backup_restored_into_a_new_database_is_the_same_desk_with_a_new_epoch(live, where, tmp_path, request):
    async def act(world: World) -> None:
        await world.case("case-0001", 1)
        await world.case("case-0002", 2, resolved=False)
        await audit.note(world.database, "ada", "looked")
        sealed = open_secret(world.options.data).seal("of an authenticator")
        assert await care.backup(world.database, world.options, tmp_path / "copy") == 2
        fresh = request.getfixturevalue("postgres").database() if isinstance(where, str) else ""
        second = Options(tmp_path / "second", database_url=fresh)
        assert await care.restore(second, tmp_path / "copy") == (5, 2)
        assert open_secret(second.data).open(sealed) == "of an authenticator"
        again = await open_database(second.database)
        copy = await open_database(tmp_path / "copy" / "desk.sqlite3")
        try:
            for case in ("case-0001", "case-0002"):
                assert await load_head(again, case) == await load_head(world.database, case)
            assert len({again.epoch, copy.epoch, world.database.epoch}) == 3
            assert await audit.verify(again) == (1, None)
            assert await care.rebuild(again) == (2, 0)
            assert sorted(p.read_bytes() for p in second.files.iterdir()) == [PLAIN, PLAIN]
        finally:
            await again.close()
            await copy.close()

    live(act)
