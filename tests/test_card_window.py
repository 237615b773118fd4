"""The card test through the real window, at a real card service with a virtual reader and a card that is put in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes.card_service import NUMBER, card_service, missing, traces_of_card


def test_a_reader_is_tested_with_a_card_and_a_second_test_is_cancelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if reason := missing("none"):
        pytest.skip(reason)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    with card_service(tmp_path, "none") as service:
        answer = service.window(tmp_path)
    assert answer["status"] == 0, f"{answer['out']}{answer['err']}"
    told = json.loads(str(answer["out"]).splitlines()[-1])
    assert told["before"] == ["reader.no_card"]
    assert told["tested"] == ["reader.no_card", "reader.card_answered"], "first empty, then tested"
    assert any("Now take the card out." in words for words in told["words"])
    assert told["running"] is False, "cancelled"
    assert told["after"] == ["reader.no_card"]
    assert {"01", "04"} <= set(told["asked"]) <= {"00", "01", "02", "04"}, "not one command to a card"
    assert (tmp_path / "data" / "journey.json").exists(), "it keeps something"
    assert traces_of_card(tmp_path) == []
    assert NUMBER not in f"{answer['out']}{answer['err']}"


def test_traces_of_a_card_are_found_in_whatever_form_they_are(tmp_path: Path) -> None:
    number = bytes.fromhex(NUMBER)
    for form in (number, NUMBER.encode(), str(list(number)).encode()):
        (tmp_path / "file").write_bytes(b"before" + form + b"behind")
        assert traces_of_card(tmp_path) == [str(tmp_path / "file")]
