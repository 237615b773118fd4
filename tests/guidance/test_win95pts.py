"""The planner on public trouble, the printer network of Windows 95, and against the exact optimum of small models."""

from __future__ import annotations

import gzip
import random

import pytest

from kiosk.guidance.planner import Step
from tests.fakes import win95
from tests.fakes.repair import Trouble, random_trouble

FILE = win95.path()
needs_network = pytest.mark.skipif(FILE is None, reason="pgmpy, which carries the network, is not installed")
OPTIMAL = 1.05


@needs_network
def test_the_network_is_read_whole() -> None:
    assert FILE is not None
    nodes = win95.read(gzip.decompress(FILE.read_bytes()).decode())
    assert len(nodes) == 76
    assert sum(len(node.parents) for node in nodes) == 112
    assert sum(not node.parents for node in nodes) == 34
    assert all(len(node.bad) == 2 ** len(node.parents) for node in nodes)
    assert len(win95.incidents().priors) == 27


@needs_network
@pytest.mark.parametrize("problem", win95.PROBLEMS)
def test_it_costs_no_more_than_one_order_for_all_and_less_with_what_a_machine_reads(problem: str) -> None:
    minutes = dict.fromkeys(win95.incidents().priors, 1.0)
    d = win95.repair(problem, minutes, 0.25)
    fixed, planned = win95.fixed_cost(d, problem), win95.planned_cost(d, problem)
    assert planned <= fixed
    assert win95.planned_cost(d, problem, machine=True) <= planned


@needs_network
@pytest.mark.parametrize("problem", win95.PROBLEMS)
def test_small_parts_of_it_cost_little_more_than_the_optimum(problem: str) -> None:
    rng = random.Random(problem)
    ratios = []
    for _ in range(4):
        trouble = Trouble(win95.repair(problem, win95.costs(rng), 0.5, faults=6, asked=4))
        ratios.append(trouble.cost() / trouble.optimum())
    assert min(ratios) > 1 - 1e-9, "nothing is cheaper than the optimum"
    assert sum(ratios) / len(ratios) <= OPTIMAL


def test_small_models_of_every_kind_cost_little_more_than_the_optimum() -> None:
    rng = random.Random(200)
    troubles = [Trouble(random_trouble(rng)) for _ in range(200)]
    ratios = [trouble.cost() / trouble.optimum() for trouble in troubles]
    assert min(ratios) > 1 - 1e-9
    assert sum(ratios) / len(ratios) <= OPTIMAL


def test_the_measure_tells_a_bad_planner() -> None:
    """One that asks everything first, then tries remedies as they stand."""
    rng = random.Random(1)
    d = random_trouble(rng)
    trouble = Trouble(d)

    def bad(_: object, observed: dict[str, bool], failed: set[str]) -> Step:
        question = next((id for id in d["observations"] if id not in observed), None)
        remedy = next((id for id in d["remedies"] if id not in failed), None)
        return Step("question", question) if question else Step("remedy", remedy) if remedy else Step("escalate")

    assert trouble.cost(bad) > OPTIMAL * trouble.optimum()
