"""The public network of Windows 95 printer trouble as incidents to repair, read from the file that pgmpy carries.

One fault at a time of 27; seven roots are the configuration of the PC and stay as they fall. pgmpy is never imported.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from kiosk.guidance.belief import Model
from kiosk.guidance.planner import next_step

PROBLEMS = tuple(f"Problem{n}" for n in range(1, 7))
"""No output, too slow, incomplete page, bad graphics, bad fonts, garbled."""

CONFIGURATION = ("NetPrint", "DSApplctn", "PrtMpTPth", "PrtPScript", "EPSGrphc", "PrntrAccptsTrtyp", "TrTypFnts")
MACHINE = ("PrtStatPaper", "PrtStatToner", "PrtStatMem", "PrtStatOff", "PrtIcon")
"""What a machine reads for nothing."""
ASKED = ("HrglssDrtnAftrPrnt", "REPEAT", "PSERRMEM", "TstpsTxt", "PrtFile")

_VARIABLE = re.compile(r"variable (\w+) \{\s*type discrete \[ \d+ \] \{ ([^}]*)\}")
_TABLE = re.compile(r"probability \( (\w+)(?: \| ([^)]*?))? \) \{(.*?)\n\}", re.DOTALL)
_ROW = re.compile(r"\(([^)]*)\)([^;]*);")


class Node(NamedTuple):
    """`bad`: the chance of the second state, the one that is wrong, by the states of the parents."""

    name: str
    parents: tuple[str, ...]
    bad: dict[tuple[int, ...], float]


def path() -> Path | None:
    """Where the network lies; None if pgmpy is not installed."""
    spec = find_spec("pgmpy")
    places = list(spec.submodule_search_locations or []) if spec else []
    file = Path(places[0], "utils/example_models/win95pts.bif.gz") if places else None
    return file if file is not None and file.is_file() else None


def read(text: str) -> list[Node]:
    """The nodes of a network in the Interchange Format (BIF 0.15) whose variables have two states each."""
    states = {name: [s.strip() for s in names.split(",")] for name, names in _VARIABLE.findall(text)}
    return [_node(name, parents, body, states) for name, parents, body in _TABLE.findall(text)]


def _node(name: str, given: str, body: str, states: dict[str, list[str]]) -> Node:
    parents = tuple(p.strip() for p in given.split(",")) if given else ()
    if not parents:
        return Node(name, (), {(): float(body.strip().removeprefix("table").rstrip(" ;").split(",")[1])})
    bad = {}
    for row, chances in _ROW.findall(body):
        key = tuple(states[p].index(s.strip()) for p, s in zip(parents, row.split(","), strict=True))
        bad[key] = float(chances.split(",")[1])
    return Node(name, parents, bad)


def ordered(nodes: list[Node]) -> list[Node]:
    """Parents before their children."""
    known: dict[str, Node] = {}
    left = list(nodes)
    while left:
        ready = [node for node in left if all(p in known for p in node.parents)]
        known |= {node.name: node for node in ready}
        left = [node for node in left if node.name not in known]
    return list(known.values())


class Incidents(NamedTuple):
    """By fault: its prior, and for each problem what is seen in the samples that have it, in one order."""

    priors: dict[str, float]
    seen: dict[str, dict[str, list[tuple[int, ...]]]]
    samples: int


@cache
def incidents(samples: int = 1500, seed: int = 95) -> Incidents:
    """Incidents with one fault each, drawn from the network."""
    file = path()
    if file is None:
        raise FileNotFoundError("pgmpy is not installed")
    nodes = ordered(read(gzip.decompress(file.read_bytes()).decode()))
    rng = random.Random(seed)
    priors = {n.name: n.bad[()] for n in nodes if not n.parents and n.name not in CONFIGURATION}
    seen: dict[str, dict[str, list[tuple[int, ...]]]] = {}
    for fault in priors:
        seen[fault] = {problem: [] for problem in PROBLEMS}
        for _ in range(samples):
            state = _draw(nodes, fault, priors, rng)
            row = tuple(state[name] for name in (*MACHINE, *ASKED))
            for problem in PROBLEMS:
                if state[problem]:
                    seen[fault][problem].append(row)
    return Incidents(priors, seen, samples)


def _draw(nodes: list[Node], fault: str, priors: dict[str, float], rng: random.Random) -> dict[str, int]:
    state: dict[str, int] = {}
    chance = rng.random
    for name, parents, bad in nodes:
        if name in priors:
            state[name] = int(name == fault)
        else:
            state[name] = int(chance() < bad[tuple([state[p] for p in parents])])
    return state


def repair(
    problem: str, minutes: dict[str, float], question: float, faults: int = 27, asked: int = 10
) -> dict[str, Any]:
    """One problem as the planner takes it: its likeliest faults, and its observations that tell most of them apart."""
    drawn = incidents()
    chance = {f: p * len(drawn.seen[f][problem]) / drawn.samples for f, p in drawn.priors.items()}
    chosen = sorted((f for f in chance if chance[f] > 0), key=lambda f: -chance[f])[:faults]
    observations = {
        name: {"minutes": question, "true_if": {f: _share(drawn.seen[f][problem], i) for f in chosen}}
        for i, name in enumerate((*MACHINE, *ASKED))
    }
    telling = sorted(observations, key=lambda name: -_spread(list(observations[name]["true_if"].values())))[:asked]
    return {
        "causes": {f: chance[f] for f in chosen},
        "remedies": {f: {"minutes": minutes[f], "cures": {f: 1.0}} for f in chosen},
        "observations": {name: observations[name] for name in telling},
    }


def _share(rows: list[tuple[int, ...]], index: int) -> float:
    """With one made-up incident of each kind, so that nothing is ever quite sure."""
    return (sum(row[index] for row in rows) + 1) / (len(rows) + 2)


def _spread(chances: list[float]) -> float:
    mean = sum(chances) / len(chances)
    return sum((p - mean) ** 2 for p in chances)


def cases(problem: str) -> Iterator[tuple[str, float, tuple[int, ...]]]:
    """(fault, its weight, what is seen) of every incident with the problem."""
    drawn = incidents()
    for fault, prior in drawn.priors.items():
        for row in drawn.seen[fault][problem]:
            yield fault, prior / drawn.samples, row


def costs(rng: random.Random) -> dict[str, float]:
    """Minutes of each remedy, log-normal: some take long."""
    return {name: rng.lognormvariate(0, 0.7) for name in incidents().priors}


def fixed_cost(d: dict[str, Any], problem: str) -> float:
    """Minutes an incident costs if remedies always come in one order, by chance per minute, with nothing looked at."""
    minutes = {id: remedy["minutes"] for id, remedy in d["remedies"].items()}
    order = sorted(minutes, key=lambda id: -d["causes"][id] / minutes[id])
    upto = dict(zip(order, accumulate(minutes[id] for id in order), strict=True))
    drawn = list(cases(problem))
    return sum(weight * upto[fault] for fault, weight, _ in drawn) / sum(weight for _, weight, _ in drawn)


def planned_cost(d: dict[str, Any], problem: str, *, machine: bool = False) -> float:
    """Minutes an incident costs with the planner; `machine`: what a machine reads is known from the start."""
    names, model = (*MACHINE, *ASKED), Model.from_dict(d)

    def walk(left: list[tuple[str, float, tuple[int, ...]]], observed: dict[str, bool], failed: set[str]) -> float:
        if not left:
            return 0.0
        step, total = next_step(model, observed, failed), sum(weight for _, weight, _ in left)
        if step.kind == "remedy":
            rest = [case for case in left if case[0] != step.id]
            return float(d["remedies"][step.id]["minutes"]) * total + walk(rest, observed, failed | {step.id})
        index = names.index(step.id)
        halves = [(seen, [case for case in left if case[2][index] == seen]) for seen in (0, 1)]
        return float(d["observations"][step.id]["minutes"]) * total + sum(
            walk(half, {**observed, step.id: bool(seen)}, failed) for seen, half in halves
        )

    drawn = list(cases(problem))
    known: dict[tuple[int, ...], list[tuple[str, float, tuple[int, ...]]]] = {}
    for case in drawn:
        known.setdefault(case[2][: len(MACHINE)] if machine else (), []).append(case)
    spent = sum(
        walk(same, {n: bool(v) for n, v in zip(MACHINE, seen, strict=False)}, set()) for seen, same in known.items()
    )
    return spent / sum(weight for _, weight, _ in drawn)
