"""The same trouble on several terminals is one cause: finds what they share; pure, over what was learned of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from kiosk.model.finding import Severity
from kiosk.model.report import TerminalReport
from kiosk.model.terminal import Terminal

FEWEST = 2


class Incident(Struct, frozen=True):
    """Terminals with the same finding, and the narrowest thing that they share and no healthy terminal does.

    `shared` is "host" (a payment host), "hub" (a USB hub), "model", or "pc"; `what` is its name, empty for the PC.
    """

    finding: str
    shared: str
    what: str
    terminals: tuple[str, ...]


def incidents(reports: Iterable[TerminalReport]) -> tuple[Incident, ...]:
    """One for each finding of `warning` or more that terminals share, in the order it was found first.

    A terminal that was not judged that far counts as neither ill nor healthy.
    """
    all = tuple(reports)
    found: dict[tuple[str, str], list[TerminalReport]] = {}
    for one in all:
        for finding in one.findings:
            if finding.severity.rank >= Severity.WARNING.rank:
                key = (finding.id, str(finding.data.get("host", "")))
                found.setdefault(key, []).append(one)
    some = (_incident(id, host, ill, all) for (id, host), ill in found.items())
    return tuple(one for one in some if one is not None)


def _incident(id: str, host: str, ill: list[TerminalReport], all: Sequence[TerminalReport]) -> Incident | None:
    if len(ill) < FEWEST:
        return None
    names = tuple(one.terminal.id for one in ill)
    if host:
        return Incident(id, "host", host, names)
    healthy = [one for one in all if one not in ill and not _broken(one)]
    for shared, what in _shared(ill, healthy):
        return Incident(id, shared, what, names)
    return None


def _broken(one: TerminalReport) -> bool:
    return any(finding.severity.rank >= Severity.WARNING.rank for finding in one.findings)


def _shared(ill: Sequence[TerminalReport], healthy: Sequence[TerminalReport]) -> Iterator[tuple[str, str]]:
    """From the narrowest on. That all of a PC are ill says something only where they are of several kinds."""
    for shared, name_of in _KINDS.items():
        names = {name_of(one) for one in ill}
        if len(names) == 1 and (name := names.pop()) and name not in map(name_of, healthy):
            yield shared, name
    if not healthy:
        yield "pc", ""


def hub(terminal: Terminal) -> str:
    """The hub that a device hangs on: "1-4" of "1-4.2"; empty for one straight at the PC."""
    path = terminal.port.usb.path if terminal.port.usb else ""
    return path.rpartition(".")[0]


def _hub(one: TerminalReport) -> str:
    return hub(one.terminal)


def _model(one: TerminalReport) -> str:
    """As the list says, else as the terminal itself told."""
    make, model = one.terminal.make or one.health.make or "", one.terminal.model or one.health.model or ""
    return f"{make} {model}".strip() if model else ""


_KINDS: dict[str, Callable[[TerminalReport], str]] = {"hub": _hub, "model": _model}
