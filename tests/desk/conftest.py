# ruff: noqa: S113 - the desk under test is on this machine
"""A real desk in a process of its own over a real socket and a SQLite file, and people who use it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import uuid
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests

from kiosk.desk import people
from kiosk.desk.database import Database, Where
from kiosk.desk.opening import migrate, open_database
from kiosk.desk.options import Options
from kiosk.errors import Usage
from tests.desk import servers
from tests.desk.world import World

T = TypeVar("T")
PASSWORD = "correct horse battery"


class Kiosk:
    """An enrolled kiosk as a script sees it."""

    def __init__(self, desk: Desk, enrolled: dict[str, str]) -> None:
        self.desk = desk
        self.id = enrolled["kiosk"]
        self.enrolled = enrolled
        self.headers = {"Authorization": f"Bearer {enrolled['token']}"}

    def event(self, case: str, kind: str, **body: Any) -> dict[str, Any]:
        return make_event(case, "store", self.id, kind, **body)

    def opened(self, case: str, **body: Any) -> dict[str, Any]:
        told = {"store": "Bakery Street 12, Leeds", "till": "Till 2", "terminal": "Ingenico Desk/3500"} | body
        return self.event(case, "opened", **told)

    def put(self, case: str, *events: dict[str, Any]) -> requests.Response:
        return self.desk.put(case, *events, headers=self.headers)

    def open_case(self, *more: Callable[[str], dict[str, Any]], **body: Any) -> str:
        case = new_id()
        events = [self.opened(case, **body), *(make(case) for make in more)]
        assert self.put(case, *events).status_code == 200
        return case

    def get(self, path: str, **how: Any) -> requests.Response:
        return self.desk.get(path, headers=self.headers | how.pop("headers", {}), **how)


async def _with_a_store(database: Database) -> None:
    with contextlib.suppress(Usage):  # another node on the same database has added it
        await people.add_store(database, "s1", "Bakery Street 12")


class Desk:
    """`kiosk desk serve` over a folder; may be stopped, killed and started again."""

    def __init__(self, data: Path, *more: str, environment: dict[str, str] | None = None, **settings: str | None):
        """`more` are lines for its settings beside `database`, `hints` and `files`."""
        said = {name: url for name, url in settings.items() if url}
        self.data = data
        self.options = Options(data, **{f"{name}_url": url for name, url in said.items()})
        self.environment = environment or {}
        data.mkdir(parents=True, exist_ok=True)
        lines = [f"{name} = {json.dumps(url)}" for name, url in said.items()]
        (data / "desk.toml").write_text("\n".join([*lines, *more]))
        self.url = ""
        self.process: subprocess.Popen[str] | None = None
        self.status: int | None = None
        migrate(self.options.database)
        self.do(_with_a_store)

    def start(self, port: int = 0, *more: str, environment: dict[str, str] | None = None) -> None:
        command = [sys.executable, "-m", "kiosk", "desk", "serve", "--data", str(self.data), "--port", str(port), *more]
        log = (self.data / "stderr.log").open("a")
        around = os.environ | self.environment | (environment or {})
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=around)
        log.close()
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url, (self.data / "stderr.log").read_text()

    def stop(self, sign: int = signal.SIGTERM) -> None:
        if self.process is not None:
            os.kill(self.process.pid, sign)
            self.status = self.process.wait(10)
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def do(self, act: Callable[[Database], Awaitable[T]]) -> T:
        """Something done to the database beside the service, as the command line does."""

        async def doing() -> T:
            database = await open_database(self.options.database)
            try:
                return await act(database)
            finally:
                await database.close()

        with ThreadPoolExecutor(1) as beside:  # a browser under test has a loop in this thread
            return beside.submit(lambda: asyncio.run(doing())).result()

    def kiosk(self, name: str = "Till PC 2") -> Kiosk:
        code = self.do(lambda db: people.make_code(db, "s1"))
        answer = self.enrol(code, name)
        assert answer.status_code == 201, answer.text
        return Kiosk(self, answer.json())

    def enrol(self, code: str, name: str = "Till PC") -> requests.Response:
        return requests.post(f"{self.url}/api/enrol", json={"code": code, "name": name, "public_key": "cA=="})

    def person(self, name: str, role: str = "expert", tier: int = 1) -> dict[str, str]:
        """Headers of a new person with a token; the password is PASSWORD."""
        self.do(lambda db: people.add_person(db, name, people.Role(role), tier, PASSWORD))
        token = self.do(lambda db: people.make_token(db, name))
        return {"Authorization": f"Bearer {token}"}

    def put(self, case: str, *events: dict[str, Any], headers: dict[str, str]) -> requests.Response:
        url = f"{self.url}/api/cases/{case}/events"
        return requests.post(url, data=json.dumps({"events": events}), headers=headers)

    def get(self, path: str, **how: Any) -> requests.Response:
        return requests.get(self.url + path, timeout=30, **how)


def new_id() -> str:
    return str(uuid.uuid4())


def make_event(case: str, side: str, author: str, kind: str, **body: Any) -> dict[str, Any]:
    author_of = {"side": side, "id": author, "name": ""}
    at = "2026-11-22T10:41:00Z"
    return {"id": new_id(), "case": case, "author": author_of, "at": at, "body": {"kind": kind, **body}}


class Stream:
    """Messages of a server-sent stream, one dict each; comments are kept as `{"comment": ...}`."""

    def __init__(self, response: requests.Response) -> None:
        assert response.status_code == 200, response.text
        self.response = response
        self._lines = response.iter_lines()

    def next(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for raw in self._lines:
            line = raw.decode()
            if not line and found:
                return found
            name, _, value = line.partition(":")
            if line:
                found[name or "comment"] = value.strip()
        raise EOFError

    def next_event(self, kind: str = "case") -> dict[str, str]:
        while True:
            found = self.next()
            if found.get("event") == kind:
                return found

    def close(self) -> None:
        self.response.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.Postgres]:
    with servers.postgres() as started:
        yield started


@pytest.fixture(scope="session")
def s3() -> Iterator[servers.Bucket]:
    with servers.s3() as started:
        yield started


@pytest.fixture(scope="session")
def nats() -> Iterator[servers.Server]:
    with servers.nats() as started:
        yield started


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    """A new, empty database of each kind."""
    if request.param == "sqlite":
        return tmp_path / "desk.sqlite3"
    server: servers.Postgres = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """A real OpenID provider in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    yield next(found[0] for line in process.stdout if (found := re.search(r"http://[0-9.]+:[1-9]\d+", line)))
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture(scope="module")
def desk_with(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Desk]]:
    """A desk that was started with more lines in its settings, and more environment.

    DESK_TESTS_ON=postgres puts PostgreSQL under all of them.
    """
    on_postgres = os.environ.get("DESK_TESTS_ON") == "postgres"
    made: list[Desk] = []

    def start(*more: str, **environment: str) -> Desk:
        database = request.getfixturevalue("postgres").database() if on_postgres else None
        made.append(Desk(tmp_path_factory.mktemp("desk"), *more, environment=environment, database=database))
        made[-1].start()
        return made[-1]

    yield start
    for desk in made:
        if desk.process is not None:
            desk.stop()


