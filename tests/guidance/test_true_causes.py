"""Guidance names the true cause behind simulated faults, leads to its cure, and is silent about what is well."""

from __future__ import annotations

import pytest

from kiosk.guidance.advise import Way
from kiosk.guidance.procedure import Outcome, outcomes
from tests.diagnostics.fault_table import ROWS
from tests.guidance.true_causes import GUIDE, STOP, Walked, healthy, troubles, truth, walk

FIRST, FIRST_THREE = 0.95, 1.0
HEALTHY = 10 * len(ROWS)


@pytest.fixture(scope="module")
def walks() -> list[Walked]:
    return [walk(case) for case in troubles()]


def test_every_truth_is_a_cause_that_guidance_knows() -> None:
    causes = {cause for case in troubles() for cause in truth(case)} - {STOP}
    assert causes <= GUIDE.causes.keys()


def test_every_fault_opens_a_symptom(walks: list[Walked]) -> None:
    lost = [f"{w.case.row.name}: {w.case.fault} {w.findings}" for w in walks if not w.symptom]
    assert not lost, f"let a symptom be opened_by these findings: {lost}"


def test_the_true_cause_is_nearly_always_first_and_always_among_the_first_three(walks: list[Walked]) -> None:
    missed = [f"{w.case.row.name}: {w.case.fault} is {w.rank}, {w.first} first" for w in walks if w.rank != 1]
    assert sum(w.rank == 1 for w in walks) >= FIRST * len(walks), "\n".join(missed)
    assert sum(1 <= w.rank <= 3 for w in walks) >= FIRST_THREE * len(walks), "\n".join(missed)


def test_what_staff_can_cure_is_cured_and_the_rest_goes_to_somebody(walks: list[Walked]) -> None:
    """A person does what is asked; the right remedy takes the fault away, and the check after it sees that."""
    for w in walks:
        curable = [
            remedy.id
            for remedy in GUIDE.remedies.values()
            if any(remedy.cures.get(cause, 0) >= 0.5 for cause in truth(w.case))
            and Outcome.CURED in outcomes(GUIDE.procedure_of(remedy.id))
        ]
        assert w.end in ("cured", Way.ESCALATE, Way.HALT)
        assert w.end != "cured" or curable
        assert (w.end == Way.HALT) is (truth(w.case) == (STOP,)), w.case.fault


def test_few_remedies_are_tried_in_vain(walks: list[Walked]) -> None:
    cured = [w for w in walks if w.end == "cured"]
    assert len(cured) >= len(walks) / 2
    assert sum(w.remedies for w in cured) / len(cured) <= 2.0


def test_nothing_is_found_where_all_is_well() -> None:
    assert not [(name, found) for name, found in healthy(HEALTHY) if found]
