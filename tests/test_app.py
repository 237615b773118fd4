"""The program from first paint to end: a window, a check on a real pseudo-terminal, a restart in the middle."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kiosk import resources
from kiosk.app import Options, Running, data_folder, first_journey
from kiosk.guidance import pack
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.terminal import Store
from kiosk.model.text import Text, text
from kiosk.simulator.sandbox import Child

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the terminal is a pseudo-terminal here")

SETTINGS = """
[store]
name = "Bakery Street 12"
[[till]]
name = "Till 1"
[[till.terminal]]
port = "{port}"
protocol = "escpos"
kind = "printer"
"""


@pytest.fixture
def printer() -> Iterator[Child]:
    child = Child("simulate", "--protocol", "escpos", "--pty", "--fault", "paper_out")
    yield child
    child.stop()


@pytest.fixture
def start(tmp_path: Path, printer: Child, qtbot: QtBot, expect_log: Any) -> Iterator[Any]:
    """Starts the program on one printer without paper; what was started is ended."""
    expect_log("no system keyring")
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS.format(port=printer.address))
    started: list[Running] = []

    def run(*, wait: bool = True, **options: Any) -> Running:
        running = Running(Options(**{"data": tmp_path / "data", "settings": settings, **options}))
        started.append(running)
        if wait:
            qtbot.waitUntil(lambda: running.kiosk is not None, timeout=20_000)
        return running

    yield run
    for running in started:
        running.window.close()
        running.stop()


def screen_is(running: Running, kind: type) -> bool:
    return isinstance(running.window.screen_shown, kind)


def test_a_check_in_the_window_and_a_restart_in_the_middle_of_a_step(start: Any, qtbot: QtBot, tmp_path: Path) -> None:
    first = start(screenshots=tmp_path / "pictures")
    first.kiosk.turn(a.CheckEverything())
    qtbot.waitUntil(lambda: screen_is(first, s.Verdict), timeout=20_000)
    first.kiosk.turn(a.FixIt())
    shown = first.window.screen_shown
    assert isinstance(shown, s.Do)
    first.window.close()
    first.stop()
    assert sorted(p.stem.split("-")[1] for p in (tmp_path / "pictures").iterdir())
    again = start()
    qtbot.waitUntil(lambda: screen_is(again, s.Do), timeout=20_000)
    assert again.window.screen_shown.title == shown.title


KILLED = """
import os, signal, sys
from pathlib import Path
from kiosk.app import Options, Running
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.ui.clock import every

data, settings = map(Path, sys.argv[1:3])
running = Running(Options(data=data, settings=settings))

def look():
    if running.kiosk is None:
        return
    shown = running.window.screen_shown
    if isinstance(shown, s.Home) and running.kiosk.journey.running is None:
        running.kiosk.turn(a.CheckEverything())
    elif isinstance(shown, s.Verdict):
        running.kiosk.turn(a.FixIt())
    elif isinstance(shown, s.Do) and shown.step == 1:
        running.kiosk.turn(a.StepDone())
    elif isinstance(shown, s.Do):
        running._bridge.run("save", lambda: os.kill(os.getpid(), signal.SIGKILL))

every(running.window, 20, look)
running.app.exec()
"""


def test_killed_in_the_middle_of_a_step_it_goes_on_there(start: Any, qtbot: QtBot, tmp_path: Path) -> None:
    """Nothing is told to the program before: what it was at is already on the disk."""
    start(wait=False).window.close()
    command = [sys.executable, "-c", KILLED, str(tmp_path / "killed"), str(tmp_path / "settings.toml")]
    ended = subprocess.run(command, timeout=60, check=False, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    again = start(data=tmp_path / "killed")
    qtbot.waitUntil(lambda: screen_is(again, s.Do), timeout=20_000)
    shown = again.window.screen_shown
    assert isinstance(shown, s.Do)
    assert shown.step == 2
    trail = again.kiosk.journey.trouble.progress.trail
    assert len(trail) == 1


def test_the_first_picture_claims_nothing(tmp_path: Path, start: Any) -> None:
    running = start(wait=False)
    first = running.window.screen_shown
    assert isinstance(first, s.Home)
    assert [card.light for card in first.cards] == [s.Light.NOT_CHECKED]
    running._act(a.CheckEverything())
    assert running.window.screen_shown == first, "a tap before all is built does nothing"


def test_a_saved_place_that_cannot_be_read_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "journey.json").write_text("{")
    store = Store("s", "Shop")
    assert first_journey(tmp_path, store, demo=False).store == store
    assert first_journey(tmp_path, store, demo=True).demo
    assert first_journey(tmp_path, store, demo=False).now <= datetime.now(UTC)


def test_the_demo_keeps_its_data_apart(tmp_path: Path) -> None:
    assert data_folder(Options(data=tmp_path)) == tmp_path
    assert data_folder(Options(demo=True)) != data_folder(Options())


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the resources for this test to damage, in the place where a frozen program has them."""
    folder = tmp_path / "program" / "resources"
    shutil.copytree(resources.root(), folder)
    monkeypatch.setattr(sys, "_MEIPASS", str(folder.parent), raising=False)
    for known in (resources.root, resources.findings):
        known.cache_clear()
    yield folder
    for known in (resources.root, resources.findings):
        known.cache_clear()


