"""What a check is, and the collection of all of them; must not run one, nor know one by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, TypeVar

from kiosk.diagnostics.guessing import Probe
from kiosk.errors import ContentError
from kiosk.model.finding import Finding, Hop, HopState, Link, Measurement
from kiosk.model.health import Reading
from kiosk.model.report import Facts, SeenPort
from kiosk.model.terminal import Kind, Level, Terminal
from kiosk.protocols import protocol as talks
from kiosk.protocols.conversation import Conversation

T = TypeVar("T")


class Scene(Protocol):
    """All that a check sees of the world: one terminal, the facts, and talk on the terminal's port."""

    @property
    def terminal(self) -> Terminal: ...

    @property
    def facts(self) -> Facts: ...

    @property
    def protocol(self) -> talks.Protocol | None: ...

    @property
    def framing(self) -> str: ...

    @property
    def seen(self) -> SeenPort | None:
        """The terminal's port as discovery found it."""

    def open(self) -> None:
        """Open the terminal's port, if it is not open; raises `DeviceError`."""

    def overhear(self) -> bytes:
        """What the terminal says without a question; raises `DeviceError`."""

    def probe(self, probe: Probe) -> None:
        """Put one harmless question in a protocol that is only guessed; raises `DeviceError` where none answers."""

    def loop(self, conversation: Conversation[T]) -> tuple[T, tuple[float, ...]]:
        """Talk to a loopback plug; also the seconds from each sending to the first byte back; raises `DeviceError`."""

    def heard(self) -> bytes:
        """What came in the last conversation, its last bytes."""

    def reads(self, data: bytes) -> bool:
        """Whether bytes hold a whole message of the terminal's protocol."""

    def talk(self, conversation: Conversation[T]) -> T:
        """Carry out a conversation on the port; raises `DeviceError`, or `Cancelled` when a person stops the run."""


Yield = Measurement | Finding | Reading | Link
"""A `Link` judges a hop: with OK or NOT_CHECKED the remaining checks of that hop are left out."""

Body = Callable[[Scene], Iterator[Yield]]


@dataclass(frozen=True, slots=True)
class Check:
    """One question. `hop` is where its findings break the chain, unless `findings.toml` says otherwise.

    It runs after the checks that it `needs`, and not at all if one of them stopped the chain; `kinds` empty means
    every kind of terminal; `seconds` bounds all its talk together.
    """

    id: str
    body: Body
    needs: tuple[str, ...] = ()
    level: Level = Level.PASSIVE
    hop: Hop = Hop.PC
    kinds: frozenset[Kind] = frozenset()
    seconds: float = 15.0

    def suits(self, terminal: Terminal, level: Level) -> bool:
        return level.allows(self.level) and (not self.kinds or terminal.kind in self.kinds)


def check(
    id: str,
    needs: Iterable[str] = (),
    level: Level = Level.PASSIVE,
    hop: Hop = Hop.PC,
    kinds: Iterable[Kind] = (),
    seconds: float = 15.0,
) -> Callable[[Body], Body]:
    """Attach a frozen `Check` to a function, as its attribute `check`; nothing is registered anywhere."""

    def attach(body: Body) -> Body:
        body.check = Check(id, body, tuple(needs), level, hop, frozenset(kinds), seconds)  # type: ignore[attr-defined]
        return body

    return attach


@cache
def checks() -> tuple[Check, ...]:
    """Every check of `kiosk.diagnostics.checks`, each after those that it needs; also in a frozen program."""
    package = import_module("kiosk.diagnostics.checks")
    names = sorted(info.name for info in iter_modules(package.__path__))
    modules = [import_module(f"{package.__name__}.{name}") for name in names]
    found = [getattr(value, "check", None) for module in modules for value in vars(module).values()]
    return in_order(c for c in found if isinstance(c, Check))


def in_order(some: Iterable[Check]) -> tuple[Check, ...]:
    """By hop, and after what they need; raises `ContentError` where a need is missing or goes round in a circle."""
    hops = list(Hop)
    by_id = {c.id: c for c in sorted(some, key=lambda c: (hops.index(c.hop), c.id))}
    for one in by_id.values():
        for need in one.needs:
            if need not in by_id:
                raise ContentError(f"The check {one.id} needs {need}, which does not exist.")
    try:
        order = TopologicalSorter({c.id: c.needs for c in by_id.values()}).static_order()
        ranked = {id: rank for rank, id in enumerate(order)}
    except ValueError as e:
        raise ContentError("Some checks need each other in a circle.") from e
    return tuple(sorted(by_id.values(), key=lambda c: (hops.index(c.hop), ranked[c.id])))


def judge(hop: Hop, state: HopState = HopState.OK) -> Link:
    return Link(hop, state)
