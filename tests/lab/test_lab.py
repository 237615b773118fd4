"""The lab: a guest with a real Linux USB stack in which the real commands meet devices that are pulled out. Opt-in."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab import boot, pack
from tests.lab.guest import SIGN, chosen
from tests.lab.scenarios import Scenario

pytestmark = [pytest.mark.lab, pytest.mark.alone]
_CANNOT = 3
ONLY = os.environ.get("LAB_ONLY", "")  # a word of a scenario's name, or words with | between
SECONDS = 1200  # for everything, on a machine that is busy with other things


@pytest.fixture(scope="module")
def answers() -> Iterator[dict[str, dict[str, Any]]]:
    """What the guest said of each scenario; printed as it comes."""
    ready = subprocess.run([boot.SETUP, boot.LAB], capture_output=True, text=True, check=False)
    if ready.returncode == _CANNOT:
        pytest.skip(ready.stderr.strip())
    assert ready.returncode == 0, ready.stderr
    pack.make(boot.CHECKOUT, boot.LAB)
    yield {one["name"]: one for one in _told() if one["what"] == "scenario"}


def _told() -> Iterator[dict[str, Any]]:
    began = time.monotonic()
    for line in boot.said(boot.command(ONLY), SECONDS):
        if SIGN not in line:
            print(f"    {line}")
            continue
        told = json.loads(line.partition(SIGN)[2])
        print(_line(told), flush=True)
        yield told
    print(f"{time.monotonic() - began:6.1f} s from power on to power off")


def _line(told: dict[str, Any]) -> str:
    if told["what"] != "scenario":
        return f"{told['seconds']:6.1f} s {told['what']}"
    verdict = "ok  " if told["got"] == told["expected"] else "DIFF"
    return f"{told['seconds']:6.1f} s {verdict} {told['name']}: expected {told['expected']} | got {told['got']}"


@pytest.mark.parametrize("one", chosen(ONLY), ids=lambda one: one.name)
def test_a_person_is_told_what_they_would_expect(answers: dict[str, dict[str, Any]], one: Scenario) -> None:
    assert one.name in answers, "the guest ended before it came to this"
    assert answers[one.name]["got"] == one.expected
