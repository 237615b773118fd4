"""Every simulated fault through real checks, findings and guidance, with a person who does what is asked; 1,000 runs of
terminals that are well. The numbers of guidance were judged by people who knew these faults: it is no blind test."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.guidance.true_causes import Walked, healthy, troubles, walk

FIRST, FIRST_THREE, HEALTHY_RUNS = 0.95, 1.0, 1000


def tell(name: str, value: float, unit: str, bar: float | None, holds: bool, **about: object) -> None:
    figure = {"bench": f"guidance.{name}", "value": round(value, 4), "unit": unit, "bar": bar, "holds": holds}
    print(json.dumps(figure | about), flush=True)


def share(walks: list[Walked], most: int) -> float:
    return sum(1 <= w.rank <= most for w in walks) / len(walks)


def main() -> None:
    walks = [walk(case) for case in troubles()]
    first, three = share(walks, 1), share(walks, 3)
    tell("first", first, "share", FIRST, first >= FIRST, faults=len(walks), of="the true cause is thought likeliest")
    tell("first_three", three, "share", FIRST_THREE, three >= FIRST_THREE, faults=len(walks))
    cured = [w for w in walks if w.end == "cured"]
    tell("cured", len(cured) / len(walks), "share", None, True, of="by staff; the others go to a person or a stop page")
    tell("remedies", sum(w.remedies for w in cured) / len(cured), "remedies a cure", None, True)
    tell("questions", sum(w.questions for w in walks) / len(walks), "questions a fault", None, True)
    loud = [(name, found) for name, found in healthy(HEALTHY_RUNS) if found]
    tell("healthy", len(loud), "runs with findings", 0, not loud, runs=HEALTHY_RUNS, such=loud[:5])


if __name__ == "__main__":
    main()
