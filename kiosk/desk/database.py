"""What a database of the desk can do; knows none by name."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from kiosk.desk.posts import Group, Post
from kiosk.desk.queries import Query
from kiosk.errors import DeskError

LATEST = "0003"
Where = Path | str  # a file of SQLite, or `postgresql://...`
Record = Sequence[Any]


class Full(DeskError):
    """The disk has no room. Nothing of the request was kept, and its sender was told so."""

    cure = "Make room on the desk's disk. Kiosks keep what they have and send it again by themselves."


class Away(DeskError):
    """The database does not answer. Nothing of the request is acknowledged."""

    cure = "Look after the database. Kiosks keep what they have and send it again by themselves."


class Database(abc.ABC):
    """Durable before it is acknowledged; `reading` and `writing` for most, `fetch` and `append` for what is hot."""

    epoch: str

    @abc.abstractmethod
    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection that looks. Raises `Away`."""

    @abc.abstractmethod
    def writing(self, turn: str = "") -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction; leaving it means that the disk has it, an exception means that nothing happened.

        Those that name the same `turn` never overlap, whatever process they are in. Raises `Full`, `Away`.
        """

    @abc.abstractmethod
    async def fetch(self, query: Query, *values: object) -> list[Record]:
        """The rows of a hot query. Raises `Away`."""

    @abc.abstractmethod
    async def append(self, posts: Sequence[Post], now: float) -> Group:
        """One commit for all: rows and heads are on disk when this returns. Raises `Full`, `Away`."""

    @abc.abstractmethod
    async def close(self) -> None: ...
