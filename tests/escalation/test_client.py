"""The client against the real desk: says and hears live, ends promptly, polls where streams are buffered, uploads."""

from __future__ import annotations

import hashlib
import os
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import requests

from kiosk.errors import SettingsError
from kiosk.escalation import sync
from kiosk.escalation.client import Client
from kiosk.escalation.enrolment import Enrolment
from kiosk.escalation.outbox import Outbox
from kiosk.escalation.state import DeskState
from kiosk.model.case import (
    Author,
    Body,
    BundleSent,
    CaseEvent,
    EventBatch,
    Message,
    Opened,
    Side,
    decode_event,
    encode_event,
)  # fmt: skip
from tests.fakes.desk_process import DeskProcess
from tests.fakes.proxy import CuttingProxy

Enrolled = tuple[Outbox, Enrolment, str]


class Kiosk:
    """A client with what it told."""

    def __init__(self, enrolled: Enrolled, url: str) -> None:
        self.outbox, self.joined, self.token = enrolled
        self.events: list[CaseEvent] = []
        self.states: list[DeskState] = [DeskState()]
        self.client = Client(self.outbox, url, self.token, self.events.append, self.states.append)
        self.case = str(uuid.uuid4())

    def say(self, body: Body) -> str:
        author = Author(Side.STORE, self.joined.kiosk)
        event = CaseEvent(str(uuid.uuid4()), self.case, author, datetime.now(UTC), body)
        self.outbox.put(event)
        self.client.wake()
        return event.id

    def told(self, id: str) -> bool:
        return any(e.id == id for e in self.events)


@contextmanager
def running(enrolled: Enrolled, url: str) -> Iterator[Kiosk]:
    kiosk = Kiosk(enrolled, url)
    kiosk.client.start()
    try:
        yield kiosk
    finally:
        kiosk.client.stop()


def expert_says(desk: DeskProcess, token: str, case: str, words: str) -> str:
    event = CaseEvent(str(uuid.uuid4()), case, Author(Side.EXPERT, "anna"), datetime.now(UTC), Message(words))
    body = msgspec.json.encode(EventBatch((msgspec.Raw(encode_event(event)),)))
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.post(f"{desk.url}/api/cases/{case}/events", data=body, headers=headers, timeout=10)
    assert answer.status_code == 200, answer.text
    return event.id


def test_it_says_and_hears_live(
    enrolled: Enrolled, desk: DeskProcess, expert_token: str, eventually: Callable[..., None]
):
    with running(enrolled, desk.url) as kiosk:
        opened = kiosk.say(Opened("Store one", "1", "ACME"))
        eventually(lambda: kiosk.told(opened), 15, "own event delivered")
        answer = expert_says(desk, expert_token, kiosk.case, "hello")
        eventually(lambda: kiosk.told(answer), 10, "the expert's message heard")
        eventually(lambda: kiosk.states[-1] == DeskState(online=True), 5, "online, nothing waiting")
        assert [e.seq for e in kiosk.outbox.events(kiosk.case)] == [1, 2]
        assert len(kiosk.outbox.number(kiosk.case)) == 6
    assert [e.seq for e in kiosk.events] == [1, 2]


def test_it_ends_within_a_second_while_the_stream_is_read(
    enrolled: Enrolled, desk: DeskProcess, eventually: Callable[..., None]
):
    with running(enrolled, desk.url) as kiosk:
        eventually(lambda: kiosk.states[-1].online, 15, "online")
        began = time.monotonic()
        kiosk.client.stop()
        assert time.monotonic() - began < 1.0


def test_it_ends_within_a_second_while_nobody_answers(enrolled: Enrolled, eventually: Callable[..., None]):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(10)
        kiosk = Kiosk(enrolled, f"http://127.0.0.1:{silent.getsockname()[1]}")
        kiosk.client.start()
        near, _ = silent.accept()
        began = time.monotonic()
        kiosk.client.stop()
        assert time.monotonic() - began < 1.0
        near.close()


def test_a_desk_that_is_down_is_said_and_nothing_is_lost(
    enrolled: Enrolled, desk: DeskProcess, eventually: Callable[..., None]
):
    with CuttingProxy(desk.port) as proxy:
        proxy.target = 1  # nobody is there
        with running(enrolled, proxy.url) as kiosk:
            opened = kiosk.say(Opened("Store one", "1", "ACME"))
            eventually(lambda: kiosk.states[-1].error is not None, 10, "trouble shown")
            assert kiosk.states[-1].error.id == "escalation.offline"
            assert (kiosk.states[-1].online, kiosk.states[-1].waiting) == (False, 1)
            proxy.target = desk.port
            eventually(lambda: kiosk.told(opened), 20, "delivered after all")
            eventually(lambda: kiosk.states[-1] == DeskState(online=True), 5, "online")


