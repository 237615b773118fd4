"""Counting and learning: sums, the threshold, orders that odd cases cannot turn; properties over any counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import resources
from kiosk.guidance.load import load
from kiosk.guidance.model import Guide, Remedy
from kiosk.guidance.outcomes import (
    LEAST,
    ODD,
    WEIGHT,
    Came,
    Counts,
    Outcome,
    Tally,
    added,
    cases_of,
    counted,
    learned,
    learned_priors,
    outcome_of,
)
from kiosk.model.case import Step, StepState

PRIORS = {"cable": 0.5, "power": 0.3, "broken": 0.2}
SYMPTOM, REMEDY = "pos.no_answer", "cable.push_terminal"


@pytest.fixture(scope="module")
def guide() -> Guide:
    return load(resources.root() / "guidance", resources.findings())


def test_each_outcome_is_counted_where_it_belongs() -> None:
    counts: Counts = {}
    for came, minutes in ((Came.CURED, 2.0), (Came.IN_VAIN, 900.0), (Came.REFUSED, 1.0), (Came.IMPOSSIBLE, 1.0)):
        counts = counted(counts, Outcome("s", "r", came, minutes))
    assert counts == {"s": {"r": Tally(1, 1, 1, 1, 62.0)}}
    assert counts["s"]["r"].tried == 2
    assert added([counts, counts, {}])["s"]["r"] == Tally(2, 2, 2, 2, 124.0)


def test_steps_of_a_case_are_outcomes() -> None:
    assert outcome_of("s", Step("r", StepState.CURED, seconds=90)) == Outcome("s", "r", Came.CURED, 1.5)
    assert outcome_of("s", Step("r", StepState.NO_CHANGE)) == Outcome("s", "r", Came.IN_VAIN)
    assert outcome_of("s", Step("r", StepState.CANNOT, "refused")) == Outcome("s", "r", Came.REFUSED)
    assert outcome_of("s", Step("r", StepState.CANNOT, "cannot_reach")) == Outcome("s", "r", Came.IMPOSSIBLE)
    assert outcome_of("s", Step("r", StepState.OFFERED)) is None
    assert outcome_of("", Step("r", StepState.CURED)) is None


def test_a_cure_counts_for_the_causes_it_cures() -> None:
    remedies = {"r": Remedy("r", 1.0, {"cable": 0.8, "power": 0.2}, "r")}
    cases = cases_of(PRIORS, remedies, {"r": Tally(cured=46), "unknown": Tally(cured=9)})
    assert cases == pytest.approx({"cable": 40, "power": 6, "broken": 0})


def test_below_the_threshold_the_shipped_numbers_stay() -> None:
    assert learned_priors(PRIORS, {"broken": LEAST - 1}) == PRIORS
    assert learned_priors(PRIORS, {"broken": LEAST}) != PRIORS


def test_many_cases_do_turn_an_order() -> None:
    assert learned_priors(PRIORS, {"broken": 60})["broken"] == pytest.approx((WEIGHT * 0.2 + 60) / 90)


def test_an_order_that_hangs_on_few_cases_is_a_draw() -> None:
    close = learned_priors({"a": 0.51, "b": 0.49}, {"a": 15, "b": 20})
    assert close["a"] == close["b"]


tables = st.lists(st.integers(1, 100), min_size=2, max_size=6).map(
    lambda parts: {f"c{i}": part / sum(parts) for i, part in enumerate(parts)}
)
numbers = st.lists(st.integers(0, 300), min_size=6, max_size=6)


@given(tables, numbers)
def test_an_order_turns_only_if_it_would_with_ten_cases_fewer(priors: dict[str, float], cases: list[int]) -> None:
    seen = dict(zip(priors, cases, strict=False))
    after = learned_priors(priors, {cause: float(n) for cause, n in seen.items()})
    assert sum(after.values()) == pytest.approx(1.0)
    for one, was in priors.items():
        for other, less in priors.items():
            if was > less and after[other] > after[one] + 1e-9:
                assert WEIGHT * less + seen[other] - ODD > WEIGHT * was + seen[one] - 1e-6


@given(tables, numbers, st.integers(0, 5))
def test_ten_odd_cases_turn_no_order(priors: dict[str, float], cases: list[int], odd: int) -> None:
    """Cases as the shipped numbers have it, and ten of one cause on top."""
    seen = {cause: 100 * prior for cause, prior in priors.items()}
    cause = list(priors)[odd % len(priors)]
    after = learned_priors(priors, seen | {cause: seen[cause] + ODD})
    assert all(after[a] >= after[b] - 1e-9 for a in priors for b in priors if priors[a] > priors[b])


def test_the_guide_learns_and_stays_one(guide: Guide) -> None:
    counts = {SYMPTOM: {REMEDY: Tally(cured=80, in_vain=5, minutes=85 * 3.0)}, "no.such": {REMEDY: Tally(cured=99)}}
    taught = learned(guide, counts)
    before, after = guide.remedies[REMEDY], taught.remedies[REMEDY]
    assert before.judgement
    assert not after.judgement
    assert all(after.cures[cause] > chance for cause, chance in before.cures.items() if chance < 0.9)
    assert abs(after.minutes - 3.0) < abs(before.minutes - 3.0) or before.minutes == 3.0
    for symptom in taught.symptoms.values():
        assert all(sum(table.values()) == pytest.approx(1.0) for table in symptom.priors.values())
    assert taught.symptoms[SYMPTOM] != guide.symptoms[SYMPTOM]
    assert taught.symptoms["print.jam"] == guide.symptoms["print.jam"]


def test_few_tries_teach_nothing(guide: Guide) -> None:
    assert learned(guide, {SYMPTOM: {REMEDY: Tally(cured=LEAST - 1)}}) == guide
    assert learned(guide, {}) == guide
