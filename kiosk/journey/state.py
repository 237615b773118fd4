"""Where the journey stands: one frozen value that is saved at every turn, so that a restart goes on where it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec import Struct

from kiosk.guidance.procedure import Progress
from kiosk.model.bundle import Walked
from kiosk.model.case import CaseEvent
from kiosk.model.finding import Chain, Finding, Hop, HopState, Link, Severity
from kiosk.model.inspection import Inspection, Point
from kiosk.model.learned import Learned
from kiosk.model.report import HostFact, TerminalReport
from kiosk.model.screen import Light, Line
from kiosk.model.terminal import Store
from kiosk.model.text import Text

FREE_FOR = timedelta(minutes=5)
"""How long "nobody is paying" counts, so that a check after a step does not ask again. Judgement."""

FRESH_FOR = timedelta(minutes=30)
"""Twice the monitoring interval: after that, green turns to grey."""


class Page(StrEnum):
    HOME = "home"
    CHOOSE = "choose"
    MORE = "more"  # procedures of their own, and what can be read up
    ARTICLE = "article"
    DUTY = "duty"  # a procedure of its own
    PAYING = "paying"  # is anyone paying?
    CHECKING = "checking"
    VERDICT = "verdict"
    GUIDE = "guide"  # a question or a step
    STOP = "stop"
    PREVIEW = "preview"
    CHAT = "chat"
    DONE = "done"


class Seen(Struct, frozen=True):
    """What the last run learned about a terminal, and when; `stale` once its port changed."""

    report: TerminalReport
    at: datetime
    stale: bool = False


class Purpose(StrEnum):
    LOOK = "look"  # staff asked: verdicts follow
    STEP = "step"  # the machine check after a step
    CARD = "card"  # the test of a reader, in which staff take part
    REQUEST = "request"  # an expert asked, staff consented


class Running(Struct, frozen=True):
    """A run under way, hop by hop."""

    id: str
    terminals: tuple[str, ...]
    purpose: Purpose
    chains: dict[str, Chain]
    looking: dict[str, str] = {}
    done: tuple[str, ...] = ()
    request: str = ""
    waits_since: datetime | None = None  # for a card


class Wanted(Struct, frozen=True):
    """A run that waits for "nobody is paying"."""

    terminals: tuple[str, ...]
    purpose: Purpose
    request: str = ""


class Trouble(Struct, frozen=True):
    """One thing that is being cured at one terminal."""

    terminal: str
    finding: str  # what opened it; "" when staff chose the symptom
    symptom: str
    began: datetime
    answers: dict[str, str] = {}
    failed: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    remedy: str = ""
    question: str = ""
    progress: Progress | None = None
    stepped: int = 0  # steps done in the remedies before this one
    found: Text | None = None  # one line of what the last machine check found
    walked: tuple[Walked, ...] = ()
    remedy_began: datetime | None = None
    told: bool = True  # a check can tell whether it is cured; else staff say so
    skipping: bool = False  # staff cannot do this step, and are asked why
    reason: str = ""  # why
    shared: tuple[str, ...] = ()  # other terminals with the same trouble and one cause: helped by the same steps


class Duty(Struct, frozen=True):
    """A procedure of its own under way: nothing is broken, staff are led. `terminal` is "" where it is about none."""

    id: str
    procedure: str
    terminal: str
    progress: Progress
    began: datetime
    points: dict[str, Point] = {}  # step -> what was noted at it
    warned: bool = False  # the number typed is not the terminal's


class Halt(Struct, frozen=True):
    """A hard stop at a terminal; only the answer to `challenge` clears it."""

    terminal: str
    finding: Finding
    challenge: str
    at: datetime
    wrong: bool = False


class Cured(Struct, frozen=True):
    """What the last page says."""

    terminal: str
    minutes: int
    cause: str = ""
    remedy: str = ""
    case: str = ""
    proven: bool = True  # a passing check stands behind it
    rated: bool = False
    duty: str = ""  # the procedure of its own that came to its end


class Packed(Struct, frozen=True):
    """The sealed bundle of the case."""

    file: str = ""
    sha256: str = ""
    size: int = 0
    lines: tuple[Line, ...] = ()
    left_out: tuple[str, ...] = ()
    error: Text | None = None
    sent: bool = False


class OpenedCase(Struct, frozen=True):
    """A case from the moment staff look at what would be sent."""

    id: str
    terminal: str
    began: datetime
    packed: Packed = Packed()
    opened: bool = False
    events: tuple[CaseEvent, ...] = ()  # not saved: the outbox holds them
    draft: str = ""
    refused: Text | None = None
    resolved: bool = False
    duty: str = ""  # the procedure of its own that it came from


class Journey(Struct, frozen=True):
    """Everything the window needs, and nothing about how it is drawn."""

    store: Store
    now: datetime
    page: Page = Page.HOME
    came_from: Page = Page.HOME
    till: str = ""  # the one looked at
    topic: str = ""  # the one chosen
    words: str = ""  # staff's own for what is wrong
    article: str = ""  # the one that is read
    seen: dict[str, Seen] = {}
    free: dict[str, datetime] = {}
    lessons: dict[str, Learned] = {}  # what staff said of unknown devices, by identity
    unsure: tuple[str, ...] = ()  # terminals of which staff could not say what they are, since the last check
    wanted: Wanted | None = None
    running: Running | None = None
    trouble: Trouble | None = None
    halts: tuple[Halt, ...] = ()
    case: OpenedCase | None = None
    cured: Cured | None = None
    duty: Duty | None = None
    inspected: dict[str, Inspection] = {}  # the last one of each terminal
    online: bool = False
    enrolled: bool = False
    kiosk: str = ""
    percent: int | None = None
    demo: bool = False
    host: tuple[HostFact, ...] = ()
    notice: Text | None = None


def worst(report: TerminalReport) -> Finding | None:
    """The finding that the verdict names: halt above all, then the earliest broken hop's, then by severity."""
    loud = [f for f in report.findings if f.severity.rank >= Severity.WARNING.rank]
    return max(loud, key=lambda f: f.severity.rank, default=None)


