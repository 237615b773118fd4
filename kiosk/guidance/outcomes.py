"""What came of remedies, counted, and what is learned from the counts; pure. Ten odd cases cannot turn an order.

Priors are Dirichlet means: the shipped numbers weigh like `WEIGHT` cases. Until `LEAST` cases of a symptom were cured,
its shipped numbers stay as they are: they are judgement, and say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from kiosk.guidance.model import Guide, Remedy, Symptom
from kiosk.model.case import Step, StepState

LEAST = 30
WEIGHT = 30.0
ODD = 10
"""So many cases may be odd: with them taken away an order must still have turned."""

SUREST = 0.99
MOST_MINUTES = 60.0
"""Of one remedy: who left the PC alone meanwhile does not make it slower."""


class Came(StrEnum):
    """What came of a remedy. `refused`: staff would not, or may not; `impossible`: they could not."""

    CURED = "cured"
    IN_VAIN = "in_vain"
    REFUSED = "refused"
    IMPOSSIBLE = "impossible"


class Outcome(Struct, frozen=True):
    """One remedy tried, or not, for one symptom; `minutes` that it took."""

    symptom: str
    remedy: str
    came: Came
    minutes: float = 0.0


class Tally(Struct, frozen=True):
    """How often each came; `minutes` are those of remedies that were tried to their end, all together."""

    cured: int = 0
    in_vain: int = 0
    refused: int = 0
    impossible: int = 0
    minutes: float = 0.0

    @property
    def tried(self) -> int:
        return self.cured + self.in_vain


Counts = dict[str, dict[str, Tally]]
"""Symptom -> remedy -> how often."""


def counted(counts: Counts, outcome: Outcome) -> Counts:
    """The counts with one outcome more."""
    own = counts.get(outcome.symptom, {})
    tally = own.get(outcome.remedy, Tally())
    fresh = replace(tally, **{outcome.came.value: getattr(tally, outcome.came.value) + 1})
    if outcome.came in (Came.CURED, Came.IN_VAIN):
        fresh = replace(fresh, minutes=tally.minutes + min(MOST_MINUTES, max(0.0, outcome.minutes)))
    return counts | {outcome.symptom: own | {outcome.remedy: fresh}}


CAME = {StepState.CURED: Came.CURED, StepState.NO_CHANGE: Came.IN_VAIN, StepState.CANNOT: Came.IMPOSSIBLE}
REFUSED = ("refused", "no_time")
"""Reasons for not doing a step that say nothing of whether it could be done."""


def outcome_of(symptom: str, step: Step) -> Outcome | None:
    """What a step event of a case counts as; None for one that ended nothing."""
    came = CAME.get(step.state)
    if came is None or not symptom:
        return None
    if came is Came.IMPOSSIBLE and step.answer in REFUSED:
        came = Came.REFUSED
    return Outcome(symptom, step.id, came, step.seconds / 60)


def added(counts: Iterable[Counts]) -> Counts:
    """The counts of many kiosks, or many cases, together."""
    total: Counts = {}
    for each in counts:
        for symptom, own in each.items():
            known = total.setdefault(symptom, {})
            known |= {remedy: _sum(known.get(remedy, Tally()), tally) for remedy, tally in own.items()}
    return total


def _sum(one: Tally, other: Tally) -> Tally:
    return Tally(*(getattr(one, name) + getattr(other, name) for name in Tally.__struct_fields__))


def cases_of(priors: Mapping[str, float], remedies: Mapping[str, Remedy], own: Mapping[str, Tally]) -> dict[str, float]:
    """How many cured cases fall to each cause: a cure counts for the causes that the remedy cures, by their share."""
    cases = dict.fromkeys(priors, 0.0)
    for id, tally in own.items():
        cures = remedies[id].cures if id in remedies else {}
        shares = {cause: prior * cures.get(cause, 0.0) for cause, prior in priors.items()}
        whole = sum(shares.values())
        for cause, share in shares.items() if whole > 0 else ():
            cases[cause] += tally.cured * share / whole
    return cases


def learned_priors(priors: Mapping[str, float], cases: Mapping[str, float]) -> dict[str, float]:
    """Priors after cases; the shipped ones below `LEAST`. Sums to what it summed to.

    An order of two causes turns only if it would turn with `ODD` cases fewer too; else both share what they have.
    """
    count = sum(cases.get(cause, 0.0) for cause in priors)
    if count < LEAST - 1e-9:
        return dict(priors)
    weights = {cause: WEIGHT * prior + cases.get(cause, 0.0) for cause, prior in priors.items()}
    order = _ordered(priors, weights)
    level = _levelled([weights[cause] for cause in order])
    whole = sum(level) / sum(priors.values())
    learned = {cause: value / whole for cause, value in zip(order, level, strict=True)}
    return {cause: learned[cause] for cause in priors}


def _ordered(priors: Mapping[str, float], weights: Mapping[str, float]) -> list[str]:
    """The shipped order; a cause goes before another only where it is surely more frequent."""
    order: list[str] = []
    for cause in sorted(priors, key=lambda each: -priors[each]):
        at = len(order)
        while at and weights[cause] - ODD > weights[order[at - 1]]:
            at -= 1
        order.insert(at, cause)
    return order


def _levelled(values: list[float]) -> list[float]:
    """Falling values nearest to these: neighbours that rise are made equal (pool adjacent violators)."""
    pools: list[tuple[float, int]] = []
    for value in values:
        pools.append((value, 1))
        while len(pools) > 1 and pools[-2][0] < pools[-1][0]:
            (high, m), (low, n) = pools.pop(), pools.pop()
            pools.append(((high * m + low * n) / (m + n), m + n))
    return [mean for mean, size in pools for _ in range(size)]


def learned(guide: Guide, counts: Counts) -> Guide:
    """The guide with what the counts teach: priors by symptom, chances and minutes by remedy; the rest as it was."""
    symptoms = {id: _learned_symptom(s, guide, counts.get(id, {})) for id, s in guide.symptoms.items()}
    remedies = {id: _learned_remedy(r, guide, counts) for id, r in guide.remedies.items()}
    return replace(guide, symptoms=symptoms, remedies=remedies)


def _learned_symptom(symptom: Symptom, guide: Guide, own: Mapping[str, Tally]) -> Symptom:
    if not own:
        return symptom
    priors = {
        kind: learned_priors(table, cases_of(table, guide.remedies, own)) for kind, table in symptom.priors.items()
    }
    return replace(symptom, priors=priors)


def _learned_remedy(remedy: Remedy, guide: Guide, counts: Counts) -> Remedy:
    """From `LEAST` tries on: chances by one common factor, so that which cause it cures best stays; and the minutes."""
    tallies = {s: own[remedy.id] for s, own in counts.items() if remedy.id in own and s in guide.symptoms}
    tried = sum(tally.tried for tally in tallies.values())
    if tried < LEAST:
        return remedy
    cured = sum(tally.cured for tally in tallies.values())
    hoped = sum(tally.tried * _hoped(remedy, guide.symptoms[s]) for s, tally in tallies.items()) / tried
    factor = (WEIGHT * hoped + cured) / ((WEIGHT + tried) * hoped) if hoped > 0 else 1.0
    cures = {cause: min(SUREST, chance * factor) for cause, chance in remedy.cures.items()}
    spent = sum(tally.minutes for tally in tallies.values())
    minutes = (WEIGHT * remedy.minutes + spent) / (WEIGHT + tried)
    return replace(remedy, cures=cures, minutes=minutes, judgement=False)


def _hoped(remedy: Remedy, symptom: Symptom) -> float:
    """How often it should cure this symptom, by the shipped numbers."""
    priors = symptom.priors.get("any") or next(iter(symptom.priors.values()))
    return sum(priors.get(cause, 0.0) * chance for cause, chance in remedy.cures.items())