def notices(running: Running) -> list[Text]:
    shown = running.window.screen_shown
    return [banner.words for banner in shown.banners] if isinstance(shown, s.Home) else []


DAMAGE = {"half": lambda data: data[: len(data) // 2] + b"\xc3", "nought": lambda data: bytes(len(data))}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_with_damaged_guidance_it_starts_checks_and_gets_an_expert(
    shipped: Path, start: Any, qtbot: QtBot, expect_log: Any, damage: Any
) -> None:
    expect_log("Guidance that came with the program cannot be used: paper.toml")
    file = shipped / "guidance" / "paper.toml"
    file.write_bytes(damage(file.read_bytes()))
    running = start()
    assert notices(running) == [text("damaged.guidance")]
    for language in resources.languages():
        running.window.speak(language)
        shown = {label.text() for label in running.window.findChildren(QLabel)}
        assert resources.catalogue(language)(text("damaged.guidance")) in shown
    running.kiosk.turn(a.CheckEverything())
    qtbot.waitUntil(lambda: screen_is(running, s.Verdict), timeout=60_000)
    running.kiosk.turn(a.FixIt())
    qtbot.waitUntil(lambda: screen_is(running, s.Preview) and running.window.screen_shown.ready, timeout=60_000)


def test_with_a_damaged_language_the_help_is_there_and_english_fills_the_gap(shipped: Path, start: Any) -> None:
    for room in ("guidance", "ui"):
        (shipped / "text" / "de" / f"{room}.json").write_bytes(b'{"a": "\xff')
    running = start()
    running.window.speak("de")
    assert notices(running) == [text("damaged.texts", files="de/guidance.json, de/ui.json")]
    assert running.kiosk.knowledge.guide.symptoms
    assert running.window.stage.word("expert") == resources.catalogue("en")(text("ui.expert"))


def test_where_it_cannot_judge_it_says_so_and_stays(shipped: Path, tmp_path: Path, qtbot: QtBot) -> None:
    (shipped / "findings.toml").write_bytes(b"[port.busy]\nseverity = ")
    running = Running(Options(data=tmp_path / "data"))
    qtbot.waitUntil(lambda: bool(notices(running)), timeout=60_000)
    assert running.window.screen_shown.title == text("damaged.program")
    assert "findings.toml" in str(notices(running)[0].args)
    running.window.close()
    running.stop()


STATE = ("journey.json", "inspections.json", "outcomes.json", "lessons.json", "devices.json", "packs/current.json")


def test_state_half_written_is_left_behind_and_said(start: Any, tmp_path: Path, qtbot: QtBot, expect_log: Any) -> None:
    expect_log("What was said of unknown devices cannot be read")
    for name in STATE:
        file = tmp_path / "data" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b'{"store": {"id": "s\xc3')
    running = start()
    assert notices(running) == [text("damaged.anew", file="packs/current.json".rpartition("/")[2])]
    running.kiosk.turn(a.CheckEverything())
    qtbot.waitUntil(lambda: screen_is(running, s.Verdict), timeout=60_000)


def test_the_words_of_a_pack_are_the_ones_shown(start: Any, tmp_path: Path) -> None:
    """What a pack brings is no use where the window goes on saying what it said before."""
    words = {"symptom.print.nopaper": "There is no paper, says the pack"}
    source = tmp_path / "source"
    shutil.copytree(resources.root() / "guidance", source / "guidance")
    for language in resources.languages():
        (source / "text" / language).mkdir(parents=True)
        own = resources.catalogue(language, "guidance").templates
        (source / "text" / language / "guidance.json").write_bytes(msgspec.json.encode({**own, **words}))
    key = Ed25519PrivateKey.generate()
    data = pack.make(pack.members_of(source), 1, "2026-03-02", key)
    pack.load(tmp_path / "data", pack.opened(data, [pack.public(key)]), resources.guidance)
    running = start()
    assert running.window.stage.say(text("symptom.print.nopaper")) == "There is no paper, says the pack"
    running.window.speak("fr")
    assert running.window.stage.say(text("symptom.print.nopaper")) == "There is no paper, says the pack"
