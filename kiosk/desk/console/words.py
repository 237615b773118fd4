"""Words that the console says of its own: pairs to recognise each other by, ages, states; pure."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.desk.head import CLOSED_STORE, RESOLVED, SAFETY, WAITING, Head
from kiosk.desk.measures import PROMISES, Promise
from kiosk.model.finding import Hop, HopState
from kiosk.model.text import Catalogue, Text, text

FIRST = (
    "amber apple brass bright broad cedar clear copper coral crisp early fair fern fresh gentle ginger golden green "
    "hazel honey ivory jade kind lemon light linen lively maple mellow merry misty mint navy noble olive open orange "
    "pearl pine plain plum proud quiet rapid rose round ruby sandy satin scarlet sharp shiny silver simple smooth "
    "snowy sunny swift tidy vivid warm wide young"
)
SECOND = (
    "anchor arrow badge barrel basket beacon bell bridge button candle canyon carpet castle chair cherry circle cloud "
    "compass corner cottage desert door engine falcon feather fiddle forest garden hammer harbour island kettle ladder "
    "lantern marble meadow mirror mountain needle ocean orchard paddle palace pencil pepper piano pillow planet pocket "
    "rabbit ribbon river rocket saddle shadow spoon statue ticket tower tunnel valley village window"
)

HOPS = {
    Hop.PC: "PC",
    Hop.PORT: "port",
    Hop.CABLE: "cable",
    Hop.ANSWER: "answer",
    Hop.TERMINAL: "terminal",
    Hop.BANK: "bank",
}
HOP_STATES = {
    HopState.OK: ("check-circle", "ok", "fine"),
    HopState.BROKEN: ("x-circle", "broken", "broken"),
    HopState.NOT_REACHED: ("minus-circle", "grey", "not reached"),
    HopState.NOT_CHECKED: ("circle-dashed", "grey", "not checked"),
    HopState.NOT_APPLICABLE: ("gap", "grey", "does not apply"),
}
LIKELY, POSSIBLE = 0.5, 0.15


def two_words() -> str:
    """Two words that both sides see and say, so that they know they mean the same session."""
    return f"{secrets.choice(FIRST.split())} {secrets.choice(SECOND.split())}"


def promise(head: Head) -> int:
    """Seconds in which the first reply is due."""
    return int(PROMISES.get(head.harm, Promise()).first)


def clock(head: Head, now: float) -> tuple[str, str, str, int]:
    """What the first-reply clock says: (time, word, class, percent used)."""
    due = promise(head)
    if head.replied is not None:
        return length(head.replied - head.opened), "replied", "ok", 100
    age = now - head.opened
    if head.state == RESOLVED:
        return length(head.changed - head.opened), "closed", "ok", 100
    if age > due:
        return length(age - due), "late", "broken", 100
    word, kind = ("soon due", "attention") if age > due * 0.6 else ("left", "ok")
    return length(due - age), word, kind, int(100 * age / due)


def length(seconds: float) -> str:
    """`0:08`, `12:40`, `3 h`, `2 days`."""
    whole = max(0, int(seconds))
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d}"
    return f"{whole // 3600} h" if whole < 172_800 else f"{whole // 86_400} days"


def harm_word(head: Head) -> str:
    if head.harm == SAFETY:
        return "safety"
    return "cannot sell" if head.harm == CLOSED_STORE else ""


def local_time(unix: float, zone: str) -> str:
    """Hour and minute at the store; UTC, said so, where the zone is not known."""
    return _local_minute(int(unix // 60), zone)


@lru_cache(10_000)
def _local_minute(minute: int, zone: str) -> str:
    try:
        return datetime.fromtimestamp(minute * 60, ZoneInfo(zone)).strftime("%H:%M")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return datetime.fromtimestamp(minute * 60, UTC).strftime("%H:%M UTC")


def finding_words(catalogue: Catalogue, id: str, data: dict[str, str | int | float | bool], *, says: bool) -> str:
    """A finding in words, or its id where this desk has none for it."""
    if id == "ok":
        return "Everything checked is fine"
    key = f"{id}.says" if says and known(catalogue, f"{id}.says") else id
    return catalogue(Text(key, dict(data)))


def known(catalogue: Catalogue, id: str) -> bool:
    return catalogue.has(id) or id in catalogue.fallback


def id_words(catalogue: Catalogue, kind: str, id: str) -> str:
    """A cause, remedy or step in words: its text where there is one, else the id read aloud."""
    for key in (f"{kind}.{id}", f"{kind}.{id}.title", f"procedure.{id}", f"{id}.title", id):
        if known(catalogue, key):
            return catalogue(text(key))
    return id.replace(".", ": ").replace("_", " ")


def all_of(catalogue: Catalogue, kind: str) -> list[tuple[str, str]]:
    """All causes or remedies this desk has words for: (id, words), by words."""
    found = _all.get((id(catalogue), kind))
    if found is None or found[0] is not catalogue:
        ids = {
            key for table in (catalogue.templates, catalogue.fallback) for key in table if key.startswith(f"{kind}.")
        }
        named = [(key.removeprefix(f"{kind}."), catalogue(Text(key))) for key in ids]
        found = _all[id(catalogue), kind] = (catalogue, sorted(named, key=lambda pair: pair[1].casefold()))
    return found[1]


_all: dict[tuple[int, str], tuple[Catalogue, list[tuple[str, str]]]] = {}
"""Sorted once for each catalogue, which is kept with its list: a desk has six and they stay."""


def likelihood(probability: float) -> str:
    """Judgement until enough outcomes stand behind a number."""
    if probability >= LIKELY:
        return "likely"
    return "possible" if probability >= POSSIBLE else "unlikely"


def state_words(head: Head) -> str:
    if head.state == WAITING:
        return "waiting for an expert" if head.tier == 1 else f"waiting for tier {head.tier}"
    return "resolved" if head.state == RESOLVED else f"with {head.card.expert_name}"
