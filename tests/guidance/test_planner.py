"""The planner against an exact optimum found by trying everything, and against the fixed order."""

import random
from functools import cache
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.guidance.belief import Model
from kiosk.guidance.planner import Step, next_step, outlook

NEAR = 1.05
Weights = tuple[float, ...]


def any_model(seed: int, shared: bool, escalate: float | None, causes: int = 5, questions: int = 3) -> Model:
    """A random small model; `shared`: remedies may cure several causes."""
    rng = random.Random(seed)
    names = [f"c{i}" for i in range(causes)]
    remedies = {
        f"r{i}": {
            "minutes": round(rng.lognormvariate(0.5, 0.7), 3),
            "cures": {name: rng.uniform(0.6, 1.0)}
            | ({rng.choice(names): rng.uniform(0.3, 1.0)} if shared and rng.random() < 0.5 else {}),
        }
        for i, name in enumerate(names)
    }
    observations = {
        f"q{i}": {"minutes": rng.uniform(0.1, 0.6), "true_if": {name: rng.choice([0.03, 0.5, 0.97]) for name in names}}
        for i in range(questions)
    }
    priors = {name: rng.random() ** 2 + 0.01 for name in names}
    return Model.from_dict({"causes": priors, "remedies": remedies, "observations": observations, "escalate": escalate})


Known = frozenset[tuple[str, bool]]


def optimum(model: Model) -> float:
    """The least expected minutes of any policy, by dynamic programming over everything that can be done."""

    @cache
    def best(seen: Known, tried: frozenset[str]) -> float:
        weights = weigh_up(model, seen, tried)
        rest = sum(weights)
        left = [r for r in model.remedies if r.id not in tried]
        costs = [rest * model.escalate] if model.escalate is not None else [0.0] * (not left)
        costs += [remedy.minutes * rest + best(seen, tried | {remedy.id}) for remedy in left]
        open_ones = [q for q in model.questions if left and not {(q.id, True), (q.id, False)} & seen]
        costs += [q.minutes * rest + sum(best(seen | {(q.id, yes)}, tried) for yes in (True, False)) for q in open_ones]
        return min(costs)

    return best(frozenset(), frozenset())


def weigh_up(model: Model, seen: Known, tried: frozenset[str]) -> Weights:
    weights = model.priors
    for key in seen:
        weights = times(weights, model.likelihood[key])
    for remedy in model.remedies:
        weights = without(weights, remedy.cures) if remedy.id in tried else weights
    return weights


def planned(model: Model, weights: Weights, seen: dict[str, bool], tried: frozenset[str]) -> float:
    """The expected minutes of following the planner."""
    rest = sum(weights)
    if rest < 1e-12:
        return 0.0
    step = next_step(model, seen, set(tried))
    if step.kind == "escalate":
        return rest * (model.escalate or 0.0)
    if step.kind == "remedy":
        remedy = next(r for r in model.remedies if r.id == step.id)
        after = planned(model, without(weights, remedy.cures), seen, tried | {remedy.id})
        return remedy.minutes * rest + after
    question = next(q for q in model.questions if q.id == step.id)
    return question.minutes * rest + sum(
        planned(model, times(weights, model.likelihood[step.id, answer]), seen | {step.id: answer}, tried)
        for answer in (True, False)
    )


def fixed(model: Model) -> float:
    """Chance per minute once, from the priors, to the end; then the expert where he costs something."""

    def gain(remedy: object) -> float:
        return sum(model.priors[c] * p for c, p in remedy.cures) / remedy.minutes  # type: ignore[attr-defined]

    weights, cost = model.priors, 0.0
    for remedy in sorted(model.remedies, key=gain, reverse=True):
        cost += remedy.minutes * sum(weights)
        weights = without(weights, remedy.cures)
    return cost + sum(weights) * (model.escalate or 0.0)


def without(weights: Weights, cures: tuple[tuple[int, float], ...]) -> Weights:
    chance = dict(cures)
    return tuple(w * (1 - chance.get(i, 0.0)) for i, w in enumerate(weights))


def times(weights: Weights, vector: Weights) -> Weights:
    return tuple(w * p for w, p in zip(weights, vector, strict=True))


