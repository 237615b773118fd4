"""What comes into the journey (`Turn`) and what it wishes done (`Wish`); values only, carried out by the app."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b

from msgspec import Struct

from kiosk.guidance.outcomes import Outcome
from kiosk.model import ids
from kiosk.model.act import Act
from kiosk.model.bounds import Few
from kiosk.model.bundle import GuidanceRecord
from kiosk.model.case import CaseEvent
from kiosk.model.inspection import Inspection
from kiosk.model.learned import Learned
from kiosk.model.report import RunEvent
from kiosk.model.screen import Line
from kiosk.model.terminal import Level, Store
from kiosk.model.text import Text


class Tick(Struct, frozen=True):
    """Time goes on: ages on Home, time-outs of requests."""


class StoreKnown(Struct, frozen=True):
    """Tills and terminals as settings and discovery tell them now."""

    store: Store


class PortsChanged(Struct, frozen=True):
    """Something was plugged in or out: what was seen at these terminals is no longer sure."""

    terminals: tuple[str, ...]


class Streamed(Struct, frozen=True):
    """An event of a running check."""

    run: str
    event: RunEvent


class RunFailed(Struct, frozen=True):
    """The runner itself could not run; `words` for staff."""

    run: str
    words: Text


class Arrived(Struct, frozen=True):
    """A case event as the outbox holds it: ours on its way (seq None) or delivered, or the desk's."""

    event: CaseEvent


class Refused(Struct, frozen=True):
    """The outbox did not take a message: it held a card number."""

    event: str
    words: Text


class DeskChanged(Struct, frozen=True):
    """`percent` of the bundle sent, None when nothing is under way."""

    online: bool
    enrolled: bool = True
    kiosk: str = ""
    percent: int | None = None


class Sealed(Struct, frozen=True):
    """The bundle of a case lies ready; `lines` are what staff see of it."""

    case: str
    file: str
    sha256: str
    size: int
    lines: Few[Line] = ()
    left_out: Few[str] = ()


class SealFailed(Struct, frozen=True):
    case: str
    words: Text


class ReleaseChecked(Struct, frozen=True):
    terminal: str
    right: bool


class Noticed(Struct, frozen=True):
    """Something of this PC itself that staff should know, shown on Home."""

    words: Text


What = (
    Act | Tick | StoreKnown | PortsChanged | Streamed | RunFailed | Arrived | Refused | DeskChanged | Sealed
    | SealFailed | ReleaseChecked | Noticed
)  # fmt: skip


class Turn(Struct, frozen=True):
    """One thing that happened; `at` and `entropy` (16 bytes at least) are stamped by the app."""

    at: datetime
    entropy: bytes
    what: What

    def fresh(self, number: int) -> bytes:
        """16 bytes that belong to this turn alone, told apart by `number`."""
        return blake2b(self.entropy, digest_size=16, person=number.to_bytes(8, "big")).digest()

    def uuid(self, number: int) -> str:
        return ids.uuid7(int(self.at.timestamp() * 1000), self.fresh(number))


class StartRun(Struct, frozen=True):
    """`nobody_pays`: a person at this PC said so; without it nothing that may act is sent."""

    run: str
    terminals: tuple[str, ...]
    level: Level
    nobody_pays: bool


class CancelRun(Struct, frozen=True):
    run: str


class Put(Struct, frozen=True):
    """Into the outbox; it comes back as `Arrived` once it is durable."""

    event: CaseEvent


class Seal(Struct, frozen=True):
    """Make the bundle of a case from the last run of these terminals."""

    case: str
    terminals: tuple[str, ...]
    guidance: GuidanceRecord


class Upload(Struct, frozen=True):
    case: str
    file: str
    sha256: str


class CheckRelease(Struct, frozen=True):
    """Is this the security line's answer to the challenge?"""

    terminal: str
    challenge: str
    code: str


class KeepInspection(Struct, frozen=True):
    """Into the file of inspections on this PC."""

    record: Inspection


class KeepPhoto(Struct, frozen=True):
    """Beside the record, under this name."""

    inspection: str
    name: str
    jpeg: bytes


class Count(Struct, frozen=True):
    """Into the file of counts on this PC."""

    outcome: Outcome


class Learn(Struct, frozen=True):
    """Remember what staff said of the device at this identity; None forgets it. Comes before the run that needs it."""

    identity: str
    known: Learned | None


Wish = StartRun | CancelRun | Put | Seal | Upload | CheckRelease | KeepInspection | KeepPhoto | Count | Learn
