"""The talk with a loopback plug: what is sent must come back as it was; pure, and harmless where no plug is.

A plug joins the line's two data wires. Whether one is there is asked with a single zero byte, which begins no message
of any terminal; only where it came back do the patterns follow, and they hold no byte that begins one either: no
control sign, no letter, no digit.
"""

from __future__ import annotations

from typing import NamedTuple

from kiosk.diagnostics.signal import measured
from kiosk.model.finding import Measurement
from kiosk.model.health import Health, Reading
from kiosk.model.terminal import Kind, Level
from kiosk.protocols.conversation import Conversation, Lines, LineState, NotReported, Receive, Send, Wish
from kiosk.protocols.protocol import Decoded, Protocol

KNOCK = b"\x00"
KNOCKS, KNOCK_WAIT = 30, 1.0  # seconds in which a person puts the plug on
PATTERN = bytes.fromhex("00ff80aad5f0f8e0fcfec0ea")  # all bits, none, and changes at every place
BLOCK, BLOCKS = PATTERN * 8, 8
WAIT = 0.5  # seconds; a byte at 1200 bit/s takes less than 0.01
_HARMLESS = frozenset(PATTERN)


class Looped(NamedTuple):
    """`echo`: what came back for the knock, empty for silence. The rest counts bytes of the patterns."""

    echo: bytes
    sent: int = 0
    lost: int = 0
    wrong: int = 0
    lines: tuple[Measurement, ...] = ()

    @property
    def is_plug(self) -> bool:
        return self.echo == KNOCK


def talk() -> Conversation[Looped]:
    """Waits for the plug, then sends the patterns, one block after the other came back."""
    echo = yield from _knocked()
    if echo != KNOCK:
        return Looped(echo)
    before: LineState | NotReported = yield Lines()
    lost = wrong = 0
    for _ in range(BLOCKS):
        came = yield from _through(BLOCK)
        lost += len(BLOCK) - len(came)
        wrong += sum(one != other for one, other in zip(came, BLOCK, strict=False))
    after: LineState | NotReported = yield Lines()
    return Looped(echo, len(BLOCK) * BLOCKS, lost, wrong, measured(before, after))


def _knocked() -> Conversation[bytes]:
    for _ in range(KNOCKS):
        yield Send(KNOCK)
        came: bytes = yield Receive(KNOCK_WAIT)
        if came:
            return came
    return b""


def _through(block: bytes) -> Conversation[bytes]:
    yield Send(block)
    came = b""
    while len(came) < len(block) and (data := (yield Receive(WAIT, len(block) - len(came)))):
        came += data
    return came


def level_of(wish: Wish, framing: str) -> Level | None:
    """Patterns need a person at the line, who saw the plug on it."""
    return Level.INTERACTIVE if isinstance(wish, Send) and _HARMLESS.issuperset(wish.data) else None


def _nothing(framing: str) -> Conversation[Reading]:
    yield Receive(0.0)
    return Reading(Health())


def _no_answer(framing: str) -> Conversation[None]:
    yield Receive(0.0)


LOOPBACK = Protocol(
    id="loopback",
    title="Loopback plug",
    kind=Kind.SERIAL_ADAPTER,
    framings=("raw",),
    default_framing={"serial": "raw"},
    level_of=level_of,
    may_act=lambda _wish, _framing: False,
    read=_nothing,
    answers=_no_answer,
    decode=lambda _data, _framing, _direction: Decoded(),
    asks=False,
)
"""Only what the driver needs to stand guard; it is no terminal's, so it is not among the protocols."""
