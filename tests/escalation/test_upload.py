"""One file by tus: goes on at the desk's offset, begins again where the desk forgot it, never sends another file."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.escalation import calls
from kiosk.escalation.enrolment import Enrolment
from kiosk.escalation.line import Line
from kiosk.escalation.outbox import Outbox, Upload
from kiosk.escalation.upload import Given, NoFile, send_file
from kiosk.model.case import Author, CaseEvent, Opened, Side
from tests.fakes.desk_process import DeskProcess


def test_a_file_the_desk_forgot_is_begun_again(
    enrolled: tuple[Outbox, Enrolment, str], desk: DeskProcess, tmp_path: Path
):
    _, joined, token = enrolled
    line, case = Line(desk.url, token), str(uuid.uuid4())
    opened = Opened("Store one", "1", "ACME")
    calls.post(line, (CaseEvent(str(uuid.uuid4()), case, Author(Side.STORE, joined.kiosk), datetime.now(UTC), opened),))
    file = tmp_path / "case.kiosk"
    file.write_bytes(b"sealed" * 1000)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    places: list[str] = []
    percents: list[int] = []
    given = Given(places.append, percents.append, lambda: False)
    gone = f"{desk.url}/files/{uuid.uuid4()}"
    url = send_file(line, Upload(case, file, sha256, 6000, "event-0001", url=gone), given)
    assert places == ["", url]
    assert percents[-1] == 100
    again = send_file(line, Upload(case, file, sha256, 6000, "event-0001", url=url), given)
    assert again == url, "what is there whole is not sent again"
    line.done()


@pytest.mark.parametrize("content", [None, b"another"])
def test_a_file_that_is_gone_or_changed_is_not_sent(tmp_path: Path, content: bytes | None):
    file = tmp_path / "case.kiosk"
    if content is not None:
        file.write_bytes(content)
    line = Line("http://127.0.0.1:1", "token")
    given = Given(lambda _url: None, lambda _percent: None, lambda: False)
    with pytest.raises(NoFile, match="no longer there"):
        send_file(line, Upload("case-aaaa", file, "hash", 6000, "event-0001"), given)
    line.done()
