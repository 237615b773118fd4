"""The desk's own cases teach: steps of guidance and what experts resolved, counted the same in both databases."""

from __future__ import annotations

import asyncio
import json

from kiosk.desk import learning, people, queries
from kiosk.desk.hub import Hub
from kiosk.desk.log import CaseLog
from kiosk.desk.opening import migrate, open_database
from kiosk.desk.posts import Post, incoming
from kiosk.guidance.outcomes import Came, Counts, Outcome, Tally
from kiosk.model.case import Enrol, Resolved, Step, StepState, Symptom

DEAD = Symptom("power.dead")


def step(remedy: str, state: StepState, answer: str = "", seconds: float = 60.0) -> Step:
    return Step(remedy, state, answer, seconds)


def test_a_cure_is_counted_once_whoever_tells_of_it() -> None:
    cured = Outcome("power.dead", "plug", Came.CURED, 1.0)
    told = [DEAD, step("plug", StepState.CURED), Resolved("lead", "plug")]
    assert learning.outcomes_of(told) == [cured]
    other = [DEAD, step("plug", StepState.NO_CHANGE), Resolved("supply", "swap")]
    vain = Outcome("power.dead", "plug", Came.IN_VAIN, 1.0)
    assert learning.outcomes_of(other) == [vain, Outcome("power.dead", "swap", Came.CURED)]


def test_the_expert_knows_better_than_an_early_no() -> None:
    told = [DEAD, step("plug", StepState.NO_CHANGE), Resolved("lead", "plug")]
    assert learning.outcomes_of(told) == [Outcome("power.dead", "plug", Came.CURED, 1.0)]


def test_without_a_symptom_nothing_is_learned() -> None:
    assert learning.outcomes_of([step("plug", StepState.CURED), Resolved("lead", "plug")]) == []


def bodies(n: int) -> list[dict[str, object]]:
    came = {"kind": "step", "id": "plug", "state": ("cured", "no_change", "cannot")[n % 3], "seconds": 60}
    ended = [{"kind": "resolved", "cause": "supply", "remedy": "swap"}] if n % 3 else []
    opened = {"kind": "opened", "store": "Bakery", "till": "1", "terminal": "X"}
    return [opened, {"kind": "symptom", "id": "power.dead"}, came, *ended]


def test_all_cases_are_counted_page_by_page(where, monkeypatch) -> None:
    monkeypatch.setattr(queries, "TAUGHT", queries.taught(at_once=4))

    async def counted() -> Counts:
        database = await open_database(where)
        log = CaseLog(database, Hub())
        try:
            await people.add_store(database, "s1", "Bakery")
            kiosk = (
                await people.enrol(database, Enrol(await people.make_code(database, "s1"), "PC", "cA=="), 900.0)
            ).kiosk
            log.start()
            for n in range(9):
                case = f"made-up-case-{n}"
                told = [
                    {"id": f"{case}-{i}", "case": case, "author": {"side": "store", "id": kiosk},
                     "at": "2026-11-22T10:00:00Z", "body": body}
                    for i, body in enumerate(bodies(n))
                ]  # fmt: skip
                await log.put(Post(case, tuple(incoming(json.dumps(each).encode()) for each in told), kiosk))
            return await learning.outcomes(database)
        finally:
            await log.stop()
            await database.close()

    migrate(where)
    assert asyncio.run(counted()) == {
        "power.dead": {"plug": Tally(cured=3, in_vain=3, impossible=3, minutes=6.0), "swap": Tally(cured=6)}
    }
