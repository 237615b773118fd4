"""`kiosk guide pack`: a key, a pack, a look at it, into use, and back; `guide learn` tells what counts teach."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk import resources
from kiosk.__main__ import EXIT_CANNOT, EXIT_HEALTHY, main
from kiosk.carrier import build_parts
from kiosk.guidance.outcomes import Tally
from kiosk.model import wire
from kiosk.model.text import text
from kiosk.settings import Settings

Out = pytest.CaptureFixture[str]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Our own guidance, with one title changed."""
    folder = tmp_path / "source"
    for file in [*(resources.root() / "guidance").rglob("*.toml"), *(resources.root() / "text").glob("*/*.json")]:
        copy = folder / file.relative_to(resources.root())
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    texts = folder / "text" / "en" / "guidance.json"
    texts.write_text(texts.read_text("utf-8").replace('"No paper"', '"The paper is out"'), "utf-8")
    return folder


def test_the_whole_way(tmp_path: Path, source: Path, capsys: Out, expect_log: object) -> None:
    expect_log("no system keyring")  # type: ignore[operator]
    key, file, data = tmp_path / "key.pem", tmp_path / "one.pack", tmp_path / "data"
    assert main(["guide", "pack", "key", str(key)]) == EXIT_HEALTHY
    trusted = capsys.readouterr().out.strip()
    assert main(["guide", "pack", "key", str(key)]) == EXIT_CANNOT, "a key is never overwritten"
    made = ["guide", "pack", "make", str(file), "--from", str(source), "--number", "4", "--key", str(key)]
    assert main(made) == EXIT_HEALTHY
    capsys.readouterr()
    assert main(["guide", "pack", "verify", str(file), "--data", str(data)]) == EXIT_CANNOT
    assert "not trusted here" in capsys.readouterr().err
    assert main(["guide", "pack", "verify", str(file), "--data", str(data), "--trust", trusted, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["number"] == 4
    data.mkdir()
    (data / "settings.toml").write_text(f'[policy]\nguidance_keys = ["{trusted}"]\n', "utf-8")
    assert main(["guide", "pack", "load", str(file), "--data", str(data)]) == EXIT_HEALTHY
    assert capsys.readouterr().out == "in use: pack 4\n"
    parts = build_parts(data, Settings(), "en")
    parts.outbox.close()
    assert parts.trouble is None
    assert parts.over == data / "packs" / "4"
    says = resources.catalogue("en", over=parts.over)
    assert says(parts.knowledge.guide.symptoms["print.nopaper"].title) == "The paper is out"
    assert main(["guide", "pack", "load", str(file), "--data", str(data)]) == EXIT_CANNOT
    assert "number 4 was loaded before" in capsys.readouterr().err
    assert main(["guide", "pack", "back", "--data", str(data)]) == EXIT_HEALTHY
    assert "what came with the program" in capsys.readouterr().out
    assert main(["guide", "pack", "back", "--data", str(data)]) == EXIT_CANNOT
    assert main(["guide", "pack", "show", "--data", str(data), "--json"]) == EXIT_HEALTHY


def test_damaged_guidance_is_told_at_the_start_and_the_last_good_one_used(
    tmp_path: Path, source: Path, capsys: Out, expect_log: object
) -> None:
    expect_log("no system keyring")  # type: ignore[operator]
    expect_log("Pack 2 of guidance cannot be used: paper.toml, line 1")  # type: ignore[operator]
    room = tmp_path / "packs" / "2" / "guidance"
    room.mkdir(parents=True)
    (room / "paper.toml").write_text("[symptom", "utf-8")
    (tmp_path / "packs" / "current.json").write_text('{"number": 2, "highest": 2}', "utf-8")
    parts = build_parts(tmp_path, Settings(), "en")
    parts.outbox.close()
    assert parts.over is None
    assert parts.trouble == text("damaged.pack", number=2)
    assert "print.nopaper" in parts.knowledge.guide.symptoms


def test_wrong_guidance_and_missing_words_are_not_packed(tmp_path: Path, source: Path, capsys: Out) -> None:
    key = tmp_path / "key.pem"
    main(["guide", "pack", "key", str(key)])
    made = ["guide", "pack", "make", str(tmp_path / "x"), "--from", str(source), "--number", "1", "--key", str(key)]
    (source / "guidance" / "paper.toml").write_text("[symptom", "utf-8")
    assert main(made) == EXIT_CANNOT
    assert "paper.toml, line 1" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        ["guide", "pack"],
        ["guide", "pack", "burn"],
        ["guide", "pack", "verify"],
        ["guide", "pack", "verify", "/no/such/file"],
        ["guide", "pack", "make", "x.pack"],
        ["guide", "pack", "make", "x.pack", "--number", "1", "--key", "/no/such/key"],
        ["guide", "learn"],
    ],
)
def test_wrong_use_is_one_sentence_with_a_cure(wrong: list[str], capsys: Out) -> None:
    assert main(wrong) == EXIT_CANNOT
    assert capsys.readouterr().err.startswith("kiosk: ")


def test_learning_tells_what_would_change(tmp_path: Path, capsys: Out) -> None:
    few, many = tmp_path / "few.json", tmp_path / "many.json"
    few.write_bytes(wire.encode({"pos.no_answer": {"cable.push_terminal": Tally(cured=9)}}))
    many.write_bytes(wire.encode({"pos.no_answer": {"cable.push_terminal": Tally(cured=60, minutes=120.0)}}))
    assert main(["guide", "learn", str(few)]) == EXIT_HEALTHY
    assert capsys.readouterr().out.startswith("0 symptoms and 0 remedies")
    assert main(["guide", "learn", str(few), str(many), "--json"]) == EXIT_HEALTHY
    told = json.loads(capsys.readouterr().out)
    assert set(told["symptoms"]) == {"pos.no_answer"}
    assert set(told["remedies"]) == {"cable.push_terminal"}
