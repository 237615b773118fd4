"""The result of a run, the facts it rested on, and the events it streams while it goes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from kiosk.model.bounds import Few, Id, Many, Short, Words
from kiosk.model.finding import Chain, Finding, Hop, HopState, Measurement
from kiosk.model.health import Health
from kiosk.model.terminal import Holder, Level, Terminal, Usb


class HostFact(Struct, frozen=True):
    """One fact about this PC; `value` is None where the system does not tell."""

    name: Id
    value: Short | int | float | bool | None
    unit: Short = ""


class Plugged(Struct, frozen=True):
    """What the system tells of the USB device behind a port; None: it does not report that."""

    driver_bound: bool | None = None
    problem: int | None = None  # Windows problem code (cfg.h CM_PROB_*), 0: none
    power_saving: bool | None = None  # the system may put it to sleep
    over_current: int | None = None  # how often its socket was cut off since the PC started
    draws: int | None = None  # mA
    hub_gives: int | None = None  # mA for all on its hub, where the hub lives on the PC's power
    hub_draws: int | None = None  # mA that all on its hub ask for


class SeenPort(Struct, frozen=True):
    """A port as discovery found it at the start of a run."""

    address: Short
    exists: bool
    readable: bool | None = None  # None: cannot be told without opening
    group: Short | None = None  # the group to join for the right
    held_by: Holder | None = None
    usb: Usb | None = None
    plugged: Plugged | None = None
    stuck: bool = False  # the system has not given it back to ourselves since an earlier run


class Placed(StrEnum):
    """How a listed terminal is out of its place."""

    MOVED = "moved"  # at a port that the list gives to nobody
    SWAPPED = "swapped"  # at another listed terminal's port
    TAKEN = "taken"  # another listed terminal sits at its port, and it is nowhere to be seen


class Place(Struct, frozen=True):
    """A listed terminal that is not where the list says: `listed` and `now` are addresses, `other` a terminal."""

    terminal: Id
    listed: Short
    now: Short
    how: Placed
    other: Short = ""


class Facts(Struct, frozen=True):
    """All that a check may know besides bytes: frozen, and kept in the bundle for replay."""

    at: datetime
    ports: Few[SeenPort] = ()
    host: Few[HostFact] = ()
    pos_programs: Few[Short] = ()  # names of the till programs, from policy
    payment_hosts: Few[Short] = ()
    places: Few[Place] = ()  # of listed terminals out of their place only

    def place(self, terminal: str) -> Place | None:
        return next((p for p in self.places if p.terminal == terminal), None)

    def port(self, address: str) -> SeenPort | None:
        return next((p for p in self.ports if p.address == address), None)


class TerminalReport(Struct, frozen=True):
    """Everything one run learned about one terminal."""

    terminal: Terminal
    chain: Chain
    health: Health = Health()
    findings: Few[Finding] = ()
    measurements: Many[Measurement] = ()
    ran: Few[Id] = ()  # checks that ran to their end: only their findings may be called absent
    seconds: float = 0.0


class Report(Struct, frozen=True):
    """One run over some terminals."""

    started: datetime
    seconds: float
    level: Level
    terminals: Few[TerminalReport] = ()
    facts: Facts | None = None
    cancelled: bool = False


class HopChanged(Struct, frozen=True, tag="hop"):
    """A hop of a terminal was judged."""

    terminal: Id
    hop: Hop
    state: HopState


class Looking(Struct, frozen=True, tag="looking"):
    """A check of a terminal began; `check` is its id, its plain words are text `check.<id>`."""

    terminal: Id
    check: Id


class TerminalDone(Struct, frozen=True, tag="terminal"):
    """All checks of one terminal ended."""

    report: TerminalReport


class RunDone(Struct, frozen=True, tag="run"):
    """The stream's last event."""

    report: Report


RunEvent = HopChanged | Looking | TerminalDone | RunDone


class BrokenCheck(Struct, frozen=True):
    """A check that raised: our fault, told as such; `trace` is the traceback."""

    check: Id
    trace: Words
