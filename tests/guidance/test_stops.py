"""Hard stops hold for every combination of evidence, answers, failures and refusals."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import resources
from kiosk.guidance.advise import Situation, Way, advise
from kiosk.guidance.load import load
from kiosk.guidance.model import CANNOT_SEE
from kiosk.guidance.stops import held_back, stop_among, stop_for
from kiosk.model.finding import Finding, Severity
from kiosk.model.terminal import Kind

KINDS = resources.findings()
GUIDE = load(Path(resources.root()) / "guidance", KINDS)
HALTS = sorted(id for id, kind in KINDS.items() if kind.halt)
HOLDS = sorted(id for id, kind in KINDS.items() if kind.hold)
REMEDIES = sorted(GUIDE.remedies)
ANSWERS = [(q.id, o) for q in GUIDE.questions.values() for o in (*q.options, CANNOT_SEE)]

evidence = st.lists(st.sampled_from(sorted(KINDS)), unique=True, max_size=12)
situations = st.builds(
    Situation,
    symptom=st.sampled_from(sorted(GUIDE.symptoms)),
    kind=st.sampled_from(list(Kind)),
    present=evidence.map(tuple),
    absent=evidence.map(tuple),
    answers=st.lists(st.sampled_from(ANSWERS), max_size=3).map(dict),
    failed=st.lists(st.sampled_from(REMEDIES), max_size=6).map(tuple),
    barred=st.lists(st.sampled_from(REMEDIES), max_size=6).map(tuple),
)


def with_finding(situation: Situation, finding: str, place: int) -> Situation:
    at = place % (len(situation.present) + 1)
    present = (*situation.present[:at], finding, *situation.present[at:])
    return Situation(**{f: getattr(situation, f) for f in situation.__struct_fields__} | {"present": present})


@given(situations, st.sampled_from(HALTS), st.integers(0, 20))
def test_halt_beats_all(situation: Situation, halt: str, place: int) -> None:
    advice = advise(GUIDE, with_finding(situation, halt, place), KINDS)
    assert advice.kind is Way.HALT
    assert KINDS[advice.id].halt
    assert advice.stop is not None
    assert advice.remedy is None


@given(situations, st.sampled_from(HOLDS), st.integers(0, 20))
def test_hold_bars_whatever_restarts_resets_cuts_power_or_repeats(situation: Situation, hold: str, place: int) -> None:
    advice = advise(GUIDE, with_finding(situation, hold, place), KINDS)
    assert advice.kind is Way.HALT or hold in advice.holds
    assert advice.remedy is None or not advice.remedy.destructive


@given(situations)
def test_nothing_is_offered_twice_and_nothing_unsafe_without_its_question(situation: Situation) -> None:
    advice = advise(GUIDE, situation, KINDS)
    if advice.remedy is not None:
        assert advice.remedy.id not in (*situation.failed, *situation.barred)
        needs = [q for q in advice.remedy.needs if situation.kind not in GUIDE.questions[q].not_for]
        assert all(situation.answers.get(q, CANNOT_SEE) != CANNOT_SEE for q in needs)


def test_a_finding_that_calls_itself_a_halt_is_one_even_if_nobody_knows_it() -> None:
    assert stop_for([Finding("new.danger", Severity.HALT)], KINDS).halt == "new.danger"


def test_halt_comes_before_hold_and_holds_are_told() -> None:
    stops = stop_among(["payment.unknown", "terminal.tamper"], KINDS)
    assert (stops.halt, stops.holds) == ("terminal.tamper", ("payment.unknown",))
    assert held_back(stops, GUIDE.remedies.values()) == frozenset(REMEDIES)


@pytest.mark.parametrize("word", ["restart", "swap", "replug", "day_end", "spare", "other_port"])
def test_remedies_that_restart_swap_or_repeat_are_marked_so(word: str) -> None:
    meant = [r for r in GUIDE.remedies.values() if word in r.id]
    assert meant
    assert all(remedy.destructive for remedy in meant)
