"""From evidence to a probability of each cause; one fault at a time, pure arithmetic, no I/O.

A model is plain numbers: causes with priors, remedies with minutes and a chance per cause, observations with minutes
and a likelihood per cause. Remedies and observations may be imperfect.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from kiosk.errors import ContentError

FLOOR = 1e-6
"""The least likelihood, used only where evidence contradicts every cause: then the smallest contradiction wins."""

Vector = tuple[float, ...]


class Remedy(NamedTuple):
    """Minutes it takes, and its chance for each cause as (index of the cause, chance)."""

    id: str
    minutes: float
    cures: tuple[tuple[int, float], ...]


class Question(NamedTuple):
    """Minutes it takes, and for each answer its key in `observed` and its likelihood for each cause."""

    id: str
    minutes: float
    answers: tuple[tuple[str, Vector], ...]


class Model:
    """Frozen after it is built; `likelihood[(id, seen)]` is a vector over causes."""

    __slots__ = ("causes", "escalate", "independent", "likelihood", "priors", "questions", "remedies")

    def __init__(
        self,
        priors: Mapping[str, float],
        remedies: Iterable[Remedy],
        questions: Iterable[Question],
        likelihood: Mapping[tuple[str, bool], Vector],
        escalate: float | None = None,
    ) -> None:
        total = sum(priors.values())
        if not total > 0 or min(priors.values(), default=0.0) < 0:
            raise ContentError("A model needs causes with priors above nought.")
        self.causes = tuple(priors)
        self.priors: Vector = tuple(p / total for p in priors.values())
        self.remedies = tuple(remedies)
        self.questions = tuple(questions)
        self.likelihood = dict(likelihood)
        self.escalate = escalate
        """Minutes that getting an expert costs; None: every remedy with any chance comes before."""
        cured = [cause for remedy in self.remedies for cause, _ in remedy.cures]
        self.independent = len(cured) == len(set(cured)) and all(len(r.cures) < 2 for r in self.remedies)
        """Every remedy is for one cause, every cause has one remedy at most."""

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> Model:
        """`{"causes": {id: prior}, "remedies": {id: {"minutes", "cures": {cause: chance}}}, "observations": {...}}`.

        An observation is `{"minutes": c, "true_if": {cause: probability}}`, or, with more than two answers,
        `{"minutes": c, "answers": {answer: {cause: probability}}}`, seen as `"<id>=<answer>"`. Without `minutes` only a
        machine can tell, and it is never asked. A cause not named counts as 0. `"escalate"` may give the minutes that
        getting an expert costs. Raises `ContentError` where a cause is unknown or a number is no chance.
        """
        priors = dict(d["causes"])
        index = {cause: i for i, cause in enumerate(priors)}
        remedies = [_remedy(id, about, index) for id, about in d.get("remedies", {}).items()]
        questions: list[Question] = []
        likelihood: dict[tuple[str, bool], Vector] = {}
        for id, about in d.get("observations", {}).items():
            answers = _answers(id, about, index)
            likelihood |= answers
            if about.get("minutes") is not None:
                keys = tuple((_key(*key), vector) for key, vector in answers.items() if _is_answer(about, key))
                questions.append(Question(id, _minutes(id, about), keys))
        return cls(priors, remedies, questions, likelihood, d.get("escalate"))


def posterior(model: Model, observed: Mapping[str, bool], failed: Iterable[str]) -> dict[str, float]:
    """The probability of each cause after what was seen and what was tried in vain; sums to 1."""
    weights = weigh(model, observed, failed)
    total = sum(weights)
    return {cause: weight / total for cause, weight in zip(model.causes, weights, strict=True)}


def weigh(model: Model, observed: Mapping[str, bool], failed: Iterable[str]) -> list[float]:
    """The same, not yet divided by its sum, which is above nought."""
    failed = frozenset(failed)
    exact = _weights(model, observed, failed, 0.0)
    return exact if sum(exact) > 0 else _weights(model, observed, failed, FLOOR)


def _weights(model: Model, observed: Mapping[str, bool], failed: frozenset[str], floor: float) -> list[float]:
    weights = [max(p, floor) for p in model.priors]
    for seen in observed.items():
        vector = model.likelihood.get(seen)
        if vector is not None:
            weights = [w * max(p, floor) for w, p in zip(weights, vector, strict=True)]
    for remedy in model.remedies:
        if remedy.id in failed:
            for cause, chance in remedy.cures:
                weights[cause] *= max(1.0 - chance, floor)
    return weights


def _remedy(id: str, about: Mapping[str, Any], index: Mapping[str, int]) -> Remedy:
    vector = _vector(id, about["cures"], index)
    return Remedy(id, _minutes(id, about), tuple((i, chance) for i, chance in enumerate(vector) if chance > 0))


def _answers(id: str, about: Mapping[str, Any], index: Mapping[str, int]) -> dict[tuple[str, bool], Vector]:
    answers: dict[tuple[str, bool], Vector] = {}
    if "answers" in about:
        named = {f"{id}={answer}": given for answer, given in about["answers"].items()}
    else:
        named = {id: about["true_if"]}
    for key, given in named.items():
        vector = _vector(id, given, index)
        answers[key, True] = vector
        answers[key, False] = tuple(1.0 - p for p in vector)
    return answers


def _is_answer(about: Mapping[str, Any], key: tuple[str, bool]) -> bool:
    """Of many answers exactly one is true; of two, either."""
    return "answers" not in about or key[1]


def _key(key: str, seen: bool) -> str:
    return key if seen else f"not {key}"


def _vector(id: str, given: Mapping[str, float], index: Mapping[str, int]) -> Vector:
    unknown = set(given) - set(index)
    if unknown:
        raise ContentError(f"{id} names unknown causes: {', '.join(sorted(unknown))}.")
    if any(not 0 <= p <= 1 for p in given.values()):
        raise ContentError(f"{id} holds a chance that is not between 0 and 1.")
    return tuple(float(given.get(cause, 0.0)) for cause in index)


def _minutes(id: str, about: Mapping[str, Any]) -> float:
    minutes = float(about["minutes"])
    if not minutes > 0:
        raise ContentError(f"{id} must take some minutes.")
    return minutes
