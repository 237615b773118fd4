"""Wishes carried out: durable first, told in words what failed, nothing decided here."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import kiosk.carrier
from kiosk.carrier import Carrier, build_parts, known_store
from kiosk.diagnostics.check import Check
from kiosk.diagnostics.discovery import Device
from kiosk.diagnostics.discovery.hotplug import Change
from kiosk.errors import BundleError
from kiosk.escalation.enrolment import pseudonym_key
from kiosk.escalation.vault import RELEASE_KEY
from kiosk.evidence.admit import Kept
from kiosk.evidence.bundle import open_bundle
from kiosk.journey.turns import (
    Arrived,
    CheckRelease,
    DeskChanged,
    Learn,
    PortsChanged,
    Put,
    Refused,
    ReleaseChecked,
    Seal,
    Sealed,
    SealFailed,
    StartRun,
    StoreKnown,
    Streamed,
)
from kiosk.model.bundle import GuidanceRecord
from kiosk.model.case import Author, CaseEvent, Message, Opened, Side
from kiosk.model.ids import uuid7
from kiosk.model.learned import Learned
from kiosk.model.release import release_code
from kiosk.model.report import RunDone
from kiosk.model.terminal import Kind, Level, Usb
from kiosk.settings import Settings, StoreSettings, TerminalSettings, TillSettings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Lanes:
    """The bridge without threads: work is done at once, in order."""

    def run(
        self, lane: str, work: Callable[[], Any], done: Callable[[Future[Any]], Any], *, surely: bool = False
    ) -> None:
        future: Future[Any] = Future()
        try:
            future.set_result(work())
        except Exception as e:  # noqa: BLE001 - handed on as a lane does
            future.set_exception(e)
        done(future)

    def post(self, call: Callable[[], Any]) -> None:
        call()


@pytest.fixture
def told() -> list[Any]:
    return []


@pytest.fixture
def carrier(tmp_path: Path, told: list[Any], expect_log: Any) -> Iterator[Carrier]:
    expect_log("no system keyring")
    till = TillSettings("Till 1", terminal=(TerminalSettings(str(tmp_path / "no-port"), "zvt"),))
    parts = build_parts(tmp_path, Settings(store=StoreSettings("s1", "Bakery"), till=(till,)), "en")
    made = Carrier(parts, tmp_path, Lanes(), told.append)  # type: ignore[arg-type]
    yield made
    made.stop()
    parts.outbox.close()


def event(number: int, body: Any) -> CaseEvent:
    case = uuid7(1, bytes(10))
    return CaseEvent(uuid7(number, bytes(10)), case, Author(Side.STORE, "k1"), NOW, body)


def test_only_where_an_enquiry_may_set_something_going_a_person_is_asked_first() -> None:
    terminals = tuple(TerminalSettings("tcp://127.0.0.1:1", protocol) for protocol in ("zvt", "escpos", None))
    store = known_store(Settings(till=(TillSettings("Till 1", terminal=terminals),)).as_store())
    assert [t.asks_first for t in store.tills[0].terminals] == [True, False, True]


def test_an_event_is_durable_before_it_is_shown(carrier: Carrier, told: list[Any]) -> None:
    opened = event(1, Opened("Bakery", "Till 1", ""))
    carrier.carry(Put(opened))
    assert told == [Arrived(opened)]
    assert carrier.parts.outbox.events(opened.case) == (opened,)


def test_a_typed_card_number_goes_nowhere_and_that_is_said(carrier: Carrier, told: list[Any], tmp_path: Path) -> None:
    typed = event(2, Message("my card is 4111 1111 1111 1111"))
    carrier.carry(Put(typed))
    assert isinstance(told[0], Refused)
    assert told[0].event == typed.id
    assert carrier.parts.outbox.events(typed.case) == ()
    kept = b"".join(f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())
    assert b"4111 1111" not in kept


def test_a_missing_port_is_a_result_not_a_crash(carrier: Carrier, told: list[Any]) -> None:
    carrier.carry(StartRun("r1", ("1.1",), Level.INTERNAL, nobody_pays=True))
    done = told[-1]
    assert isinstance(done, Streamed)
    assert isinstance(done.event, RunDone)
    findings = [f.id for t in done.event.report.terminals for f in t.findings]
    assert findings == ["port.missing"]


def test_what_staff_said_counts_for_the_next_run_and_the_next_start_until_it_is_taken_back(
    tmp_path: Path, told: list[Any], expect_log: Any
) -> None:
    expect_log("no system keyring")
    port = str(tmp_path / "no-port")
    till = TillSettings("Till 1", terminal=(TerminalSettings(port),))
    settings = Settings(store=StoreSettings("s1", "Bakery"), till=(till,))

    def started() -> Carrier:
        return Carrier(build_parts(tmp_path, settings, "en"), tmp_path, Lanes(), told.append)  # type: ignore[arg-type]

    def protocol(carrier: Carrier) -> str | None:
        terminal = carrier.store.terminal("1.1")
        return terminal.protocol if terminal else None

    carrier = started()
    assert protocol(carrier) is None
    carrier.carry(Learn(port, Learned("escpos", "ESC/POS", Kind.PRINTER)))
    again = started()
    assert protocol(carrier) == protocol(again) == "escpos"
    assert again.parts.lessons[port].kind is Kind.PRINTER
    assert [t.store.tills[0].terminals[0].protocol for t in told if isinstance(t, StoreKnown)] == ["escpos"]
    carrier.carry(Learn(port, None))
    last = started()
    assert protocol(carrier) is protocol(last) is None
    for one in (carrier, again, last):
        one.parts.outbox.close()


def test_what_was_heard_is_sealed_and_readable(carrier: Carrier, told: list[Any]) -> None:
    carrier.carry(StartRun("r1", ("1.1",), Level.INTERNAL, nobody_pays=True))
    carrier.carry(Seal("0190-case", ("1.1",), GuidanceRecord("pc.not_seen")))
    sealed = told[-1]
    assert isinstance(sealed, Sealed)
    assert Path(sealed.file).stat().st_size == sealed.size
    assert {line.title.id for line in sealed.lines} >= {"section.terminals", "section.findings", "section.host"}


def test_what_is_kept_was_admitted_and_a_broken_check_goes_with_it(
    carrier: Carrier, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_scene: Any) -> Any:
        raise RuntimeError("a fault of our own, card 4111 1111 1111 1111")
        yield

    monkeypatch.setattr("kiosk.diagnostics.check.checks", lambda: (Check("breaks", breaks),))
    carrier.carry(StartRun("r1", ("1.1",), Level.INTERNAL, nobody_pays=True))
    assert all(isinstance(heard.trace, Kept) for heard in carrier._heard.values())
    carrier.carry(Seal("0190-case", ("1.1",), GuidanceRecord()))
    contents = open_bundle(Path(told[-1].file)).contents
    assert "a fault of our own, card xxxx xxxx xxxx xxxx" in "".join(contents.log)
    assert [header.terminal for header, _ in contents.traces] == ["1.1"]


def test_a_secret_of_the_kiosk_never_leaves_in_a_file(
    carrier: Carrier, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = pseudonym_key(carrier.parts.vault)
    for form in (base64.b64encode(key).decode(), key.hex()):
        carrier.carry(Seal("0190-case", (), GuidanceRecord(outcome=f"the key is {form}")))
        assert isinstance(told[-1], SealFailed)
    carrier.carry(Seal("0190-case", (), GuidanceRecord()))
    assert isinstance(told[-1], Sealed)


def test_a_full_disk_is_said_and_nothing_is_lost(
    carrier: Carrier, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise BundleError("The disk is full.", "Make room, then try again.")

    monkeypatch.setattr(kiosk.carrier, "seal", full)
    carrier.carry(Seal("0190-case", (), GuidanceRecord()))
    failed = told[-1]
    assert isinstance(failed, SealFailed)
    assert "The disk is full." in str(failed.words.args["words"])


def test_only_the_answer_to_the_challenge_releases(carrier: Carrier, told: list[Any]) -> None:
    carrier.carry(CheckRelease("1.1", "7TJAEQ", "ANYTHING"))
    assert told[-1] == ReleaseChecked("1.1", right=False), "before enrolment no code is right"
    key = bytes(range(32))
    carrier.parts.vault.put(RELEASE_KEY, base64.b64encode(key).decode())
    carrier.carry(CheckRelease("1.1", "7TJAEQ", "WRONGCOD"))
    assert told[-1] == ReleaseChecked("1.1", right=False)
    carrier.carry(CheckRelease("1.1", "7TJAEQ", release_code(key, "7TJAEQ")))
    assert told[-1] == ReleaseChecked("1.1", right=True)


class OneChange:
    """A watch that tells what is there, then that it went, and ends."""

    def __init__(self, look: Callable[[], Any], told: Callable[[Change], None]) -> None:
        self.told, self.stopped = told, False

    def run(self) -> None:
        self.told(Change((PAD,)))
        self.told(Change((), (), (PAD,)))

    def stop(self) -> None:
        self.stopped = True


PAD = Device("/dev/ttyACM7", Usb("11ca", "0220", "A", "1-2", "02"), Kind.TERMINAL, "Verifone", "Vx805")


def test_what_is_plugged_in_and_out_is_told_to_the_journey(
    carrier: Carrier, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_set = carrier.store
    monkeypatch.setattr(kiosk.carrier, "HotPlug", OneChange)
    carrier.watch()
    there, gone, changed = told
    assert [till.name for till in there.store.tills] == ["Till 1", "New terminal"]
    assert gone.store == carrier.store == as_set
    assert changed == PortsChanged(("new.A",))
    carrier.stop()
    assert carrier._hot_plug.stopped


def test_a_new_terminal_is_called_so_in_the_language_of_the_window(
    carrier: Carrier, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier.speak("de")
    assert told == []
    monkeypatch.setattr(OneChange, "run", lambda self: self.told(Change((PAD,))))
    monkeypatch.setattr(kiosk.carrier, "HotPlug", OneChange)
    carrier.watch()
    carrier.speak("en")
    assert [what.store.tills[1].name for what in told] == ["Neues Terminal", "New terminal"]


def test_a_kiosk_that_has_not_joined_says_so(carrier: Carrier, told: list[Any]) -> None:
    carrier.connect("")
    assert told == [DeskChanged(online=False, enrolled=False)]
