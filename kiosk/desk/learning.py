"""What came of remedies in the desk's own cases, counted for `kiosk guide learn`; changes no number by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from itertools import groupby

from kiosk.desk import queries
from kiosk.desk.database import Database
from kiosk.guidance.outcomes import Came, Counts, Outcome, counted, outcome_of
from kiosk.model.case import AnyBody, Resolved, Step, Symptom, decode_event


async def outcomes(database: Database) -> Counts:
    """Over all cases, a page of them at a time."""
    counts: Counts = {}
    async for bodies in _cases(database):
        for outcome in outcomes_of(bodies):
            counts = counted(counts, outcome)
    return counts


def outcomes_of(bodies: Iterable[AnyBody]) -> list[Outcome]:
    """What a case teaches: its steps, and what the expert says cured it, once. Without a symptom it teaches nothing."""
    symptom, found, ended = "", list[Outcome](), None
    for body in bodies:
        if isinstance(body, Symptom):
            symptom = body.id
        elif isinstance(body, Step) and (outcome := outcome_of(symptom, body)) is not None:
            found.append(outcome)
        elif isinstance(body, Resolved):
            ended = body
    cured = {outcome.remedy for outcome in found if outcome.came is Came.CURED}
    if ended is None or not symptom or ended.remedy in cured:
        return found
    tried = [outcome for outcome in found if outcome.remedy == ended.remedy]
    minutes = max((outcome.minutes for outcome in tried), default=0.0)
    return [*(o for o in found if o not in tried), Outcome(symptom, ended.remedy, Came.CURED, minutes)]


async def _cases(database: Database) -> AsyncIterator[list[AnyBody]]:
    after = ""
    while rows := await database.fetch(queries.TAUGHT, after):
        for case, of_case in groupby(rows, key=lambda row: row[0]):
            after = case
            yield [decode_event(row[1]).body for row in of_case if row[1] is not None]
