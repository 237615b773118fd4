"""What a payment terminal says of itself, and whether its clock agrees with the PC's."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kiosk.diagnostics.check import Scene, Yield, check
from kiosk.diagnostics.health_talk import read_health
from kiosk.model.finding import Finding, Hop, Measurement, Severity
from kiosk.model.health import Health
from kiosk.model.report import Facts
from kiosk.model.terminal import Kind, Level

CLOCK_LIMIT = timedelta(minutes=5)  # a receipt with a clock further off than this misleads people
SOON = timedelta(minutes=30)


@check(
    id="terminal_health",
    needs=("protocol_answers",),
    level=Level.INTERNAL,
    hop=Hop.TERMINAL,
    kinds=(Kind.TERMINAL, Kind.SMART_CARD_READER, Kind.CARD_READER),
)
def terminal_health(scene: Scene) -> Iterator[Yield]:
    health = yield from read_health(scene)
    if health is not None:
        yield from _clock(health, scene.facts)
        yield from _restart(health, scene.facts.at)


def _clock(health: Health, facts: Facts) -> Iterator[Yield]:
    """The terminal tells its clock without a zone; both stand in the same shop, so local times are compared.

    Where it is known how far the PC's clock is off, that is taken away first. Where it is not known and nothing sets
    the PC's clock, it may be the wrong one of the two.
    """
    known = next((f.value for f in facts.host if f.name == "clock_off" and isinstance(f.value, int | float)), None)
    now = facts.at - timedelta(seconds=known or 0.0)
    told = _time(health.clock)
    if told is None:
        return
    off = round((told - now.replace(tzinfo=None)).total_seconds())
    wrong = abs(off) > CLOCK_LIMIT.total_seconds()
    limit = CLOCK_LIMIT.total_seconds()
    yield Measurement("clock.off", off, "s", (-limit, limit), not wrong)
    if wrong:
        yield Finding("terminal.clock_wrong", Severity.WARNING, {"minutes": round(abs(off) / 60)})
        if known is None and any(f.name == "clock_synchronised" and f.value is False for f in facts.host):
            yield Finding("host.clock_unset", Severity.INFO)


def _time(words: str | None) -> datetime | None:
    try:
        told = datetime.fromisoformat(words) if words else None
    except ValueError:
        return None
    return told.replace(tzinfo=None) if told else None


def _restart(health: Health, now: datetime) -> Iterator[Yield]:
    """PCI terminals restart once in 24 hours; shortly before, a silence to come is worth a word."""
    try:
        hour, minute = (int(part) for part in (health.restart_at or "").split(":"))
        at = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    except ValueError:
        return
    wait = (at - now) % timedelta(days=1)
    if wait <= SOON:
        yield Finding("terminal.restart_soon", Severity.INFO, {"at": health.restart_at or ""})
