"""What repairs cost with the planner: against one order for all on six public problems, against the exact optimum on
nine-fault parts of four of them (20 draws of costs each), and on 200 small models of every kind."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.fakes import win95
from tests.fakes.repair import Trouble, random_trouble

DRAWS, FAULTS, ASKED = 20, 9, 5
FIXED_BAR, OPTIMUM_BAR = 1.0, 1.05


def tell(name: str, ratios: list[float], bar: float, of: str) -> None:
    mean = sum(ratios) / len(ratios)
    figure = {"bench": f"repair.{name}", "value": round(mean, 4), "unit": "ratio", "bar": bar, "holds": mean <= bar}
    print(json.dumps(figure | {"most": round(max(ratios), 4), "of": of}), flush=True)


def against_fixed(problem: str, rng: random.Random) -> None:
    ones = dict.fromkeys(win95.incidents().priors, 1.0)
    asked, told = [], []
    for minutes, question in ((ones, 0.25), (win95.costs(rng), 0.5), (win95.costs(rng), 0.5)):
        d = win95.repair(problem, minutes, question)
        fixed = win95.fixed_cost(d, problem)
        asked.append(win95.planned_cost(d, problem) / fixed)
        told.append(win95.planned_cost(d, problem, machine=True) / fixed)
    tell(f"{problem}.fixed", asked, FIXED_BAR, "27 faults, 10 questions; against one order by chance per minute")
    tell(f"{problem}.machine", told, FIXED_BAR, "the same, five observations read by machine at once")


def against_optimum(problem: str, rng: random.Random) -> None:
    ratios = []
    for _ in range(DRAWS):
        trouble = Trouble(win95.repair(problem, win95.costs(rng), 0.5, FAULTS, ASKED))
        ratios.append(trouble.cost() / trouble.optimum())
    tell(f"{problem}.optimum", ratios, OPTIMUM_BAR, f"{FAULTS} faults, {ASKED} questions, {DRAWS} draws of costs")


def main() -> None:
    rng = random.Random(95)
    troubles = [Trouble(random_trouble(rng)) for _ in range(200)]
    tell("small", [t.cost() / t.optimum() for t in troubles], OPTIMUM_BAR, "200 random small models, optimum by DP")
    for problem in win95.PROBLEMS:
        against_fixed(problem, rng)
    for problem in ("Problem1", "Problem2", "Problem3", "Problem5"):
        against_optimum(problem, rng)


if __name__ == "__main__":
    main()
