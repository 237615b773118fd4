"""Two processes of one desk: hints over NATS, looks where there are none, and NATS that goes and comes again."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from kiosk.desk import hints as hints_module
from kiosk.desk.database import Away
from kiosk.desk.hints import Hints
from kiosk.desk.hub import EXPERTS, Hub


class Heads:
    """A database that knows which cases changed."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, int]] = []
        self.away = False

    async def fetch(self, query, since):
        if self.away:
            raise Away("The database does not answer.")
        return self.rows


@asynccontextmanager
async def node(url: str, heads: Heads):
    hub = Hub()
    hints = Hints(url, hub, heads)  # type: ignore[arg-type]
    await hints.start()
    try:
        yield hub, hints
    finally:
        await hints.stop()


async def until_connected(*hints: Hints) -> None:
    async with asyncio.timeout(20):
        for one in hints:
            await one.heard.wait()


@pytest.fixture
def seldom(monkeypatch):
    """Looks so seldom that only hints can have told."""
    monkeypatch.setattr(hints_module, "ALONE", 600.0)
    monkeypatch.setattr(hints_module, "BESIDE", 600.0)


def test_a_hint_reaches_the_other_process_and_not_the_own(nats, seldom):
    async def act() -> None:
        url, heads = f"nats://127.0.0.1:{nats.port}", Heads()
        async with node(url, heads) as (one, first), node(url, heads) as (two, second):
            await until_connected(first, second)
            with one.listen("case:c1") as here, two.listen("case:c1") as there, two.listen("kiosk:k1") as its_kiosk:
                one.stored_in("c1", "k1", 3)
                for listener in (there, its_kiosk):
                    async with asyncio.timeout(10):
                        assert (await listener.news()).hint
                one.pass_on("case:c1", b'{"typing":true}')
                async with asyncio.timeout(10):
                    assert (await there.news()).words == [b'{"typing":true}']
                assert (await here.news()).words == [b'{"typing":true}'], "its own streams had it at once, and once"

    asyncio.run(act())


def test_without_nats_a_look_finds_what_changed_and_pokes_once(monkeypatch):
    monkeypatch.setattr(hints_module, "ALONE", 0.01)

    async def act() -> None:
        heads = Heads()
        async with node("", heads) as (hub, _):
            with hub.listen(EXPERTS) as listener:
                heads.rows = [("c1", "k1", 3)]
                assert await listener.wait(10)
                assert not await listener.wait(0.1), "nothing is new"
                heads.away = True
                assert not await listener.wait(0.05)
                heads.away, heads.rows = False, [("c1", "k1", 4)]
                assert await listener.wait(10)
                hub.stored_in("c1", "k1", 5)
                heads.rows = [("c1", "k1", 5)]
                await listener.news()
                assert not await listener.wait(0.1), "this process had stored it itself"

    asyncio.run(act())


def test_nats_may_start_late(nats, seldom):
    async def act() -> None:
        nats.stop()
        url, heads = f"nats://127.0.0.1:{nats.port}", Heads()
        async with node(url, heads) as (one, first), node(url, heads) as (two, second):
            one.stored_in("c0", "k1", 1)
            await asyncio.to_thread(nats.start)
            await until_connected(first, second)
            with two.listen("case:c1") as there:
                one.stored_in("c1", "k1", 3)
                async with asyncio.timeout(10):
                    assert (await there.news()).hint

    asyncio.run(act())


@asynccontextmanager
async def moody(words: list[bytes]):
    """A NATS server that answers a subscription on its first connections with such words, later as it should."""
    left = list(words)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mood = left.pop(0) if left else b""
        writer.write(b'INFO {"server_id":"A","version":"2.10.0","max_payload":1048576,"proto":1}\r\n')
        while line := await reader.readline():
            if line.startswith(b"PING"):
                writer.write(b"PONG\r\n")
            elif mood and line.startswith(b"SUB"):
                writer.write(mood)
                break
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def test_a_client_that_the_server_turned_away_is_replaced(seldom, monkeypatch):
    monkeypatch.setattr(hints_module, "AGAIN", 0.01)

    async def act() -> None:
        refusals = [b"-ERR 'Maximum Subscriptions Exceeded'\r\n", b"-ERR 'Authorization Violation'\r\n"]
        async with moody(refusals) as port, node(f"nats://127.0.0.1:{port}", Heads()) as (_, hints):
            await until_connected(hints)

    asyncio.run(act())