def test_where_streams_are_buffered_it_polls(
    enrolled: Enrolled,
    desk: DeskProcess,
    expert_token: str,
    eventually: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(sync, "HELLO_WAIT", 0.5)
    with CuttingProxy(desk.port, buffers=True) as proxy, running(enrolled, proxy.url) as kiosk:
        opened = kiosk.say(Opened("Store one", "1", "ACME"))
        eventually(lambda: kiosk.told(opened), 10, "delivered")
        answer = expert_says(desk, expert_token, kiosk.case, "hello")
        eventually(lambda: kiosk.told(answer), 15, "heard by a long poll")


def test_an_unknown_token_is_said_and_nothing_is_lost(
    enrolled: Enrolled, desk: DeskProcess, eventually: Callable[..., None]
):
    outbox, joined, _ = enrolled
    with running((outbox, joined, "wrong"), desk.url) as kiosk:
        kiosk.say(Opened("Store one", "1", "ACME"))
        eventually(lambda: kiosk.states[-1].error is not None, 15, "trouble shown")
        assert kiosk.states[-1].error.id == "escalation.rejected"
        assert kiosk.outbox.waiting() == 1


def test_what_the_desk_refuses_does_not_stop_the_rest(
    enrolled: Enrolled, desk: DeskProcess, expect_log: Callable[[str], None], eventually: Callable[..., None]
):
    expect_log("does not take an event")
    with running(enrolled, desk.url) as kiosk:
        kiosk.say(Opened("Store one", "1", "ACME"))
        forged = CaseEvent(str(uuid.uuid4()), kiosk.case, Author(Side.EXPERT, "anna"), datetime.now(UTC), Message("I"))
        kiosk.outbox.put(forged)
        last = kiosk.say(Message("after it"))
        eventually(lambda: kiosk.told(last), 15, "the event after it")
        assert [e.id for e, _ in kiosk.outbox.refused()] == [forged.id]


def test_a_file_arrives_whole_over_a_line_that_is_cut(
    enrolled: Enrolled, desk: DeskProcess, tmp_path: Path, eventually: Callable[..., None]
):
    file = tmp_path / "case.kiosk"
    file.write_bytes(os.urandom(1_500_000))
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    with CuttingProxy(desk.port, rate=1_000_000) as proxy, running(enrolled, proxy.url) as kiosk:
        kiosk.say(Opened("Store one", "1", "ACME"))
        kiosk.client.upload(kiosk.case, file, sha256, ("video",))
        for part in (400_000, 900_000):
            eventually(lambda part=part: proxy.carried > part, 40, f"{part} bytes on their way")
            proxy.cut_all()
        eventually(lambda: bundle(kiosk), 40, "the bundle event")
        assert bundle(kiosk) == BundleSent(sha256, 1_500_000, True, bundle(kiosk).file, ("video",))
        assert bundle(kiosk).file
        assert kiosk.outbox.uploading() == 0
        assert 1_500_000 < proxy.carried < 1_500_000 * 1.1, "it goes on where it was cut"
    assert any(s.upload for s in kiosk.states), "progress was shown"


def bundle(kiosk: Kiosk) -> BundleSent | None:
    return next((e.body for e in kiosk.events if isinstance(e.body, BundleSent)), None)


def test_a_file_that_is_gone_does_not_stop_the_rest(
    enrolled: Enrolled,
    desk: DeskProcess,
    tmp_path: Path,
    expect_log: Callable[[str], None],
    eventually: Callable[..., None],
):
    expect_log("cannot be sent")
    file = tmp_path / "case.kiosk"
    file.write_bytes(b"x" * 100)
    with running(enrolled, desk.url) as kiosk:
        kiosk.client.upload(kiosk.case, file, "hash")
        file.unlink()
        opened = kiosk.say(Opened("Store one", "1", "ACME"))
        eventually(lambda: kiosk.told(opened) and kiosk.outbox.uploading() == 0, 15, "given up")


def test_an_unprotected_address_is_refused(enrolled: Enrolled):
    with pytest.raises(SettingsError, match="not protected"):
        Kiosk(enrolled, "http://desk.example.com")


def test_events_keep_their_bytes(enrolled: Enrolled):
    outbox, _, _ = enrolled
    raw = b'{"id":"event-0001","case":"case-aaaa","author":{"side":"desk","id":"d"},"at":"2026-05-04T00:00:00Z",' \
          b'"body":{"kind":"from_the_future","x":[1,2]},"seq":1}'  # fmt: skip
    outbox.keep((decode_event(raw),))
    assert b'{"kind":"from_the_future","x":[1,2]}' in encode_event(outbox.events("case-aaaa")[0])
