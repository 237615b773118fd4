"""Belief is Bayes over one fault, imperfect remedies and observations, and survives what contradicts itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import ContentError
from kiosk.guidance.belief import Model, posterior

PRINTER = {
    "causes": {"paper": 0.6, "lid": 0.3, "broken": 0.1},
    "remedies": {"new roll": {"minutes": 2, "cures": {"paper": 0.9}}, "shut": {"minutes": 1, "cures": {"lid": 1.0}}},
    "observations": {
        "no paper": {"minutes": 0.5, "true_if": {"paper": 0.9, "lid": 0.2, "broken": 0.1}},
        "light": {"minutes": 0.2, "answers": {"on": {"paper": 1, "lid": 1, "broken": 0.3}, "off": {"broken": 0.7}}},
    },
}


def test_nothing_known_is_the_prior() -> None:
    assert posterior(Model.from_dict(PRINTER), {}, set()) == pytest.approx(PRINTER["causes"])


def test_what_is_seen_moves_belief_by_bayes() -> None:
    belief = posterior(Model.from_dict(PRINTER), {"no paper": True}, set())
    assert belief == pytest.approx({"paper": 0.54 / 0.61, "lid": 0.06 / 0.61, "broken": 0.01 / 0.61})


def test_what_is_known_not_to_be_there_counts_as_well() -> None:
    belief = posterior(Model.from_dict(PRINTER), {"no paper": False}, set())
    assert belief["lid"] == pytest.approx(0.24 / (0.06 + 0.24 + 0.09))


def test_a_remedy_tried_in_vain_lowers_its_causes_as_far_as_it_is_sure() -> None:
    belief = posterior(Model.from_dict(PRINTER), {}, {"new roll", "shut"})
    assert belief == pytest.approx({"paper": 0.06 / 0.16, "lid": 0.0, "broken": 0.1 / 0.16})


def test_one_of_several_answers() -> None:
    belief = posterior(Model.from_dict(PRINTER), {"light=off": True}, set())
    assert belief == pytest.approx({"paper": 0, "lid": 0, "broken": 1})


def test_evidence_that_no_cause_explains_leaves_a_belief_all_the_same() -> None:
    belief = posterior(Model.from_dict(PRINTER), {"light=off": True, "light=on": False, "no paper": True}, {"shut"})
    assert sum(belief.values()) == pytest.approx(1)
    model = Model.from_dict(
        {"causes": {"a": 1.0, "b": 1.0}, "remedies": {"r": {"minutes": 1, "cures": {"a": 1, "b": 1}}}}
    )
    assert posterior(model, {}, {"r"}) == pytest.approx({"a": 0.5, "b": 0.5})


def test_what_the_model_does_not_know_changes_nothing() -> None:
    assert posterior(Model.from_dict(PRINTER), {"moon": True}, {"prayer"}) == pytest.approx(PRINTER["causes"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"causes": {}},
        {"causes": {"a": 0.0}},
        {"causes": {"a": 1.0}, "remedies": {"r": {"minutes": 1, "cures": {"b": 0.5}}}},
        {"causes": {"a": 1.0}, "remedies": {"r": {"minutes": 0, "cures": {"a": 0.5}}}},
        {"causes": {"a": 1.0}, "observations": {"o": {"minutes": 1, "true_if": {"a": 1.5}}}},
    ],
)
def test_a_model_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ContentError):
        Model.from_dict(wrong)


chances = st.floats(0, 1)


@given(st.lists(st.tuples(st.floats(0.01, 1), chances, chances), min_size=1, max_size=8), st.booleans(), st.booleans())
def test_belief_always_sums_to_one(rows: list[tuple[float, float, float]], seen: bool, tried: bool) -> None:
    causes = {str(i): prior for i, (prior, _, _) in enumerate(rows)}
    model = Model.from_dict(
        {
            "causes": causes,
            "remedies": {"r": {"minutes": 1, "cures": {str(i): chance for i, (_, chance, _) in enumerate(rows)}}},
            "observations": {"o": {"minutes": 1, "true_if": {str(i): p for i, (_, _, p) in enumerate(rows)}}},
        }
    )
    belief = posterior(model, {"o": seen}, {"r"} if tried else set())
    assert sum(belief.values()) == pytest.approx(1)
    assert all(p >= 0 for p in belief.values())
