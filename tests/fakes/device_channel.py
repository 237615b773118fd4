"""A simulated device as a channel in this process: no port, no waiting, and what it received is kept."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from typing import Self

from kiosk.errors import Gone
from kiosk.protocols.conversation import Control, Line, LineState, NotReported
from kiosk.simulator.device import Device, line

NOW = (2026, 3, 2, 9, 30, 0)


@dataclass
class DeviceChannel:
    """Silence costs no time here, as in a recording. `received` is what the far end got, in pieces as sent."""

    device: Device
    kind: str = "serial"
    slice: float = float("inf")
    received: list[bytes] = field(default_factory=list)
    lines_set: list[Line] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._dice = random.Random(0)
        self._due: deque[bytes] = deque()

    def __enter__(self) -> Self:
        if "unplugged" in self.device.faults:
            raise Gone("The terminal is not plugged in.")
        return self

    def __exit__(self, *_exc: object) -> None:
        pass

    def send(self, data: bytes, timeout: float) -> int:
        if "cable_out" in self.device.faults:
            return len(data)
        self.received.append(data)
        replies = line(self.device.feed(data), self.device.faults, self._dice)
        self._due += [reply.data for reply in sorted(replies, key=lambda reply: reply.after)]
        return len(data)

    def receive(self, limit: int, timeout: float) -> bytes:
        if not self._due:
            return b""
        first = self._due.popleft()
        if len(first) > limit:
            self._due.appendleft(first[limit:])
        return first[:limit]

    def control(self, wish: Control, timeout: float) -> bytes | NotReported | None:
        self.controls.append(wish)
        control = getattr(self.device, "control", None)
        if control is None or not wish.length:
            return NotReported("control transfers")
        answer: bytes = control(wish)
        return answer[: wish.length] if answer else NotReported("control transfers")

    def lines(self) -> LineState | NotReported:
        return NotReported("modem lines")

    def line(self, wish: Line) -> NotReported | None:
        self.lines_set.append(wish)
        return None