def light_of(journey: Journey, terminal: str) -> Light:
    """Silence is never health: what was not seen lately is `not_checked`."""
    if any(h.terminal == terminal for h in journey.halts):
        return Light.STOP
    seen = journey.seen.get(terminal)
    if seen is None or seen.stale or journey.now - seen.at > FRESH_FOR:
        return Light.NOT_CHECKED
    return light_of_report(seen.report)


def light_of_report(report: TerminalReport) -> Light:
    finding = worst(report)
    if finding is not None:
        lights = {Severity.HALT: Light.STOP, Severity.FAULT: Light.BROKEN}
        return lights.get(finding.severity, Light.NEEDS_YOU)
    if any(f.id == "port.in_use_by_pos" for f in report.findings):
        return Light.IN_USE
    answered = any(link == Link(Hop.ANSWER, HopState.OK) for link in report.chain)
    return Light.WORKING if answered else Light.NOT_CHECKED


HARM = (Light.STOP, Light.BROKEN, Light.NEEDS_YOU, Light.IN_USE, Light.NOT_CHECKED, Light.WORKING)
"""Lights by harm, the worst first: a till shows the worst of its terminals."""


def light_of_till(journey: Journey, till: str) -> Light:
    terminals = [t.id for each in journey.store.tills if each.id == till for t in each.terminals]
    return min((light_of(journey, t) for t in terminals), key=HARM.index, default=Light.NOT_CHECKED)


def saved(journey: Journey) -> bytes:
    """What a restart needs. A run under way is not: it is over when the program is."""
    case = journey.case and msgspec.structs.replace(journey.case, events=())
    page = journey.came_from if journey.page is Page.CHECKING else journey.page
    return msgspec.json.encode(msgspec.structs.replace(journey, case=case, running=None, wanted=None, page=page))


def restored(data: bytes) -> Journey:
    """Raises one of `wire.NOT_READABLE` if it was saved by a version that thought otherwise."""
    return msgspec.json.decode(data, type=Journey)
