"""Carries out the journey's wishes in lanes and hands what came of them back as turns; decides nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk import __version__, lessons, resources
from kiosk.diagnostics.discovery import Device, attached, gather
from kiosk.diagnostics.discovery import memory as devices_seen
from kiosk.diagnostics.discovery.hotplug import Change, HotPlug
from kiosk.diagnostics.discovery.newcomers import touched, with_newcomers
from kiosk.diagnostics.discovery.places import settled
from kiosk.diagnostics.runner import Outcome, Plan, run
from kiosk.errors import CardNumber, KioskError
from kiosk.escalation.client import Client
from kiosk.escalation.enrolment import enrolment, pseudonym_key, release_key, secrets, signing_key
from kiosk.escalation.outbox import Outbox
from kiosk.escalation.state import DeskState
from kiosk.escalation.vault import TOKEN, Vault
from kiosk.evidence.admit import Kept, keep
from kiosk.evidence.bundle import Contents, readable, seal
from kiosk.evidence.redaction import has_card_number
from kiosk.guidance.keeping import inspections, keep_inspection, keep_outcome, keep_photo, outcomes, replace_file
from kiosk.guidance.pack import first_good
from kiosk.journey.knowledge import Knowledge
from kiosk.journey.turns import (
    Arrived,
    CancelRun,
    CheckRelease,
    Count,
    DeskChanged,
    KeepInspection,
    KeepPhoto,
    Learn,
    PortsChanged,
    Put,
    Refused,
    ReleaseChecked,
    RunFailed,
    Seal,
    Sealed,
    SealFailed,
    StartRun,
    StoreKnown,
    Streamed,
    Upload,
    What,
    Wish,
)
from kiosk.model.case import CaseEvent
from kiosk.model.learned import Learned, taught_store
from kiosk.model.release import matches
from kiosk.model.report import Facts, Report, TerminalReport
from kiosk.model.screen import Line
from kiosk.model.terminal import Level, Store, Terminal
from kiosk.model.text import Text, text
from kiosk.model.trace import Entry, TraceHeader
from kiosk.protocols.protocol import protocols
from kiosk.secure import doors
from kiosk.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Future

    from kiosk.ui.bridge import Bridge

Raw = tuple[TraceHeader, tuple[Entry, ...]]
RUN_SECONDS = 30.0
PERSON_SECONDS = 60.0  # where a person takes part
SETTLE_SECONDS = 1.0  # for the lanes of a cancelled run to free their ports


@dataclass(frozen=True, slots=True)
class Parts:
    """What is built after the first paint, in a lane: everything that reads, opens or listens."""

    settings: Settings
    knowledge: Knowledge
    outbox: Outbox
    vault: Vault
    over: Path | None = None  # the pack of guidance in use
    trouble: Text | None = None  # something that was damaged, and what is used instead
    lessons: Mapping[str, Learned] = field(default_factory=dict)


def build_parts(folder: Path, settings: Settings, language: str) -> Parts:
    """Raises `KioskError` where something that the kiosk cannot do without is broken; guidance is no such thing."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = first_good(folder, resources.root(), resources.guidance, resources.no_guidance())
    found = chosen.content
    outbox = Outbox(folder / "outbox.sqlite", has_card_number)
    days = settings.policy.inspection_days
    knowledge = Knowledge(found.guide, resources.findings(), __version__, language, found.index, found.library, days)
    words = text("damaged.texts", files=", ".join(damaged)) if (damaged := resources.damaged_texts()) else None
    trouble = chosen.trouble or words or inspections(folder).trouble or outcomes(folder).trouble
    return Parts(settings, knowledge, outbox, Vault(folder), chosen.folder, trouble, lessons.load(folder))


def known_store(store: Store) -> Store:
    """What protocols know of a store: a person is asked first only where an enquiry may set something going."""
    return replace(store, tills=tuple(replace(t, terminals=tuple(map(_known, t.terminals))) for t in store.tills))


def _known(terminal: Terminal) -> Terminal:
    protocol = protocols().get(terminal.protocol or "")
    if protocol is None:
        return terminal
    framing = terminal.framing or protocol.framings[0]
    talk = protocol.read(framing)
    first = next(talk)
    talk.close()
    return replace(terminal, asks_first=terminal.asks_first and protocol.may_act(first, framing))


