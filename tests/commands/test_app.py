"""`kiosk app`: its words, and the demo that it can bring along."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pytest

from kiosk.commands import app
from kiosk.escalation.enrolment import enrolment
from kiosk.escalation.outbox import Outbox
from kiosk.model.terminal import Kind


def test_its_words() -> None:
    parser = argparse.ArgumentParser()
    app.arguments(parser)
    args = parser.parse_args(["--demo", "--screenshots", "pictures", "--fullscreen", "--mark-first-paint"])
    assert args.demo
    assert args.fullscreen
    assert args.mark_first_paint
    assert args.screenshots == Path("pictures")


@pytest.mark.alone
@pytest.mark.skipif(sys.platform == "win32", reason="the simulated tills are pseudo-terminals here")
def test_the_demo_is_a_store_with_three_tills_that_has_joined_its_desk(
    tmp_path: Path, expect_log: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    expect_log("no system keyring")  # type: ignore[operator]
    expect_log("plain http")  # type: ignore[operator]
    demo = app.Demo()
    try:
        settings = demo.start(tmp_path)
        kinds = [till.terminal[0].kind for till in settings.till]
        assert kinds == [Kind.TERMINAL, Kind.TERMINAL, Kind.PRINTER]
        assert all(Path(till.terminal[0].port).exists() for till in settings.till)
        outbox = Outbox(tmp_path / "outbox.sqlite")
        joined = enrolment(outbox)
        outbox.close()
        assert joined is not None
        assert joined.store == "demo"
        said = capsys.readouterr().err
        assert demo.url in said
        assert all(name in said for name in demo.people)
    finally:
        demo.stop()
