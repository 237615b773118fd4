"""`kiosk guide`: lists content, tells faults and style, and says what it wants when called wrongly."""

import json
from pathlib import Path

import pytest

from kiosk.__main__ import EXIT_CANNOT, EXIT_FINDING, EXIT_HEALTHY, main

Out = pytest.CaptureFixture[str]


def test_list_as_json(capsys: Out) -> None:
    assert main(["guide", "--list", "--json"]) == EXIT_HEALTHY
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == 1
    symptom = next(each for each in told["symptoms"] if each["id"] == "print.nopaper")
    assert symptom["title"] == "No paper"
    assert {"en", "de"} <= set(symptom["languages"])
    assert any(each["id"] == "cable.push_terminal" for each in told["procedures"])


def test_list_for_people(capsys: Out) -> None:
    assert main(["guide", "--list"]) == EXIT_HEALTHY
    assert "The screen is frozen" in capsys.readouterr().out


def test_our_own_content_validates(capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.commands.guide.pictures", lambda: None)  # drawn by hand; test_content looks for them
    monkeypatch.setattr("kiosk.resources.languages", lambda: ("en", "de"))
    assert main(["guide", "validate"]) == EXIT_HEALTHY
    assert "0 faults, 0 matters of style" in capsys.readouterr().out


def test_faults_are_told_with_file_and_line(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "bad.toml").write_text('[cause."x.y"]\nresponsible = "nobody"\n', "utf-8")
    assert main(["guide", "validate", str(tmp_path), "--json"]) == EXIT_FINDING
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == 1
    assert told["faults"][0]["file"] == "bad.toml"
    assert told["faults"][0]["line"] == 1
    assert main(["guide", "validate", str(tmp_path)]) == EXIT_FINDING
    assert "bad.toml, line 1: cause x.y" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["guide"], ["guide", "validate", "/no/such/folder"]])
def test_wrong_use_is_one_sentence_with_a_cure(wrong: list[str], capsys: Out) -> None:
    assert main(wrong) == EXIT_CANNOT
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("kiosk: ")


def test_content_that_cannot_be_read_is_not_listed(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "bad.toml").write_text("[cause", "utf-8")
    assert main(["guide", "list", str(tmp_path)]) == EXIT_CANNOT
    assert "bad.toml, line 1" in capsys.readouterr().err
