"""What every protocol declares of itself, and the collection of all of them; must not import a protocol by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from kiosk.model.health import Reading
from kiosk.model.terminal import Kind, Level
from kiosk.protocols.conversation import Conversation, Wish

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]


FILLER = 0xEE
"""Stands for each byte that may not be kept."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as `kiosk decode` shows it. `direction` is "in" (from the terminal) or "out"."""

    offset: int
    length: int
    direction: str
    command: str  # the bytes that name it, as hex: "0601", "1004"
    name: str
    fields: Mapping[str, Value]
    ok: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rubbish:
    """Bytes that belong to no frame."""

    offset: int
    length: int


def joined(rubbish: Iterable[Rubbish]) -> tuple[Rubbish, ...]:
    """Runs that touch are one."""
    runs: list[Rubbish] = []
    for run in rubbish:
        if runs and runs[-1].offset + runs[-1].length == run.offset:
            runs[-1] = Rubbish(runs[-1].offset, runs[-1].length + run.length)
        else:
            runs.append(run)
    return tuple(runs)


@dataclass(frozen=True, slots=True)
class Decoded:
    frames: tuple[Frame, ...] = ()
    rubbish: tuple[Rubbish, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """Card data inside a frame's bytes: mask `data[start:start+length]` in its own encoding.

    `encoding` is "text" (each digit becomes `x`), "name" (each letter and digit becomes `x`), "bcd" (each digit nibble
    becomes E) or "binary" (each byte becomes EE); `rule` is counted.
    """

    start: int
    length: int
    encoding: str
    rule: str


@dataclass(frozen=True, slots=True)
class Protocol:
    """A family's way of talking: pure functions over bytes, and the allow-list.

    - `framings`: names of framings, the default one first; `default_framing` maps a channel kind
      ("serial", "tcp", "usb") to one.
    - `level_of(wish, framing)`: the level a wish needs, judged from its bytes; None is refused. Replies that
      the protocol demands (ACK, `80 00 00`) are listed too. `Receive` and `Lines` are the driver's, not asked.
    - `may_act(wish, framing)`: True for a command that may set something going: never while guessing.
    - `read(framing)`: the conversation of level internal that yields a `Reading`.
    - `answers(framing)`: the shortest harmless exchange; returns seconds-free nothing, raises `DeviceError`.
    - `decode(data, framing, direction)`: never raises; rubbish is marked.
    - `card_spans(message, framing)`: where card data may stand in one whole frame as on the wire.
    - `admits(message, framing)`: True if every field left after masking is safe to keep (allow-list by message).
    - `card_test(framing)`: for readers that can try a card without reading it; a person takes part.
    - `filled(message, framing)`: the same frame with filler for content that may not be kept, its check sum as right or
      wrong as it was; None where a frame has no check sum and plain filler does.
    - `external`: conversations of level external by name, such as "self_test": they show at the device and need a
      person's yes; their health is not the device's, only measurements and findings count.
    """

    id: str
    title: str
    kind: Kind
    framings: tuple[str, ...]
    default_framing: Mapping[str, str]
    level_of: Callable[[Wish, str], Level | None]
    may_act: Callable[[Wish, str], bool]
    read: Callable[[str], Conversation[Reading]]
    answers: Callable[[str], Conversation[None]]
    decode: Callable[[bytes, str, str | None], Decoded]
    card_spans: Callable[[bytes, str], tuple[Span, ...]] = field(default=lambda _message, _framing: ())
    admits: Callable[[bytes, str], bool] = field(default=lambda _message, _framing: True)
    filled: Callable[[bytes, str], bytes | None] = field(default=lambda _message, _framing: None)
    external: Mapping[str, Callable[[str], Conversation[Reading]]] = field(default_factory=dict)
    line: str = "8N1"  # serial format
    bauds: tuple[int, ...] = (9600,)  # most usual first
    asks: bool = True  # False: it has no harmless question, so that only its connection can be judged, never an answer
    card_test: Callable[[str], Conversation[Reading]] | None = None


@cache
def protocols() -> Mapping[str, Protocol]:
    """Every module or package of `kiosk.protocols` that has a `PROTOCOL`, by id."""
    package = import_module("kiosk.protocols")
    found = {}
    for info in iter_modules(package.__path__):
        module = import_module(f"kiosk.protocols.{info.name}")
        protocol = getattr(module, "PROTOCOL", None)
        if isinstance(protocol, Protocol):
            found[protocol.id] = protocol
    return dict(sorted(found.items()))
