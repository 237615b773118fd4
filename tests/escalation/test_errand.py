"""One turn at the desk for scripts: says and hears everything, or says what was in the way and keeps it all."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path

from kiosk.escalation.enrolment import Enrolment
from kiosk.escalation.errand import exchange
from kiosk.escalation.line import Line
from kiosk.escalation.outbox import Outbox
from kiosk.escalation.talk import Trouble
from kiosk.model.case import Author, CaseEvent, Message, Opened, Side
from tests.fakes.desk_process import DeskProcess, free_port

CASE = str(uuid.uuid4())


def test_everything_is_said_and_heard(enrolled: tuple[Outbox, Enrolment, str], desk: DeskProcess):
    outbox, joined, token = enrolled
    author = Author(Side.STORE, joined.kiosk)
    for body in (Opened("Store one", "1", "ACME"), Message("hello")):
        outbox.put(CaseEvent(str(uuid.uuid4()), CASE, author, datetime.now(UTC), body))
    line = Line(desk.url, token)
    assert exchange(outbox, line, 60) is None
    assert [e.seq for e in outbox.events(CASE)] == [1, 2]
    assert exchange(outbox, line, 60) is None, "and again with nothing to say"
    assert len(outbox.keep(outbox.events(CASE))) == 2, "the window still hears it all"
    line.done()


def test_a_desk_that_is_down_is_told_and_all_is_kept(tmp_path: Path):
    outbox = Outbox(tmp_path / "outbox.sqlite")
    author = Author(Side.STORE, "kiosk-1")
    outbox.put(CaseEvent("event-0001", CASE, author, datetime.now(UTC), Opened("Store one", "1", "ACME")))
    line = Line(f"http://127.0.0.1:{free_port()}", "token")
    assert exchange(outbox, line, 0.5) is Trouble.OFFLINE
    assert outbox.waiting() == 1
    outbox.close()
    line.done()
