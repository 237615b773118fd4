"""Recorded conversations and peers without a wire: what the tests of all protocols stand on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from kiosk.errors import DeviceError, NoAnswer
from kiosk.model.health import Health, Reading
from kiosk.protocols.conversation import Control, Conversation, Line, Lines, NotReported, Receive, Send, Wish

RECORDINGS = Path(__file__).parents[1] / "recordings"
PATIENCE = 100_000
"""Wishes after which a conversation counts as endless."""


@dataclass(frozen=True)
class Recording:
    """One conversation as it went: what was sent, what came, and what was read from it."""

    name: str
    protocol: str
    framing: str
    talk: tuple[tuple[str, bytes], ...]
    health: Health
    findings: tuple[str, ...]
    controls: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def sent(self) -> tuple[bytes, ...]:
        return tuple(data for way, data in self.talk if way == "out")

    @property
    def came(self) -> tuple[bytes, ...]:
        return tuple(data for way, data in self.talk if way == "in")


def recordings() -> list[Recording]:
    return [load(path) for path in sorted(RECORDINGS.glob("*.json"))]


def load(path: Path) -> Recording:
    raw = json.loads(path.read_text(encoding="utf-8"))
    talk = tuple((way, bytes.fromhex(data)) for way, data in raw["talk"])
    health = msgspec.convert(raw["health"], Health)
    controls = {name: bytes.fromhex(data) for name, data in raw.get("controls", {}).items()}
    return Recording(path.stem, raw["protocol"], raw["framing"], talk, health, tuple(raw["findings"]), controls)


def named(wish: Control) -> str:
    """How a recording names a control transfer that reads: request type, request and value."""
    return f"{wish.request_type:02x}{wish.request:02x}{wish.value:04x}"


def is_feature(wish: Control) -> bool:
    """A HID feature report (HID 1.11 section 7.2): what is set is heard by the peer, what is got it says."""
    return wish.request_type in (0x21, 0xA1) and wish.value >> 8 == 3


Cut = Callable[[bytes], Iterable[bytes]]


def whole(data: bytes) -> Iterable[bytes]:
    return [data]


def single(data: bytes) -> Iterable[bytes]:
    return [data[i : i + 1] for i in range(len(data))]


class Replay:
    """Gives back a recording: what followed a `Send` then comes when asked for, in pieces as `cut` makes them."""

    def __init__(self, recording: Recording, cut: Cut = whole) -> None:
        self._steps = list(recording.talk)
        self._cut = cut
        self._line: list[bytes] = []
        self._controls = recording.controls
        self.sent: list[bytes] = []
        self._catch_up()

    def controlled(self, wish: Control) -> bytes | NotReported:
        return self._controls.get(named(wish), NotReported("control transfers"))

    def _catch_up(self) -> None:
        while self._steps and self._steps[0][0] == "in":
            self._line += [piece for piece in self._cut(self._steps.pop(0)[1]) if piece]

    def heard(self, data: bytes) -> None:
        self.sent.append(data)
        if self._steps and self._steps[0][1] == data:
            self._steps.pop(0)
            self._catch_up()

    def says(self) -> bytes:
        return self._line.pop(0) if self._line else b""

    def gives(self, length: int) -> bytes:
        """A control transfer is never cut in pieces."""
        whole, self._line = b"".join(self._line), []
        return whole[:length]


class Stream:
    """A peer that hears nothing and says what an iterator gives; counts what was taken."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.taken = 0

    def heard(self, data: bytes) -> None:
        pass

    def says(self) -> bytes:
        piece = next(self._pieces, b"")
        self.taken += len(piece)
        return piece

    def gives(self, length: int) -> bytes:
        return self.says()[:length]


class Played:
    """A simulated device on a wire without time; what it says passes `lossy` first."""

    def __init__(self, device: object, lossy: Callable[[bytes], bytes] = lambda data: data) -> None:
        self._device, self._lossy = device, lossy
        self._line = b""
        self.sent: list[bytes] = []

    def heard(self, data: bytes) -> None:
        self.sent.append(data)
        replies = sorted(self._device.feed(data), key=lambda reply: reply.after)  # type: ignore[attr-defined]
        self._line += self._lossy(b"".join(reply.data for reply in replies))

    def says(self) -> bytes:
        data, self._line = self._line, b""
        return data

    def gives(self, length: int) -> bytes:
        return self.says()[:length]


def carry(talk: Conversation[Reading], peer: Replay | Stream | Played) -> Reading:
    """Drive a conversation to its end; silence costs nothing here. An endless one fails the test."""
    answer: object = None
    for _ in range(PATIENCE):
        try:
            wish = talk.send(answer)
        except StopIteration as stop:
            return stop.value
        answer = None
        if isinstance(wish, Send):
            peer.heard(wish.data)
        elif isinstance(wish, Receive):
            answer = peer.says()
        elif isinstance(wish, Control) and is_feature(wish):
            answer = peer.gives(wish.length) if wish.length else peer.heard(wish.data)
        elif isinstance(wish, Lines):
            answer = NotReported("modem lines")
        elif isinstance(wish, Control):
            answer = peer.controlled(wish) if isinstance(peer, Replay) else NotReported("control transfers")
        else:
            assert isinstance(wish, Line)
    raise AssertionError("the conversation does not end by itself")


def watched(talk: Conversation[Reading], seen: list[Wish]) -> Conversation[Reading]:
    """The same conversation; every wish that puts something on the wire is added to `seen`."""
    answer: object = None
    while True:
        try:
            wish = talk.send(answer)
        except StopIteration as stop:
            return stop.value
        if not isinstance(wish, Receive | Lines):
            seen.append(wish)
        answer = yield wish


def outcome(talk: Conversation[Reading], peer: Replay | Stream | Played) -> Reading | DeviceError:
    """The reading or the error of ours; anything else is raised and fails the test."""
    try:
        return carry(talk, peer)
    except DeviceError as e:
        return e


def findings(reading: Reading) -> tuple[str, ...]:
    return tuple(f.id for f in reading.findings)


__all__ = ["NoAnswer", "Played", "Recording", "Replay", "Stream", "carry", "findings", "outcome", "recordings", "whole"]
