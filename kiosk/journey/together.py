"""One cause behind the trouble of several terminals, as staff are told of it: what they share and whose tills; pure."""

from __future__ import annotations

from kiosk.journey.state import Journey, light_of, worst
from kiosk.model.screen import Light
from kiosk.model.siblings import Incident, incidents
from kiosk.model.text import Text, literal, text


def now(journey: Journey) -> tuple[Incident, ...]:
    """What is shared by terminals as they were last seen; what is not sure any more proves nothing."""
    sure = (seen.report for id, seen in journey.seen.items() if light_of(journey, id) is not Light.NOT_CHECKED)
    return tuple(one for one in incidents(sure) if len(tills(journey, one)) > 1)


def of_terminal(journey: Journey, terminal: str) -> Incident | None:
    """The incident that the worst trouble of a terminal belongs to."""
    seen = journey.seen.get(terminal)
    finding = worst(seen.report) if seen else None
    if finding is None:
        return None
    return next((one for one in now(journey) if terminal in one.terminals and one.finding == finding.id), None)


def others(journey: Journey, terminal: str) -> tuple[str, ...]:
    """The other terminals that one way of help is for, too."""
    shared = of_terminal(journey, terminal)
    return tuple(id for id in shared.terminals if id != terminal) if shared else ()


def tills(journey: Journey, incident: Incident) -> tuple[str, ...]:
    """Names of the tills that it concerns, in the order of the store."""
    return tuple(t.name for t in journey.store.tills if any(one.id in incident.terminals for one in t.terminals))


def sentence(journey: Journey, incident: Incident) -> Text:
    """The cause and the tills in one sentence."""
    return Text(f"together.{incident.shared}", {"tills": names(tills(journey, incident)), "what": incident.what})


def names(words: tuple[str, ...]) -> Text:
    """ "Tills 2 and 3" as one text: the languages differ in the word between."""
    if len(words) < 2:
        return literal("".join(words))
    return text("list.and", first=", ".join(words[:-1]), last=words[-1])
