"""A cash-register program that others wrote (ecrterm) understands our simulated ZVT terminal, on a line and on TCP.

It is no part of the project: the environment variable ECRTERM names the folder that holds its package.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.simulated import simulated

FOLDER = os.environ.get("ECRTERM", "")
TILL = Path(__file__).parents[1] / "fakes" / "ecrterm_till.py"
PLACES = {"line": ("--pty",), "tcp": ("--tcp", "0")}
SLIP = ["** SYSTEMKONFIGURATION **", "Software: 9.8", "Seriennr......12345678"]
pytestmark = pytest.mark.skipif(
    not (Path(FOLDER) / "ecrterm" / "ecr.py").is_file() or not FOLDER,
    reason="ecrterm is not here: set ECRTERM to the folder that holds its package",
)


def ask(place, *faults):
    """What ecrterm understood, and what our terminal counted."""
    options = [word for fault in faults for word in ("--fault", fault)]
    who = ("--name", "Muster X9", "--serial", "12345678", "--software", "9.8", "--latency", "0.01")
    with simulated("zvt", *who, *options, place=PLACES[place]) as terminal:
        ran = subprocess.run(
            [sys.executable, "-W", "ignore", str(TILL), terminal.address],
            env={**os.environ, "PYTHONPATH": FOLDER},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr[-2000:]
        counts = terminal.tell("counts")["counts"]
    return json.loads(ran.stdout.splitlines()[-1]), counts


@pytest.mark.parametrize("place", PLACES)
def test_a_healthy_terminal_is_understood(place):
    told, counts = ask(place)
    assert told["status_ended"] == told["diagnosis_ended"] == ["Completion", None]
    assert (told["status"], told["version"], told["device"], told["serial"]) == (0, "9.8", "Muster X9", "12345678")
    assert told["printed"][:3] == SLIP
    assert (counts["enquiries"], counts["diagnoses"], counts["unacknowledged"]) == (1, 1, 0)
    assert (counts["damaged"], counts["forbidden"]) == (0, 0)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("fault", "status"), [("paper_out", 0xCC), ("tamper", 0xDF), ("reconciliation_due", 0xF0)])
def test_a_fault_has_the_same_status_there(place, fault, status):
    told, _ = ask(place, fault)
    assert told["status"] == status


@pytest.mark.parametrize("place", PLACES)
def test_aborts_and_a_chatty_terminal(place):
    told, counts = ask(place, "unsent", "no_host", "chatty")
    assert told["status_ended"] == ["Abort", 0xFA]
    assert told["diagnosis_ended"] == ["Abort", 0xA3]
    assert counts["unacknowledged"] == 0


@pytest.mark.parametrize("place", PLACES)
def test_a_due_end_of_day_is_started_by_its_question(place):
    """As the specification says of any till's enquiry; ecrterm goes through with it."""
    _, counts = ask(place, "end_of_day_due")
    assert counts["ends_of_day"] == 1
