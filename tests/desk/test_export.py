"""A store's file holds all of it and nothing of another's, each part with its hash; no other file is touched."""

from __future__ import annotations

import hashlib
import json
import stat
from zipfile import ZipFile

import pytest
import sqlalchemy as sa

from kiosk.desk import people
from kiosk.desk.export import export_store
from kiosk.desk.tables import audit
from kiosk.errors import DeskError
from kiosk.model.case import Enrol
from tests.desk.world import PLAIN, World


async def other_store(world: World) -> None:
    """From now on the world speaks for a kiosk of another store."""
    await people.add_store(world.database, "s2", "Butcher")
    code = await people.make_code(world.database, "s2")
    world.kiosk = (await people.enrol(world.database, Enrol(code, "Other PC", "cA=="), 900.0)).kiosk


def test_everything_of_one_store_and_nothing_of_another(live, tmp_path):
    async def act(world: World) -> None:
        await world.case("case-0001", 3)
        await world.case("case-0002", 1, resolved=False)
        mine = world.kiosk
        await other_store(world)
        await world.case("case-0003", 1)
        to = tmp_path / "s1.zip"
        done = await export_store(world.database, world.store, "s1", to, "ada")
        assert (done.cases, done.events, done.files) == (2, 5, 2)
        assert stat.S_IMODE(to.stat().st_mode) == 0o600
        with ZipFile(to) as file:
            said = {name: file.read(name) for name in file.namelist()}
        listed = {m["name"]: m for m in json.loads(said["manifest.json"])["members"]}
        assert said.keys() - {"manifest.json"} == listed.keys()
        assert {name for name in said if name.startswith("cases/")} == {
            "cases/case-0001.jsonl",
            "cases/case-0002.jsonl",
        }
        for name, member in listed.items():
            assert (member["size"], member["sha256"]) == (len(said[name]), hashlib.sha256(said[name]).hexdigest())
        told = [json.loads(line) for line in said["cases/case-0001.jsonl"].splitlines()]
        assert [event["seq"] for event in told] == [1, 2, 3]
        assert [said[n] for n in said if n.startswith("files/")] == [PLAIN, PLAIN]
        assert {m["case"] for m in listed.values() if m["name"].startswith("files/")} == {"case-0001", "case-0002"}
        store = json.loads(said["store.json"])
        assert (store["name"], [kiosk["id"] for kiosk in store["kiosks"]]) == ("Bakery", [mine])
        assert not {"token_hash", "release_key"} & store["kiosks"][0].keys()
        async with world.database.reading() as connection:
            about = await connection.scalar(sa.select(audit.c.about).where(audit.c.what == "store exported"))
        assert about == "s1: 2 cases, 5 events, 2 files"

    live(act)


def test_a_file_that_is_there_stays_and_an_unknown_store_is_said(live, tmp_path):
    async def act(world: World) -> None:
        to = tmp_path / "s1.zip"
        to.write_bytes(b"precious")
        with pytest.raises(DeskError, match="already"):
            await export_store(world.database, world.store, "s1", to, "ada")
        assert to.read_bytes() == b"precious"
        with pytest.raises(DeskError, match="no store s9"):
            await export_store(world.database, world.store, "s9", tmp_path / "s9.zip", "ada")
        with pytest.raises(DeskError, match="broke off"):
            await export_store(world.database, world.store, "s1", tmp_path / "nowhere" / "s1.zip", "ada")

    live(act)


def test_one_that_breaks_off_leaves_nothing_behind(live, tmp_path):
    async def act(world: World) -> None:
        await world.case("case-0001", 3)
        for path in world.options.files.iterdir():
            path.unlink()
        with pytest.raises(DeskError, match="broke off"):
            await export_store(world.database, world.store, "s1", tmp_path / "s1.zip", "ada")
        assert not list(tmp_path.glob("s1.zip*"))

    live(act)
