"""Files on disk: hashes prove them, time removes what was never finished."""

from __future__ import annotations

import hashlib
from pathlib import Path

from kiosk.desk.shelf import shelf
from kiosk.desk.uploads import Files


def at(desk, id: str) -> Path:
    return desk.options.files / id


def test_unfinished_files_go_when_their_time_is_over(desk):
    async def act(db):
        files = Files(shelf("", desk.options.files), db, lives=-1.0)
        old = await files.create("k1", "case-0001", "b", "x" * 64, 10)
        assert await files.find(old.id) is None
        fresh = await Files(shelf("", desk.options.files), db, lives=60.0).create("k1", "case-0001", "b", "x" * 64, 10)
        return await files.sweep(), at(desk, old.id).exists(), at(desk, fresh.id).exists()

    assert desk.do(act) == (1, False, True)


def test_a_finished_file_belongs_to_its_case_and_owner(desk):
    async def act(db):
        files = Files(shelf("", desk.options.files), db, lives=60.0)
        upload = await files.create("k1", "case-0007", "b", hashlib.sha256(b"abc").hexdigest().upper(), 3)
        assert at(desk, upload.id).stat().st_mode & 0o777 == 0o600
        at(desk, upload.id).write_bytes(b"abc")
        assert await files.of_case("case-0007", "k1") == []
        assert await files.finish(upload)
        return [len(await files.of_case("case-0007", owner)) for owner in ("k1", "k2")]

    assert desk.do(act) == [1, 0]
