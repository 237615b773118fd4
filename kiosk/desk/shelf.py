"""Where the bytes of uploads lie: a folder, or a bucket that all nodes share; knows nothing of who may see them."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

from kiosk.desk.database import Away
from kiosk.model.ids import letters

T = TypeVar("T")
RETRIES = 3  # of one call to a bucket


class Shelf(Protocol):
    """A file grows by appending until it is proven by its hash; then it never changes."""

    async def make(self, id: str) -> None: ...

    async def offset(self, id: str) -> int:
        """How many bytes of an unfinished file are safe."""

    def spool(self, id: str) -> Path:
        """Where the next bytes are appended."""

    async def keep(self, id: str, offset: int) -> None:
        """What was spooled from an offset on is synced to disk: make it safe."""

    async def prove(self, id: str, sha256: str) -> bool:
        """Whether the whole is what was promised; if so, it is finished."""

    async def local(self, id: str) -> Path:
        """A file of this machine with the whole, to read."""

    async def take(self, id: str, source: Path) -> None:
        """Put a finished file in."""

    async def discard(self, id: str) -> None: ...


class Folder:
    """A file's length on disk is its offset."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def make(self, id: str) -> None:
        await asyncio.to_thread(touch, self._folder / id)

    async def offset(self, id: str) -> int:
        return (self._folder / id).stat().st_size

    def spool(self, id: str) -> Path:
        return self._folder / id

    async def keep(self, id: str, offset: int) -> None:
        """It is where it belongs."""

    async def prove(self, id: str, sha256: str) -> bool:
        return await asyncio.to_thread(matches, self._folder / id, sha256)

    async def local(self, id: str) -> Path:
        return self._folder / id

    async def take(self, id: str, source: Path) -> None:
        await asyncio.to_thread(shutil.copyfile, source, self._folder / id)

    async def discard(self, id: str) -> None:
        (self._folder / id).unlink(missing_ok=True)


class Bucket:
    """Each request's bytes are a part, `parts/ID/OFFSET`, so that any node can go on; whole ones are `files/ID`.

    The folder holds what is on its way and copies of what was read.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self._folder = folder
        self._store = bucket(url)

    async def make(self, id: str) -> None:
        """The first part makes it."""

    async def offset(self, id: str) -> int:
        return sum(size for _, size in await self._parts(id))

    async def _parts(self, id: str) -> list[tuple[str, int]]:
        """Parts that follow on each other without a gap, from the first."""
        import obstore

        def listed() -> list[tuple[str, int]]:
            found = [(x["path"], x["size"]) for some in obstore.list(self._store, f"parts/{id}/") for x in some]
            end, good = 0, []
            for path, size in sorted(found):
                if int(path.rpartition("/")[2]) != end:
                    break
                good.append((path, size))
                end += size
            return good

        return await _told(listed)

    def spool(self, id: str) -> Path:
        path = self._folder / f"{id}.part"
        path.unlink(missing_ok=True)
        touch(path)
        return path

    async def keep(self, id: str, offset: int) -> None:
        path = self._folder / f"{id}.part"
        try:
            if path.stat().st_size:
                await self._put(f"parts/{id}/{offset:015d}", path)
        finally:
            path.unlink(missing_ok=True)

    async def _put(self, key: str, path: Path) -> None:
        import obstore

        await _told(lambda: obstore.put(self._store, key, path))

    async def prove(self, id: str, sha256: str) -> bool:
        whole, parts = self._folder / f"{id}.whole", await self._parts(id)
        whole.unlink(missing_ok=True)
        try:
            for path, _ in parts:
                await self._fetch(path, whole)
            right = whole.exists() and await asyncio.to_thread(matches, whole, sha256)
            if right:
                await self._put(f"files/{id}", whole)
        finally:
            whole.unlink(missing_ok=True)
        if right:
            await self._delete([path for path, _ in parts])
        return right

    async def _fetch(self, key: str, to: Path) -> None:
        """Appends an object to a file."""
        import obstore

        def fetch() -> None:
            with to.open("ab") as file:
                for piece in obstore.get(self._store, key).stream(min_chunk_size=1024 * 1024):
                    file.write(piece)

        await _told(fetch)

    async def local(self, id: str) -> Path:
        path = self._folder / id
        if not path.exists():
            coming = self._folder / f"{id}.coming"
            coming.unlink(missing_ok=True)
            await self._fetch(f"files/{id}", coming)
            coming.replace(path)
        return path

    async def take(self, id: str, source: Path) -> None:
        await self._put(f"files/{id}", source)

    async def discard(self, id: str) -> None:
        (self._folder / id).unlink(missing_ok=True)
        await self._delete([path for path, _ in await self._parts(id)] + [f"files/{id}"])

    async def _delete(self, keys: list[str]) -> None:
        import obstore

        if keys:
            await _told(lambda: obstore.delete(self._store, keys))


def bucket(url: str) -> Any:
    """The store of `s3://BUCKET/FOLDER`; keys and endpoint come from the environment (`AWS_...`), as everywhere."""
    from obstore.store import S3Store

    plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
    return S3Store.from_url(
        url,
        client_options={"allow_http": plain, "timeout": "30s"},
        retry_config={"max_retries": RETRIES, "retry_timeout": timedelta(seconds=20)},
    )


async def _told(act: Callable[[], T]) -> T:
    """In a thread; a bucket that does not answer is said in our own words."""
    from obstore.exceptions import BaseError, NotFoundError

    try:
        return await asyncio.to_thread(act)
    except NotFoundError as e:
        raise FileNotFoundError(str(e)) from e
    except BaseError as e:
        raise Away("The store of files does not answer.") from e


def touch(path: Path) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def matches(path: Path, promised: str) -> bool:
    """`promised` is a SHA-256 as its sender wrote it: in hexadecimal or in letters."""
    with path.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256")
    return promised.lower() in (found.hexdigest(), letters(found.digest()))


def shelf(url: str, folder: Path) -> Shelf:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Bucket(url, folder) if url else Folder(folder)
