"""From belief to the next best step: a remedy, a question or an expert; deterministic, pure, at most a millisecond.

Remedies go by chance per minute. A question is asked only if asking it now and then going by chance per minute is
cheaper than going by chance per minute at once, so that asking is never worse than not asking.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from heapq import heapify, heappop, heapreplace
from itertools import accumulate
from operator import mul
from typing import Literal, NamedTuple

from kiosk.guidance.belief import Model, Question, Remedy, weigh

SLACK = 1e-9
"""Minutes that a question must win, so that rounding never asks one."""

NO_CHANCE = 1e-9
"""A remedy below this chance cannot help."""

LOOK_AT = 4
"""How many remedies are tried as the first step where remedies share causes."""


class Step(NamedTuple):
    """`id` is that of the remedy or question, empty for an expert."""

    kind: Literal["remedy", "question", "escalate"]
    id: str = ""


class Outlook(NamedTuple):
    """Finishing by chance per minute: minutes and number of remedies to expect, and the order they come in."""

    minutes: float
    remedies: float
    order: tuple[str, ...]


def next_step(
    model: Model, observed: Mapping[str, bool], failed: Collection[str], barred: frozenset[str] = frozenset()
) -> Step:
    """What to do now. `failed` was tried in vain; `barred` is not offered but says nothing about causes."""
    weights = weigh(model, observed, failed)
    left = _left(model, weights, failed, barred)
    ready = _Apart(left) if model.independent else left
    cost, first = _finish(model, weights, ready)
    if first is not None and not model.independent:
        cost, first = _better_first(model, weights, left, cost, first)
    step = Step("escalate") if first is None else Step("remedy", first.id)
    if len(left) < 2 and model.escalate is None:
        return step
    for question in model.questions:
        if question.id in barred or _answered(question, observed):
            continue
        asking = _cost_of_asking(model, question, weights, ready)
        if asking < cost - SLACK * sum(weights):
            cost, step = asking, Step("question", question.id)
    return step


def outlook(
    model: Model, observed: Mapping[str, bool], failed: Collection[str], barred: frozenset[str] = frozenset()
) -> Outlook:
    """What is still to come if remedies are taken by chance per minute."""
    weights = weigh(model, observed, failed)
    left = _left(model, weights, failed, barred)
    rest = total = sum(weights)
    minutes, order = 0.0, []
    steps = 0.0
    while left:
        _, first = _finish(model, weights, left)
        if first is None:
            break
        minutes += first.minutes * rest
        steps += rest
        order.append(first.id)
        weights = _without(weights, first)
        rest = sum(weights)
        left = [remedy for remedy in left if remedy is not first]
    return Outlook(minutes / total, steps / total, tuple(order))


def _left(model: Model, weights: list[float], failed: Collection[str], barred: frozenset[str]) -> list[Remedy]:
    least = NO_CHANCE * sum(weights)
    return [
        remedy
        for remedy in model.remedies
        if remedy.id not in failed and remedy.id not in barred and _gain(remedy, weights) > least
    ]


def _answered(question: Question, observed: Mapping[str, bool]) -> bool:
    return question.id in observed or any(key in observed for key, _ in question.answers)


def _gain(remedy: Remedy, weights: list[float]) -> float:
    cures = remedy.cures
    if len(cures) == 1:  # most remedies; a generator would take three times as long
        return weights[cures[0][0]] * cures[0][1]
    return sum([weights[cause] * chance for cause, chance in cures])


def _without(weights: list[float], remedy: Remedy) -> list[float]:
    """Belief after the remedy was tried in vain."""
    after = weights[:]
    for cause, chance in remedy.cures:
        after[cause] *= 1.0 - chance
    return after


def _cost_of_asking(model: Model, question: Question, weights: list[float], left: list[Remedy] | _Apart) -> float:
    cost = question.minutes * sum(weights)
    for _, vector in question.answers:
        cost += _finish(model, list(map(mul, weights, vector)), left)[0]
    return cost


def _better_first(
    model: Model, weights: list[float], left: list[Remedy], cost: float, first: Remedy
) -> tuple[float, Remedy]:
    """Remedies that share causes: chance per minute may choose badly, so the best few are looked at one by one."""
    total = sum(weights)
    likely = sorted(left, key=lambda r: -_gain(r, weights) / r.minutes)[:LOOK_AT]
    for remedy in likely:
        if remedy is not first:
            others = [other for other in left if other is not remedy]
            try_it = remedy.minutes * total + _finish(model, _without(weights, remedy), others)[0]
            if try_it < cost - SLACK * total:
                cost, first = try_it, remedy
    return cost, first


def _finish(model: Model, weights: list[float], left: list[Remedy] | _Apart) -> tuple[float, Remedy | None]:
    """Minutes (times the sum of the weights) until cured or given up, by chance per minute, and the first remedy.

    The expert's minutes count where the model has them: then remedies go on only as far as they are worth it.
    """
    if isinstance(left, _Apart):
        return left.finish(weights, model.escalate)
    return _finish_shared(weights, left, model.escalate)


class _Apart:
    """Remedies that share no cause, each for one cause, laid out so that the inner loop runs in C."""

    __slots__ = ("causes", "chances", "left", "minutes", "numbers", "rates")

    def __init__(self, left: list[Remedy]) -> None:
        self.left = left
        self.minutes = [remedy.minutes for remedy in left]
        self.causes = [remedy.cures[0][0] for remedy in left]
        self.chances = [remedy.cures[0][1] for remedy in left]
        self.rates = [remedy.cures[0][1] / remedy.minutes for remedy in left]
        self.numbers = range(len(left))

    def finish(self, weights: list[float], escalate: float | None) -> tuple[float, Remedy | None]:
        """One order by chance per minute is exact here; see `_finish`."""
        if not self.left:
            return (sum(weights) * escalate if escalate is not None else 0.0), None
        theirs = list(map(weights.__getitem__, self.causes))
        rates = list(map(mul, theirs, self.rates))
        ranked = sorted(self.numbers, key=rates.__getitem__, reverse=True)
        gains = map(list(map(mul, theirs, self.chances)).__getitem__, ranked)
        minutes = map(self.minutes.__getitem__, ranked)
        rest, first = sum(weights), self.left[ranked[0]]
        if escalate is None:
            # every remedy is paid for as long as the fault lasts, so a cure costs the minutes up to its own
            cured, so_far = list(gains), list(accumulate(minutes))
            return so_far[-1] * (rest - sum(cured)) + sum(map(mul, cured, so_far)), first
        best, spent = rest * escalate, 0.0
        none = best
        for gain, took in zip(gains, minutes, strict=True):
            spent += took * rest
            rest -= gain
            best = min(best, spent + rest * escalate)
        return best, (first if best < none else None)


def _finish_shared(weights: list[float], left: list[Remedy], escalate: float | None) -> tuple[float, Remedy | None]:
    """Remedies share causes: a failure lowers the chance of others, only ever lowers: the heap is put right lazily."""
    weights = weights[:]
    heap = [(-_gain(remedy, weights) / remedy.minutes, number, remedy) for number, remedy in enumerate(left)]
    heapify(heap)
    rest = sum(weights)
    spent, best = 0.0, (rest * escalate if escalate is not None else None)
    first, worth = None, escalate is None
    while heap:
        rank, number, remedy = heap[0]
        gain = _gain(remedy, weights)
        now = -gain / remedy.minutes
        if now > rank + 1e-15:
            heapreplace(heap, (now, number, remedy))
            continue
        heappop(heap)
        first = first or remedy
        spent += remedy.minutes * rest
        rest -= gain
        for cause, chance in remedy.cures:
            weights[cause] *= 1.0 - chance
        if escalate is not None and best is not None and spent + rest * escalate < best:
            best, worth = spent + rest * escalate, True
    return (spent if best is None else best), (first if worth else None)