KINDS = [(False, None), (True, None), (False, 8.0), (True, 8.0)]


@pytest.mark.parametrize(("shared", "escalate"), KINDS)
def test_near_the_exact_optimum(shared: bool, escalate: float | None) -> None:
    ratios = []
    for seed in range(15):
        model = any_model(seed, shared, escalate, causes=4)
        ratios.append(planned(model, model.priors, {}, frozenset()) / optimum(model))
    assert min(ratios) > 1 - 1e-9, "nothing beats the optimum: the measure itself is wrong"
    assert mean(ratios) <= NEAR, f"mean {mean(ratios):.3f}, worst {max(ratios):.3f}"


@pytest.mark.parametrize(("shared", "escalate"), KINDS)
def test_never_worse_than_the_fixed_order(shared: bool, escalate: float | None) -> None:
    for seed in range(20):
        model = any_model(1000 + seed, shared, escalate, causes=6)
        assert planned(model, model.priors, {}, frozenset()) <= fixed(model) * (1 + 1e-9), f"seed {1000 + seed}"


TWO = {
    "causes": {"a": 0.5, "b": 0.5},
    "remedies": {"A": {"minutes": 5, "cures": {"a": 1.0}}, "B": {"minutes": 5, "cures": {"b": 1.0}}},
}


def test_a_cheap_question_that_tells_is_asked_and_a_dear_one_is_not() -> None:
    tells = {"true_if": {"a": 0.99, "b": 0.01}}
    cheap = Model.from_dict(TWO | {"observations": {"q": {"minutes": 0.5, **tells}}})
    dear = Model.from_dict(TWO | {"observations": {"q": {"minutes": 4, **tells}}})
    assert next_step(cheap, {}, set()) == Step("question", "q")
    assert next_step(dear, {}, set()) == Step("remedy", "A")


def test_an_answered_question_is_not_asked_again_and_a_barred_one_not_at_all() -> None:
    model = Model.from_dict(TWO | {"observations": {"q": {"minutes": 0.5, "true_if": {"a": 0.99, "b": 0.01}}}})
    assert next_step(model, {"q": False}, set()) == Step("remedy", "B")
    assert next_step(model, {}, set(), frozenset({"q"})) == Step("remedy", "A")


def test_failed_and_barred_remedies_are_not_offered_but_only_failure_teaches() -> None:
    model = Model.from_dict(TWO)
    assert next_step(model, {}, {"A"}) == Step("remedy", "B")
    assert next_step(model, {}, set(), frozenset({"A"})) == Step("remedy", "B")
    assert next_step(model, {}, {"A", "B"}) == Step("escalate")
    assert next_step(model, {}, {"A"}, frozenset({"B"})) == Step("escalate")


def test_an_expert_once_no_remedy_is_worth_its_minutes() -> None:
    model = Model.from_dict(TWO | {"escalate": 4})
    assert next_step(model, {}, set()) == Step("escalate")
    assert next_step(Model.from_dict(TWO | {"escalate": 20}), {}, set()) == Step("remedy", "A")


def test_what_is_to_come() -> None:
    ahead = outlook(Model.from_dict(TWO), {}, set())
    assert (ahead.minutes, ahead.remedies, ahead.order) == (pytest.approx(7.5), pytest.approx(1.5), ("A", "B"))


@given(st.integers(0, 10_000), st.booleans(), st.lists(st.sampled_from(["q0", "q1", "q2"]), unique=True), st.booleans())
def test_the_same_question_gets_the_same_answer_and_every_walk_ends(
    seed: int, shared: bool, seen: list[str], answer: bool
) -> None:
    model = any_model(seed, shared, 15.0)
    observed, failed = dict.fromkeys(seen, answer), set[str]()
    for _ in range(len(model.remedies) + len(model.questions) + 1):
        step = next_step(model, observed, failed)
        assert step == next_step(model, dict(observed), set(failed))
        if step.kind == "escalate":
            return
        if step.kind == "question":
            assert step.id not in observed
            observed[step.id] = answer
        else:
            assert step.id not in failed
            failed.add(step.id)
    pytest.fail("it goes on for ever")
