"""What a repair costs: the exact optimum by dynamic programming, and what a planner's own steps cost; shares no code
with the planner and reads the same plain numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import mul, sub
from random import Random
from typing import Any

from kiosk.guidance.belief import Model
from kiosk.guidance.planner import Step, next_step

Planner = Callable[[Model, dict[str, bool], set[str]], Step]


class Trouble:
    """One model as `Model.from_dict` takes it; costs are minutes, over all causes by their chance."""

    def __init__(self, d: Mapping[str, Any]) -> None:
        self.model = Model.from_dict(d)
        total = sum(d["causes"].values())
        self._causes = list(d["causes"])
        self._priors = [p / total for p in d["causes"].values()]
        self._remedies = {id: (r["minutes"], self._row(r["cures"])) for id, r in d["remedies"].items()}
        self._questions = {id: (q["minutes"], self._answers(id, q)) for id, q in d["observations"].items()}
        self._escalate: float | None = d.get("escalate")

    def _row(self, given: Mapping[str, float]) -> list[float]:
        return [given.get(cause, 0.0) for cause in self._causes]

    def _answers(self, id: str, q: Mapping[str, Any]) -> list[tuple[tuple[str, bool], list[float]]]:
        if "answers" in q:
            return [((f"{id}={answer}", True), self._row(row)) for answer, row in q["answers"].items()]
        row = self._row(q["true_if"])
        return [((id, True), row), ((id, False), [1 - p for p in row])]

    def optimum(self) -> float:
        """The cost of the best steps there are. A state is what failed and what was answered, as two numbers."""
        remedies = [(1 << i, minutes, cures) for i, (minutes, cures) in enumerate(self._remedies.values())]
        questions = [
            (6**i, minutes, [row for _, row in answers])  # up to five answers, and not asked
            for i, (minutes, answers) in enumerate(self._questions.values())
        ]
        known: dict[tuple[int, int], float] = {}
        escalate = self._escalate

        def best(weights: list[float], failed: int, seen: int) -> float:
            cost = known.get((failed, seen))
            if cost is not None:
                return cost
            total = sum(weights)
            ways = [total * escalate] if escalate is not None else []
            for bit, minutes, cures in remedies:
                gains = list(map(mul, weights, cures))
                if not failed & bit and sum(gains) > 1e-9 * total:
                    ways.append(minutes * total + best(list(map(sub, weights, gains)), failed | bit, seen))
            if ways:  # a question cures nothing
                for place, minutes, rows in questions:
                    if not seen // place % 6:
                        given = [list(map(mul, weights, row)) for row in rows]
                        after = [best(own, failed, seen + n * place) for n, own in enumerate(given, 1) if sum(own) > 0]
                        ways.append(minutes * total + sum(after))
            known[failed, seen] = cost = min(ways, default=0.0)
            return cost

        return best(self._priors, 0, 0)

    def cost(self, planner: Planner = next_step) -> float:
        """The cost of the steps that a planner gives, one after the other, whatever the answers are."""

        def walk(weights: list[float], observed: dict[str, bool], failed: set[str]) -> float:
            total = sum(weights)
            if total <= 1e-12:
                return 0.0
            step = planner(self.model, observed, failed)
            if step.kind == "escalate":
                return total * (self._escalate or 0.0)
            if step.kind == "remedy":
                minutes, cures = self._remedies[step.id]
                after = [w * (1 - p) for w, p in zip(weights, cures, strict=True)]
                return minutes * total + walk(after, observed, failed | {step.id})
            minutes, answers = self._questions[step.id]
            return minutes * total + sum(
                walk([w * p for w, p in zip(weights, row, strict=True)], {**observed, key: seen}, failed)
                for (key, seen), row in answers
            )

        return walk(self._priors, {}, set())


def random_trouble(rng: Random) -> dict[str, Any]:
    """A small model: causes that share remedies, remedies that may fail, questions that may mislead; or an expert."""
    causes = [f"c{i}" for i in range(rng.randint(3, 6))]
    remedies = {
        f"r{i}": {
            "minutes": rng.lognormvariate(0, 0.7),
            "cures": {c: rng.uniform(0.5, 1.0) for c in rng.sample(causes, rng.randint(1, 2))},
        }
        for i in range(rng.randint(3, 6))
    }
    observations = {
        f"o{i}": {"minutes": rng.uniform(0.1, 0.6), "true_if": {c: rng.uniform(0.02, 0.98) for c in causes}}
        for i in range(rng.randint(1, 3))
    }
    made = {"causes": {c: rng.random() + 0.02 for c in causes}, "remedies": remedies, "observations": observations}
    return made | ({"escalate": rng.uniform(3, 15)} if rng.random() < 0.5 else {})
