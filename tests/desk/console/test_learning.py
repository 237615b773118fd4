"""Leads see what the cases teach and what it would change; nobody else does, and nothing changes by itself."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk import resources
from kiosk.desk.console.learning import proposed
from kiosk.guidance.load import load
from kiosk.guidance.model import Guide
from kiosk.guidance.outcomes import LEAST, Tally
from kiosk.model.terminal import Kind


@pytest.fixture(scope="module")
def guide() -> Guide:
    return load(resources.root() / "guidance", resources.findings())


def taught(kiosk: Any, cases: int) -> None:
    for _ in range(cases):
        kiosk.open_case(
            lambda case: kiosk.event(case, "symptom", id="power.dead"),
            lambda case: kiosk.event(case, "step", id="power.push_plugs", state="cured", seconds=60),
        )


def test_outcomes_are_shown_and_handed_out(kiosk: Any, console: Any) -> None:
    taught(kiosk, 2)
    lead = console("lead")
    first = lead.get("/learning").text
    assert f"a symptom needs {LEAST} cures" in first
    assert "<td>2</td>" in first
    counts = lead.get("/learning/counts.json")
    assert counts.json()["power.dead"]["power.push_plugs"]["cured"] == 2
    assert "attachment" in counts.headers["content-disposition"]


def test_enough_cures_propose_numbers_and_no_row_is_empty(guide: Guide) -> None:
    remedy = next(
        r for r in guide.remedies.values() if set(r.cures) & set(guide.symptoms["power.dead"].priors_of(Kind.TERMINAL))
    )
    counts = {"power.dead": {remedy.id: Tally(cured=4 * LEAST)}}
    rows = proposed(guide, counts, resources.catalogue("en"))
    assert rows
    assert all(all(cell for cell in row) and row[3] != row[4] for row in rows)
    assert proposed(guide, {"power.dead": {remedy.id: Tally(cured=LEAST - 1)}}, resources.catalogue("en")) == []


def test_it_is_for_leads(desk: Any, console: Any) -> None:
    mira = console()
    assert mira.get("/learning").status_code == 403
    assert mira.get("/learning/counts.json").status_code == 403
    assert "/learning" not in mira.get("/knowledge").text
    assert "/learning" in console("administrator").get("/knowledge").text