@pytest.fixture(scope="module")
def desk(desk_with: Callable[..., Desk]) -> Desk:
    return desk_with()


@pytest.fixture(scope="module")
def kiosk(desk: Desk) -> Kiosk:
    return desk.kiosk()


@pytest.fixture(scope="module")
def anna(desk: Desk) -> dict[str, str]:
    return desk.person("anna")


@pytest.fixture(scope="session")
def make_desk() -> type[Desk]:
    return Desk


@pytest.fixture
def make_stream() -> Iterator[Callable[..., Stream]]:
    """Opens streams of any desk."""
    opened: list[Stream] = []

    def open_one(desk: Desk, path: str, headers: dict[str, str]) -> Stream:
        accept = {"Accept": "text/event-stream"}
        opened.append(Stream(requests.get(desk.url + path, headers=headers | accept, stream=True, timeout=20)))
        return opened[-1]

    yield open_one
    for stream in opened:
        stream.close()


@pytest.fixture
def open_stream(desk: Desk) -> Iterator[Callable[..., Stream]]:
    opened: list[Stream] = []

    def open_one(path: str, headers: dict[str, str]) -> Stream:
        accept = {"Accept": "text/event-stream"}
        opened.append(Stream(requests.get(desk.url + path, headers=headers | accept, stream=True, timeout=20)))
        return opened[-1]

    yield open_one
    for stream in opened:
        stream.close()


@pytest.fixture(scope="session")
def event() -> Callable[..., dict[str, Any]]:
    """Makes an event of any side."""
    return make_event


class Console:
    """A person's browser without scripts: a session with its cookies, and forms as our pages draw them."""

    def __init__(self, desk: Desk, name: str) -> None:
        self.desk = desk
        self.name = name
        self.session = requests.Session()
        self.session.headers["Accept"] = "text/html"
        self.post("/login", name=name, password=PASSWORD)

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.desk.url + path, timeout=20)

    def csrf(self, path: str = "/login") -> str:
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.get(path).text)
        assert found
        return found[1]

    def post(self, path: str, page: str = "", **fields: str) -> requests.Response:
        token = self.csrf(page or ("/login" if path == "/login" else "/"))
        return self.session.post(self.desk.url + path, data=fields | {"csrf": token}, timeout=20, allow_redirects=False)


@pytest.fixture
def console(desk: Desk) -> Callable[..., Console]:
    """Signs in a new person of a role."""

    def sign_in(role: str = "expert", tier: int = 1) -> Console:
        name = f"{role}-{new_id()[:8]}"
        desk.person(name, role, tier)
        return Console(desk, name)

    return sign_in


@pytest.fixture
def live(where, tmp_path):
    """Runs something in such a world, on each kind of database."""
    options = Options(tmp_path, database_url="" if not isinstance(where, str) else where)
    migrate(options.database)

    def run(act):
        async def doing():
            database = await open_database(options.database)
            try:
                world = World(options, database)
                await world.enter()
                return await act(world)
            finally:
                await database.close()

        return asyncio.run(doing())

    return run