class Carrier:
    """Carries out wishes in lanes and hands what came of them back as turns; decides nothing."""

    def __init__(self, parts: Parts, folder: Path, bridge: Bridge, turn: Callable[[What], None]) -> None:
        self.parts = parts
        self._folder = folder
        self._bridge = bridge
        self._turn = turn
        self._client: Client | None = None
        self._desk = ""  # where this kiosk is enrolled
        self._cancels: dict[str, threading.Event] = {}
        self._heard: dict[str, Heard] = {}
        self._facts: Facts | None = None
        self._before: Outcome | None = None  # the run before
        self._hot_plug: HotPlug | None = None
        self._memory = devices_seen.recall(folder)
        self._attached: tuple[Device, ...] = ()
        self._language = parts.knowledge.language
        self._doors = doors(parts.settings, lambda: parts.vault)
        self._lessons = dict(parts.lessons)
        self._as_set = parts.settings.as_store()
        self.store = self._known(self._as_set)

    def post(self, what: What) -> None:
        """From any lane into the GUI thread."""
        self._bridge.post(lambda: self._turn(what))

    def do(self, lane: str, work: Callable[[], None]) -> None:
        self._bridge.run(lane, work, _told)

    def keep(self, lane: str, work: Callable[[], None]) -> None:
        """What must be on the disk even if the window is closed in this moment."""
        self._bridge.run(lane, work, _told, surely=True)

    def save(self, data: bytes) -> None:
        self.keep("save", lambda: replace_file(self._folder / "journey.json", data))

    def carry(self, wish: Wish) -> None:
        match wish:
            case StartRun():
                cancel = self._cancels[wish.run] = threading.Event()
                self.do("run", lambda: self._run(wish, cancel))
            case CancelRun(run=run):
                self._cancels.pop(run, threading.Event()).set()
            case Learn(identity=identity, known=known):
                self._be_told(identity, known)
            case Put(event=event):
                self.keep("outbox", lambda: self._put(event))
            case Seal():
                self.do("seal", lambda: self._seal(wish))
            case Upload():
                self.do("outbox", lambda: self._upload(wish))
            case Count(outcome=outcome):
                self.keep("save", lambda: keep_outcome(self._folder, outcome))
            case KeepInspection(record=record):
                self.keep("save", lambda: keep_inspection(self._folder, record))
            case KeepPhoto():
                self.keep("save", lambda: keep_photo(self._folder, wish.inspection, wish.name, wish.jpeg))
            case CheckRelease(terminal=terminal, challenge=challenge, code=code):
                self.do("outbox", lambda: self.post(ReleaseChecked(terminal, self._right(challenge, code))))

    def stop(self) -> None:
        """Ends what runs; nothing that was put is lost."""
        for cancel in self._cancels.values():
            cancel.set()
        if self._client is not None:
            self._client.stop()
        if self._hot_plug is not None:
            self._hot_plug.stop()

    # what is attached

    def watch(self) -> None:
        """From now on Home follows what is plugged in and out."""
        from kiosk.commands.devices import models

        self._hot_plug = hot_plug = HotPlug(lambda: attached(models()), self._plugged)
        self.do("ports", hot_plug.run)

    def _known(self, store: Store) -> Store:
        return known_store(taught_store(store, self._lessons))

    def speak(self, language: str) -> None:
        """New terminals are called so in the language that staff chose."""
        self._language = language
        if self._attached:
            self.do("ports told", self._tell_store)

    def _plugged(self, change: Change) -> None:
        """In the lane of the watch: what was seen at a changed port is no longer sure, and new terminals show."""
        changed = touched(self.store, change)
        self._attached = change.attached
        self._tell_store()
        if changed:
            self.post(PortsChanged(changed))

    def _tell_store(self) -> None:
        name = resources.catalogue(self._language, "journey")(text("till.new"))
        store = self._known(with_newcomers(self._as_set, self._attached, name))
        if store != self.store:
            self.store = store
            self.post(StoreKnown(store))

    def _be_told(self, identity: str, known: Learned | None) -> None:
        """At once for the run that follows, and kept for the next start."""
        left = {id: one for id, one in self._lessons.items() if id != identity}
        self._lessons = left if known is None else left | {identity: known}
        all_known = self._lessons
        self.keep("lessons", lambda: lessons.keep(self._folder, all_known))
        self._tell_store()

    # checks

    def _run(self, wish: StartRun, cancel: threading.Event) -> None:
        if self._before is not None:
            self._before.settle(SETTLE_SECONDS)
        terminals = tuple(t for id in wish.terminals if (t := self.store.terminal(id)) is not None)
        try:
            facts = self._gathered(terminals)
            seconds = PERSON_SECONDS if wish.level is Level.INTERACTIVE else RUN_SECONDS
            plan = Plan(settled(terminals, facts.places), wish.level, seconds, facts, wish.nobody_pays)
            kinds = self.parts.knowledge.kinds
            emit = lambda e: self.post(Streamed(wish.run, e))  # noqa: E731 - a name for one line
            outcome = run(plan, emit=emit, cancelled=cancel.is_set, kinds=kinds, open_channel=self._doors)
        except KioskError as e:
            self.post(RunFailed(wish.run, text("run.failed", words=str(e))))
            return
        finally:
            self._cancels.pop(wish.run, None)
        self._before = outcome
        self._facts = outcome.report.facts
        self._learn(facts)
        traces = {trace.header.terminal: trace for trace in outcome.traces}
        for report in outcome.report.terminals:
            trace = traces[report.terminal.id]
            self._heard[report.terminal.id] = Heard(
                report, self._admitted(trace.header, trace.entries), tuple(one.trace for one in outcome.broken)
            )

    def _admitted(self, header: TraceHeader, entries: tuple[Entry, ...]) -> Kept | Raw:
        """As it may be kept; raw, in memory only, where the key for names cannot be had now."""
        try:
            return keep(header, entries, pseudonym_key(self.parts.vault))
        except KioskError:
            return header, entries

    def _gathered(self, terminals: tuple[Terminal, ...]) -> Facts:
        settings = self.parts.settings
        policy, desk, now = settings.policy, self._desk or settings.desk.url, datetime.now(UTC)
        facts = gather(terminals, policy.pos_programs, policy.payment_hosts, now, self._listed(), desk)
        held = self._before.held if self._before is not None else ()
        return replace(facts, ports=tuple(replace(p, stuck=p.address in held) for p in facts.ports))

    def _listed(self) -> tuple[Terminal, ...]:
        """Each bound to the device that was seen at it before, also before a restart."""
        return devices_seen.remembered((t for till in self._as_set.tills for t in till.terminals), self._memory)

    def _learn(self, facts: Facts) -> None:
        memory = devices_seen.learned(self._memory, (t for till in self._as_set.tills for t in till.terminals), facts)
        if memory != self._memory:
            self._memory = memory
            devices_seen.keep(self._folder, memory)

    # cases

    def _put(self, event: CaseEvent) -> None:
        """Durable first; only then it is shown as waiting."""
        try:
            self.parts.outbox.put(event)
        except CardNumber:
            self.post(Refused(event.id, text("refused.card")))
            return
        self.post(Arrived(event))
        if self._client is not None:
            self._client.wake()

    def _upload(self, wish: Upload) -> None:
        if self._client is not None:
            self._client.upload(wish.case, Path(wish.file), wish.sha256)

    def _seal(self, wish: Seal) -> None:
        heard = [self._heard[t] for t in wish.terminals if t in self._heard]
        now = datetime.now(UTC)
        report = Report(now, 0.0, Level.INTERNAL, tuple(h.report for h in heard), self._facts)
        raw = tuple(h.trace for h in heard if not isinstance(h.trace, Kept))
        contents = Contents(
            report, raw, wish.guidance, tuple(dict.fromkeys(words for h in heard for words in h.broken))
        )
        file = self._folder / "bundles" / f"{wish.case}.zip"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            sealed = seal(
                contents,
                file,
                key=signing_key(self.parts.vault),
                pseudonym_key=pseudonym_key(self.parts.vault),
                kiosk=self.kiosk_id(),
                version=__version__,
                now=now,
                canaries=secrets(self.parts.vault),
                kept=tuple(h.trace for h in heard if isinstance(h.trace, Kept)),
            )
        except KioskError as e:
            self.post(SealFailed(wish.case, text("seal.failed", words=str(e))))
            return
        lines = tuple(_section(id, words) for id, words in readable(sealed.contents))
        self.post(Sealed(wish.case, str(file), sealed.sha256, sealed.size, lines, sealed.manifest.left_out))

    def _right(self, challenge: str, code: str) -> bool:
        key = release_key(self.parts.vault)
        return key is not None and matches(key, challenge, code)

    # the desk

    def kiosk_id(self) -> str:
        joined = enrolment(self.parts.outbox)
        return joined.kiosk if joined else ""

    def connect(self, case: str) -> None:
        """Tell what the outbox holds of the running case, then talk to the desk if this kiosk is enrolled."""

        for event in self.parts.outbox.events(case) if case else ():
            self.post(Arrived(event))
        joined = enrolment(self.parts.outbox)
        token = self.parts.vault.get(TOKEN)
        if joined is None or token is None:
            self.post(DeskChanged(online=False, enrolled=False))
            return
        self._desk = joined.desk
        ca = self.parts.settings.desk.ca
        hear = lambda event: self.post(Arrived(event))  # noqa: E731 - a name for one line
        self._client = Client(self.parts.outbox, joined.desk, token, hear, self._desk_changed, Path(ca) if ca else None)
        self._client.start()

    def _desk_changed(self, state: DeskState) -> None:
        self.post(DeskChanged(state.online, enrolled=True, kiosk=self.kiosk_id(), percent=state.upload))


@dataclass(frozen=True, slots=True)
class Heard:
    """What the last run over a terminal heard."""

    report: TerminalReport
    trace: Kept | Raw
    broken: tuple[str, ...] = ()  # tracebacks of its run: faults of our own


def _section(id: str, words: tuple[str, ...]) -> Line:
    return Line(text(f"section.{id}"), text("section.lines", n=len(words)), "\n".join(words)[:4000])


def _told(future: Future[None]) -> None:
    """A lane's work ended; a bug in it must not pass in silence."""
    if not future.cancelled() and (error := future.exception()) is not None:
        raise error
