"""Codes work once, for fifteen minutes, and cannot be guessed by trying."""

from __future__ import annotations

import base64

from kiosk.desk import people
from kiosk.desk.tables import codes, kiosks
from kiosk.desk.tables import people as persons


def test_a_code_works_once(desk):
    code = desk.do(lambda db: people.make_code(db, "s1"))
    first = desk.enrol(code.lower().replace("-", " "))
    assert first.status_code == 201
    told = first.json()
    assert (told["store"], told["store_name"]) == ("s1", "Bakery Street 12")
    assert len(base64.b64decode(told["release_key"])) == 32
    second = desk.enrol(code)
    assert second.status_code == 400
    assert second.json()["detail"] == desk.enrol("AAAA-AAAA-AAAA").json()["detail"]


def test_an_old_code_does_not_work(desk):
    code = desk.do(lambda db: people.make_code(db, "s1"))

    async def age(db):
        async with db.writing() as connection:
            await connection.execute(codes.update().values(made=codes.c.made - 15 * 60 - 1))

    desk.do(age)
    assert desk.enrol(code).status_code == 400


def test_secrets_are_kept_as_hashes_only(desk, kiosk, anna):
    async def everything(db):
        async with db.reading() as connection:
            return [str(row) for table in (codes, kiosks, persons) for row in await connection.execute(table.select())]

    rows = "\n".join(desk.do(everything))
    for secret in (kiosk.enrolled["token"], anna["Authorization"].split()[1], "correct horse battery"):
        assert secret not in rows
    assert "$argon2id$" in rows


def test_guessing_is_stopped(desk):
    answers = [desk.enrol(f"WRONG-CODE-{n:04d}").status_code for n in range(12)]
    assert answers[-1] == 429
