"""Uploads one sealed file by tus 1.0, going on where it was cut; must not decide when, or what follows.

`tuspy` keeps the protocol (metadata, creation, offset); its three requests go over our own line, for trust that is
the system's, time-outs, and a body read from the file as it goes instead of held in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urljoin

import requests
from tusclient.client import TusClient
from tusclient.uploader.uploader import Uploader

from kiosk.escalation.calls import Status, Strange
from kiosk.escalation.line import Line
from kiosk.escalation.outbox import Upload

ANSWER = 120.0  # seconds; the desk hashes and syncs what it got before it answers
PASSING = frozenset({401, 408, 423, 429})  # 4xx that say nothing about the file


class NoFile(Exception):
    """The file is gone or was changed; a plain sentence."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the sender is given: where to note the file's address, progress in percent, and when to stop."""

    located: Callable[[str], None]
    progress: Callable[[int], None]
    stopping: Callable[[], bool]


def send_file(line: Line, upload: Upload, given: Given) -> str:
    """Send what the desk does not have yet, in one PATCH; returns the file's address.

    Raises `NoFile`, `Status`, `Strange`, `requests.RequestException`, `OSError`.
    """
    if not upload.path.is_file() or upload.path.stat().st_size != upload.size:
        raise NoFile("The sealed file is no longer there.")
    with upload.path.open("rb") as file:
        sender = _Sender(line, file, upload, given)
        url = upload.url or sender.create()
        try:
            sender.resume(url)
        except Status as e:
            if not 400 <= e.code < 500 or e.code in PASSING or not upload.url:
                raise
            given.located("")  # it expired there: begin again
            sender.resume(url := sender.create())
        sender.upload()
    return url


class _Sender(Uploader):
    """tuspy's uploader, over our line."""

    def __init__(self, line: Line, file: BinaryIO, upload: Upload, given: Given) -> None:
        self._line, self._file, self._upload, self._given = line, file, upload, given
        self._place = upload.url
        metadata = {"filename": upload.path.name, "sha256": upload.sha256, "case": upload.case}
        super().__init__(file_stream=file, client=TusClient(f"{line.desk}/files"), metadata=metadata)

    def create(self) -> str:
        self._place = self.create_url()
        self._given.located(self._place)
        return self._place

    def resume(self, url: str) -> None:
        self._place = url
        self.set_url(url)
        self.offset = self.get_offset()

    def create_url(self) -> str:
        headers: dict[str, str] = self.get_url_creation_headers()  # type: ignore[no-untyped-call]
        answer = self._line.call("POST", "/files", headers=headers)
        place = answer.headers.get("Location")
        if answer.status_code != 201 or place is None:
            raise Status(answer.status_code)
        url = urljoin(self._line.desk + "/files", place)
        if not url.startswith(self._line.desk + "/"):
            raise Strange("a place for the file that is not at the desk")
        return url

    def get_offset(self) -> int:
        return _offset(self._line.call("HEAD", self._place, headers=self._headers()))

    def upload_chunk(self) -> None:
        """The rest of the file in one request; what arrives of it stays there, whatever happens."""
        headers = self._headers()
        headers |= {"Upload-Offset": str(self.offset), "Content-Type": "application/offset+octet-stream"}
        rest = _Rest(self._file, self.offset, self._upload.size, self._given)
        offset = _offset(self._line.call("PATCH", self._place, headers=headers, data=rest, timeout=ANSWER))
        if offset <= self.offset:
            raise Strange("nothing of the file arrived")
        self.offset = offset

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = self.get_headers()  # type: ignore[no-untyped-call]
        return headers


class _Rest:
    """A file from an offset on, as a body that is read while it goes."""

    def __init__(self, file: BinaryIO, offset: int, size: int, given: Given) -> None:
        file.seek(offset)
        self._file, self._size, self._given = file, size, given
        self._left = size - offset

    def __len__(self) -> int:
        return self._left

    def read(self, amount: int = -1) -> bytes:
        if self._given.stopping():
            raise requests.ConnectionError("stopped")
        data = self._file.read(amount)
        self._left -= len(data)
        self._given.progress(100 * (self._size - self._left) // max(1, self._size))
        return data


def _offset(answer: requests.Response) -> int:
    value = answer.headers.get("Upload-Offset", "")
    if not 200 <= answer.status_code < 300:
        raise Status(answer.status_code)
    if not value.isdecimal():
        raise Strange("no offset")
    return int(value)
