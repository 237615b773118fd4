"""`kiosk case`: opens, says and shows a case at a real desk; keeps what cannot be sent yet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.__main__ import main
from tests.fakes.desk_process import DeskProcess


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    process = DeskProcess.prepare(tmp_path_factory.mktemp("desk"))
    process.start()
    yield process
    process.stop()


def test_a_case_is_opened_written_to_and_shown(
    desk: DeskProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    data = ["--data", str(tmp_path)]
    assert main(["enrol", desk.code(), "--desk", desk.url, *data]) == 0
    capsys.readouterr()
    assert main(["case", "open", "--terminal", "ACME", "--words", "It is dark", "--wait", "60", *data, "--json"]) == 0
    opened = json.loads(capsys.readouterr().out)
    assert (opened["schema"], opened["waiting"]) == (1, 0)

    assert main(["case", "say", opened["number"].lower(), "hello", "there", "--wait", "60", *data]) == 0
    assert capsys.readouterr().out.strip() == opened["case"]

    assert main(["case", "say", opened["case"], "4111 1111 1111 1111", *data]) == 2
    assert "card number" in capsys.readouterr().err

    desk.stop()
    assert main(["case", "say", opened["case"], "while it is down", "--wait", "1", *data]) == 1
    assert "kept" in capsys.readouterr().err
    desk.start()

    assert main(["case", "show", opened["case"], "--wait", "60", *data, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)["cases"][0]
    said = [(e["seq"], e["body"]["kind"], e["body"].get("words", "")) for e in shown["events"]]
    assert said == [
        (1, "opened", ""), (2, "message", "It is dark"), (3, "message", "hello there"),
        (4, "message", "while it is down"),
    ]  # fmt: skip
    assert main(["case", "show", *data]) == 0
    assert capsys.readouterr().out.split() == [opened["number"], opened["case"]]


def test_without_a_desk_it_says_how_to_join_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["case", "show", "--data", str(tmp_path)]) == 2
    assert "kiosk enrol CODE" in capsys.readouterr().err
