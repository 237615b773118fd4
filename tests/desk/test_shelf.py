"""A folder and a bucket keep files alike; parts in a bucket go on at any node, and a server that is gone is told."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from kiosk.desk.database import Away
from kiosk.desk.shelf import Shelf, matches, shelf

FIRST, SECOND = b"first of two " * 500, b"and the rest " * 700
PROMISED = hashlib.sha256(FIRST + SECOND).hexdigest()
ID = "0123456789abcdef"


@pytest.fixture(params=["folder", "bucket"])
def nodes(request, tmp_path, monkeypatch):
    """Two nodes that share a store: the same folder, or one bucket with a folder each."""
    if request.param == "folder":
        return shelf("", tmp_path / "files"), shelf("", tmp_path / "files")
    s3 = request.getfixturevalue("s3")
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    url = f"{s3.bucket()}/desk"
    return shelf(url, tmp_path / "one"), shelf(url, tmp_path / "two")


async def append(node: Shelf, data: bytes) -> int:
    offset = await node.offset(ID)
    with node.spool(ID).open("ab") as file:
        file.write(data)
    await node.keep(ID, offset)
    return await node.offset(ID)


def test_one_node_begins_another_ends_and_both_read(nodes, tmp_path):
    async def act() -> None:
        one, two = nodes
        await one.make(ID)
        assert await one.offset(ID) == 0
        assert await append(one, FIRST) == len(FIRST)
        assert await two.offset(ID) == len(FIRST)
        assert not await two.prove(ID, PROMISED), "half of it is not what was promised"
        assert await append(two, SECOND) == len(FIRST + SECOND)
        assert await two.prove(ID, PROMISED)
        for node in nodes:
            assert (await node.local(ID)).read_bytes() == FIRST + SECOND
        await one.discard(ID)
        await two.discard(ID)
        with pytest.raises(FileNotFoundError):
            (await one.local(ID)).read_bytes()

    asyncio.run(act())


def test_a_file_of_a_backup_is_taken_in(nodes, tmp_path):
    async def act() -> None:
        (tmp_path / "copy").write_bytes(FIRST)
        await nodes[0].take(ID, tmp_path / "copy")
        assert (await nodes[1].local(ID)).read_bytes() == FIRST

    asyncio.run(act())


def test_a_bucket_that_does_not_answer_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setattr("kiosk.desk.shelf.RETRIES", 0)
    with pytest.raises(Away, match="store of files does not answer"):
        asyncio.run(shelf("s3://nobody", tmp_path / "files").offset(ID))


def test_a_hash_in_letters_or_hexadecimal(tmp_path):
    (tmp_path / "x").write_bytes(FIRST + SECOND)
    assert matches(tmp_path / "x", PROMISED.upper())
    assert not matches(tmp_path / "x", "0" * 64)
