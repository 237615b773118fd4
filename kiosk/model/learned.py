"""What a person said of a device that no list names: how it talks, or how it does not; values and pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from kiosk.model.bounds import Few, Id, Short
from kiosk.model.finding import Finding
from kiosk.model.terminal import Kind, Store, Terminal


class Learned(Struct, frozen=True):
    """`protocol` was confirmed ("" for none), the `denied` ones were said to be wrong; `title` is for people."""

    protocol: Short = ""
    title: Short = ""
    kind: Kind | None = None
    baud: int | None = None
    denied: Few[Id] = ()


Lessons = Mapping[str, Learned]
"""By identity: the serial number or the place on the bus, never the port's name (see `Port`)."""


def identity_of(terminal: Terminal) -> str:
    return terminal.port.identity or terminal.port.address


def confirmed(finding: Finding, before: Learned) -> Learned:
    """What is known once a person said yes to a guess, a finding `protocol.guessed`."""
    told = finding.data
    baud = told.get("baud")
    return Learned(
        str(told.get("id", "")),
        str(told.get("protocol", "")),
        next((kind for kind in Kind if kind == told.get("kind")), None),
        baud if isinstance(baud, int) else None,
        before.denied,
    )


def denied(finding: Finding, before: Learned) -> Learned:
    """What is known once a person said no to it."""
    return replace(before, denied=(*before.denied, str(finding.data.get("id", ""))))


def guesses(found: Iterable[Finding], known: Learned) -> tuple[Finding, ...]:
    """Those that nobody has judged yet."""
    return tuple(f for f in found if f.id == "protocol.guessed" and f.data.get("id") not in known.denied)


def taught(terminal: Terminal, lessons: Lessons) -> Terminal:
    """The terminal with what was confirmed of it; what the till list or the USB id says stands above."""
    known = lessons.get(identity_of(terminal))
    if known is None or not known.protocol or terminal.protocol is not None:
        return terminal
    return replace(
        terminal,
        protocol=known.protocol,
        kind=known.kind or terminal.kind,
        baud=terminal.baud or known.baud,
        certain=True,
    )


def taught_store(store: Store, lessons: Lessons) -> Store:
    tills = tuple(replace(till, terminals=tuple(taught(t, lessons) for t in till.terminals)) for till in store.tills)
    return replace(store, tills=tills)
