"""`kiosk decode`: frames with named fields, rubbish marked, card data never shown, clear words for wrong use."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from kiosk.__main__ import main

NUMBER = "4012888888881881"  # a public test number
PAYMENT = bytes.fromhex("040F0D270022F0F8" + NUMBER + "00" * 0)


def decode(tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, *words: str) -> dict[str, object]:
    file = tmp_path / "recorded"
    file.write_bytes(data)
    assert main(["decode", "--json", *words, str(file)]) == 0
    return json.loads(capsys.readouterr().out)


def test_frames_and_rubbish(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = b"\xff\xfe" + bytes.fromhex("1002060f0bf0f0f7322e31342e3135001003b111") + b"\x06"
    shown = decode(tmp_path, capsys, data, "--protocol", "zvt", "--framing", "serial")
    assert (shown["schema"], shown["protocol"], shown["framing"]) == (1, "zvt", "serial")
    assert shown["rubbish"] == [{"offset": 0, "length": 2}]
    first, second = shown["frames"]
    assert first["fields"] == {"software": "2.14.15", "status": "00", "finding": ""}
    assert (first["offset"], first["length"], first["direction"], first["command"]) == (2, 20, "in", "060F")
    assert (first["ok"], first["note"], second["name"]) == (True, "", "ACK")


def test_a_wrong_check_sum_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = decode(tmp_path, capsys, bytes.fromhex("10028000001003f51e"), "--protocol", "zvt")
    assert shown["frames"][0]["ok"] is False
    assert shown["frames"][0]["note"] == "wrong check sum"


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_card_data_is_never_shown(form: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "recorded"
    rubbish = b"\xff" + NUMBER.encode() + b"\xff"
    file.write_bytes(PAYMENT + rubbish + b"\x06\xd1\x11\x00" + NUMBER.encode())
    assert main(["decode", "--protocol", "zvt", "--framing", "tcp", *form, str(file)]) == 0
    out = capsys.readouterr().out
    assert NUMBER not in out
    assert NUMBER.encode().hex() not in out.replace(" ", "")
    assert "card_number" in out


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Typed:
        buffer = io.BytesIO(b"\x10\x04\x04\x72")

    monkeypatch.setattr("sys.stdin", Typed())
    assert main(["decode", "--protocol", "escpos", "-"]) == 0
    out = capsys.readouterr().out
    assert "Paper status" in out
    assert "paper_end" in out


def test_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", "--list", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert {"id": "zvt", "title": "ZVT", "framings": ["serial", "tcp", "raw"]} in shown["protocols"]
    assert main(["decode", "--list"]) == 0
    assert "escpos" in capsys.readouterr().out


WRONG = [
    (["--protocol", "nonsense", "x"], "no protocol nonsense"),
    (["x"], "no protocol"),
    (["--protocol", "zvt", "--framing", "carrier-pigeon", "x"], "no framing carrier-pigeon"),
    (["--protocol", "zvt"], "nothing to decode"),
    (["--protocol", "zvt", "/nowhere/at/all"], "cannot be read"),
]


@pytest.mark.parametrize(("words", "says"), WRONG)
def test_wrong_use_is_one_clear_sentence(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", *words]) == 2
    assert says in capsys.readouterr().err
