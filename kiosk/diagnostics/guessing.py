"""Which harmless questions find out how a terminal talks, in a fixed order; pure: sends nothing, knows no protocol.

A question is harmless if every byte of it is on its protocol's allow-list at level internal and may set nothing going.
What is found is a guess: a person confirms it before anything else is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kiosk.errors import DeviceError
from kiosk.model.terminal import Kind, Level
from kiosk.protocols.conversation import Control, Conversation, Line, Lines, NotReported, Receive, Send, Wish
from kiosk.protocols.protocol import Protocol

SECONDS = 1.0  # for one question: a terminal answers such a one within tenths of a second
LISTEN = 0.5  # what it says of its own accord
SPEEDS = 3  # of each protocol, the most usual first
SHORTEST = 6  # bytes of a spontaneous message: less is said by chance
_STEPS = 50
_DRAIN = 4096
_FIRST = Kind.PRINTER  # it answers in real time and prints what it does not know: it is asked before it gets such bytes


@dataclass(frozen=True, slots=True)
class Probe:
    """One question in one protocol; `baud` is None on a port without a speed."""

    protocol: Protocol
    framing: str
    baud: int | None = None


def candidates(port: str, kind: Kind, known: Mapping[str, Protocol]) -> tuple[Protocol, ...]:
    """The protocols that are spoken on such a port ("serial", "tcp", "usb"): printers, the terminal's kind, others.

    On USB only card readers are guessed, in their own protocols: others talk there by a class that says what they are,
    and a stray byte would be the number of a report.
    """
    fitting = [p for p in known.values() if port in p.default_framing]
    if port == "usb":
        fitting = [p for p in fitting if p.kind is kind is Kind.CARD_READER]
    return tuple(sorted(fitting, key=lambda p: (p.kind is not _FIRST, p.kind is not kind, p.id)))


def probes(port: str, kind: Kind, known: Mapping[str, Protocol]) -> tuple[Probe, ...]:
    """Harmless questions in the order they are put: each protocol at its usual speed, then at its next ones."""
    some = [p for p in candidates(port, kind, known) if is_harmless(p, p.default_framing[port])]
    if port != "serial":
        return tuple(Probe(p, p.default_framing[port]) for p in some)
    return tuple(
        Probe(p, p.default_framing[port], p.bauds[nth]) for nth in range(SPEEDS) for p in some if nth < len(p.bauds)
    )


def is_harmless(protocol: Protocol, framing: str) -> bool:
    """Whether the first thing that its shortest exchange sends may be sent to anybody; the guard judges all others."""
    talk = protocol.answers(framing)
    try:
        first = _first_sent(talk)
    except (StopIteration, DeviceError):
        return False
    finally:
        talk.close()
    return first is not None and may_be_asked(protocol, first, framing)


def may_be_asked(protocol: Protocol, wish: Wish, framing: str) -> bool:
    needed = protocol.level_of(wish, framing)
    return needed is not None and Level.INTERNAL.allows(needed) and not protocol.may_act(wish, framing)


def _first_sent(talk: Conversation[None]) -> Wish | None:
    """What it sends first, if it hears nothing before."""
    wish = next(talk)
    for _ in range(_STEPS):
        match wish:
            case Send():
                return wish
            case Control(length=0):
                return wish
            case Receive():
                wish = talk.send(b"")
            case Line():
                wish = talk.send(None)
            case Control() | Lines():
                wish = talk.send(NotReported())
    return None


def asked(probe: Probe) -> Conversation[None]:
    """The question of a probe; on a serial line at its speed, after what stood in the line from before."""
    if probe.baud is not None:
        yield Line(probe.baud, probe.protocol.line)
        yield from _drained()
    yield from probe.protocol.answers(probe.framing)


def _drained() -> Conversation[None]:
    taken = 0
    while taken < _DRAIN:
        data = yield Receive(0.05)
        if not data:
            return
        taken += len(data)


def overheard() -> Conversation[bytes]:
    """What comes without a question."""
    came = b""
    while len(came) < _DRAIN:
        data = yield Receive(LISTEN)
        if not data:
            break
        came += data
    return came


def speaks(data: bytes, some: Iterable[tuple[Protocol, str]]) -> tuple[Protocol, ...]:
    """The protocols in which all of what was overheard is whole messages of a terminal."""
    return tuple(protocol for protocol, framing in some if len(data) >= SHORTEST and _reads(protocol, framing, data))


def _reads(protocol: Protocol, framing: str, data: bytes) -> bool:
    decoded = protocol.decode(data, framing, "in")
    whole = [frame for frame in decoded.frames if frame.ok and frame.length >= SHORTEST]
    return bool(whole) and not decoded.rubbish and all(frame.ok for frame in decoded.frames)
