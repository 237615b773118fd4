"""Simulated tills as child processes: they start, obey, tell their address and end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import Gone
from kiosk.simulator.sandbox import TILLS, Child, Sandbox, command

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals; on Windows the tills stand on TCP")


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    made = Sandbox(tmp_path)
    yield made
    made.stop()


def test_the_tills_start_with_their_faults_and_obey(sandbox: Sandbox) -> None:
    sandbox.start_tills()
    assert set(sandbox.tills) == {till.id for till in TILLS}
    assert all(Path(child.address).exists() for child in sandbox.tills.values())
    answer = sandbox.tills["3"].tell("paper in")
    assert answer["ok"] is True
    assert answer["faults"] == []
    assert sandbox.tills["2"].tell("fault cable_out off")["faults"] == []


def test_a_child_that_cannot_start_is_told_with_its_status() -> None:
    with pytest.raises(Gone, match="ended with 2"):
        Child("simulate", "--protocol", "nonsense", "--pty")


def test_after_its_end_nothing_can_be_told(sandbox: Sandbox) -> None:
    child = Child("simulate", "--protocol", "zvt", "--pty")
    child.stop()
    with pytest.raises(Gone, match="not running"):
        child.tell("fault tamper on")


def test_a_desk_command_that_fails_says_why(sandbox: Sandbox) -> None:
    with pytest.raises(Gone, match="kiosk desk store"):
        sandbox.desk_command("store", "code", "no-such-store")


def test_the_program_calls_itself() -> None:
    assert command("check") == [sys.executable, "-m", "kiosk", "check"]
