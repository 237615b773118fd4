"""What the desk's cases teach guidance: outcomes by remedy, and numbers to think about; changes none by itself."""

from __future__ import annotations

import asyncio

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State

from kiosk.desk import learning
from kiosk.desk.console import queue, words
from kiosk.desk.console.pages import page
from kiosk.desk.guard import expert
from kiosk.desk.people import Principal, Role
from kiosk.desk.problems import problem
from kiosk.desk.service import service
from kiosk.guidance.model import Guide
from kiosk.guidance.outcomes import LEAST, Counts, learned
from kiosk.model.text import Catalogue

AnyRequest = Request[object, object, State]
LEARNS = frozenset({Role.LEAD, Role.ADMINISTRATOR})


@get("/learning")
async def learning_page(request: AnyRequest) -> Response[str]:
    """Outcomes of all cases; what they would change is proposed from `LEAST` outcomes on."""
    desk, who = service(request.app.state), _may_learn(request)
    counts, says = await learning.outcomes(desk.database), queue.catalogue(desk)
    guide = await asyncio.to_thread(desk.options.guide)
    shown = {
        "outcomes": _rows(counts, says),
        "proposed": proposed(guide, counts, says),
        "least": LEAST,
        "counts": await queue.count(desk, who),
    }
    return page("learning.html", shown | queue.frame(request, desk, who))


@get("/learning/counts.json")
async def learning_counts(request: AnyRequest) -> Response[bytes]:
    """For `kiosk guide learn`; never shown in the browser."""
    _may_learn(request)
    counts = await learning.outcomes(service(request.app.state).database)
    headers = {"Content-Disposition": 'attachment; filename="counts.json"'}
    return Response(msgspec.json.encode(counts), media_type="application/json", headers=headers)


def _may_learn(request: AnyRequest) -> Principal:
    who = expert(request)
    if who.role not in LEARNS:
        raise problem(403, "This is for leads and administrators.")
    return who


def _rows(counts: Counts, says: Catalogue) -> list[tuple[object, ...]]:
    return [
        (
            words.id_words(says, "symptom", symptom),
            words.id_words(says, "remedy", remedy),
            tally.cured,
            tally.in_vain,
            tally.refused,
            tally.impossible,
            f"{tally.minutes / tally.tried:.1f}" if tally.tried else "",
        )
        for symptom, own in sorted(counts.items())
        for remedy, tally in sorted(own.items())
    ]


def proposed(guide: Guide, counts: Counts, says: Catalogue) -> list[tuple[str, str, str, str, str]]:
    """(symptom, kind of device, cause, prior now, prior proposed)."""
    return [
        (
            words.id_words(says, "symptom", id),
            kind,
            words.id_words(says, "cause", cause),
            f"{guide.symptoms[id].priors[kind][cause]:.3f}",
            f"{prior:.3f}",
        )
        for id, symptom in learned(guide, counts).symptoms.items()
        for kind, priors in symptom.priors.items()
        for cause, prior in priors.items()
        if abs(prior - guide.symptoms[id].priors[kind][cause]) >= 0.0005
    ]
