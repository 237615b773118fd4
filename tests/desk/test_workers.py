# ruff: noqa: S113 - the desk under test is on this machine
"""Workers and nodes of one desk on PostgreSQL, NATS and a bucket: one log, told everywhere, and a death is outlived."""

from __future__ import annotations

import contextlib
import os
import signal
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
import requests

from kiosk.desk.options import Options
from kiosk.desk.workers import must_be_possible
from kiosk.errors import DeskError
from tests.desk.api.test_files import create, patch


def test_workers_need_a_database_that_they_can_share(tmp_path):
    with pytest.raises(DeskError, match="SQLite"):
        must_be_possible(Options(tmp_path), 2)
    must_be_possible(Options(tmp_path), 1)


@pytest.fixture
def estate(postgres, nats, s3, tmp_path, monkeypatch, make_desk):
    """Two nodes, the first with two workers, on the same servers."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    shared = {
        "database": postgres.database(),
        "hints": f"nats://127.0.0.1:{nats.port}",
        "files": f"{s3.bucket()}/desk",
    }
    first, second = make_desk(tmp_path / "one", **shared), make_desk(tmp_path / "two", **shared)
    first.start(0, "--workers", "2")
    second.start()
    yield first, second
    for desk in (first, second):
        if desk.process is not None:
            desk.stop()


def workers(desk) -> list[psutil.Process]:
    return psutil.Process(desk.process.pid).children()


def test_many_writers_at_all_of_them_make_one_log_that_every_stream_tells(estate, make_stream):
    first, second = estate
    kiosk = first.kiosk()
    case = kiosk.open_case()
    streams = [
        make_stream(desk, f"/api/cases/{case}/events?after=1", kiosk.headers) for desk in (first, second, second)
    ]

    def write(writer: int) -> None:
        desk = (first, second)[writer % 2]
        for n in range(10):
            sent = kiosk.event(case, "message", words=f"{writer}.{n}")
            assert desk.put(case, sent, headers=kiosk.headers).status_code == 200

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    for stream in streams:
        assert [int(stream.next_event()["id"]) for _ in range(80)] == list(range(2, 82))

    one = workers(first)
    assert len(one) == 2
    os.kill(one[0].pid, signal.SIGKILL)
    said = kiosk.event(case, "message", words="still here")
    assert second.put(case, said, headers=kiosk.headers).json()["seqs"] == {said["id"]: 82}
    assert streams[1].next_event()["id"] == "82"
    first.stop()
    assert first.status == 0


def test_a_worker_that_is_killed_again_and_again_does_not_end_the_desk(postgres, nats, tmp_path, make_desk, eventually):
    desk = make_desk(tmp_path / "one", database=postgres.database(), hints=f"nats://127.0.0.1:{nats.port}")
    desk.start(0, "--workers", "2")

    def answers() -> bool:
        with contextlib.suppress(requests.RequestException):
            return desk.get("/healthz").ok
        return False

    for _ in range(2):
        before = workers(desk)
        for one in before:
            one.kill()
        eventually(lambda before=before: len(set(workers(desk)) - set(before)) == 2, within=60.0)
        eventually(
            answers, within=60.0
        )  # those that took their place must live on, with nobody left who waits for their word
    desk.stop()
    assert desk.status == 0


def test_a_file_begun_at_one_node_ends_at_the_other_and_a_removed_person_is_out_everywhere(estate):
    first, second = estate
    kiosk = first.kiosk()
    data = os.urandom(200_000)
    place = create(first, kiosk, data).headers["Location"]
    assert patch(first, kiosk, place, 0, data[:70_000]).status_code == 204
    where = requests.head(second.url + place, headers=kiosk.headers | {"Tus-Resumable": "1.0.0"})
    assert where.headers["Upload-Offset"] == "70000"
    assert patch(second, kiosk, place, 70_000, data[70_000:]).status_code == 204
    done = first.do(lambda db: _complete(db, place.rpartition("/")[2]))
    assert done
    anna = first.person("anna")
    assert second.get("/metrics", headers=anna).status_code == 200
    from kiosk.desk import people

    first.do(lambda db: people.remove_person(db, "anna"))
    assert second.get("/metrics", headers=anna).status_code == 401


async def _complete(database, id: str) -> bool:
    import sqlalchemy as sa

    from kiosk.desk.tables import files

    async with database.reading() as connection:
        return bool(await connection.scalar(sa.select(files.c.complete).where(files.c.id == id)))
