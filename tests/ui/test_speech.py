"""Read aloud: by the system's own voice, off at first, never a number, one page cut off by the next."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from kiosk.resources import catalogue
from kiosk.ui.speech import Speech, program, without_numbers, words_of
from kiosk.ui.window import Window

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the voice is a script here")

VOICE = '#!/bin/sh\nfor word; do printf "%s|" "$word"; done >> "$SAID"\necho >> "$SAID"\n'


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A voice that writes down what it is to say."""
    voice = tmp_path / "spd-say"
    voice.write_text(VOICE, "utf-8")
    voice.chmod(0o755)
    heard = tmp_path / "said"
    heard.touch()
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("SAID", str(heard))
    return heard


@given(st.text())
def test_no_number_is_ever_said(words: str) -> None:
    assert not re.search(r"\d", without_numbers(words))


def test_words_around_numbers_are_said() -> None:
    told = "Till 2: call 0800-123. Push the cable in."
    assert without_numbers(told) == "Till call Push the cable in."


def test_each_system_has_its_own_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    assert program("de", "Hallo", "linux") == ["/bin/spd-say", "-w", "-l", "de", "--", "Hallo"]
    shell = program("de", "Hallo", "win32")
    assert shell[0] == "/bin/powershell"
    assert "'de'" in shell[-1]
    assert "Hallo" not in shell[-1], "words are data, never a command"
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert program("de", "Hallo", "linux") == program("de", "Hallo", "win32") == []


def test_off_until_switched_on_and_a_page_is_said_once(qapp: QApplication, qtbot: QtBot, said: Path) -> None:
    speech = Speech()
    speech.say("Push the cable in", "en")
    assert speech._voice is None
    speech.switch(True)
    for _ in range(3):
        speech.say("Push the cable in 3", "en")
    qtbot.waitUntil(lambda: said.read_text() == "-w|-l|en|--|Push the cable in|\n")
    speech.switch(False)
    speech.say("Push", "en")
    assert speech._voice is None


def test_the_switch_is_in_the_header_and_reads_the_page(show: Callable[..., Window], qtbot: QtBot, said: Path) -> None:
    window = show("do_led")
    button = next(b for b in window.findChildren(QPushButton) if b.accessibleName() == "Read aloud")
    assert button.isVisible()
    button.click()
    qtbot.waitUntil(lambda: "Write down who they are" in said.read_text())
    assert button.accessibleName() == "Stop reading"
    button.click()
    assert button.accessibleName() == "Read aloud"


def test_without_a_voice_there_is_no_switch(show: Callable[..., Window], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    window = show("do_led")
    assert "Read aloud" not in [b.accessibleName() for b in window.findChildren(QPushButton) if b.isVisible()]


def test_title_hint_rules_and_answers_are_worth_hearing(samples: ModuleType) -> None:
    says = catalogue("en", "ui", "journey", "guidance", "knowledge")
    told = words_of(samples.SAMPLES["article"], lambda words: says(words) if words else "")
    assert told.startswith("The security alarm. A terminal watches its own case.")
    assert "Never restart it" in told
    assert "Yes" in words_of(samples.SAMPLES["inspect"], lambda words: says(words) if words else "")
