"""Guessing: what is harmless, the order, what was overheard, and a whole run against simulated terminals."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.diagnostics import guessing
from kiosk.diagnostics.discovery import gather
from kiosk.diagnostics.guessing import Probe, candidates, is_harmless, may_be_asked, probes, speaks
from kiosk.diagnostics.replay import replay
from kiosk.diagnostics.runner import Plan, run
from kiosk.diagnostics.verdict import same
from kiosk.errors import DeviceError
from kiosk.model.finding import Hop, HopState, Severity
from kiosk.model.terminal import Kind, Level, Port, Terminal
from kiosk.model.trace import What
from kiosk.protocols.conversation import Line, Receive, Send
from kiosk.protocols.protocol import protocols
from kiosk.resources import findings
from kiosk.simulator.device import Setup
from kiosk.simulator.kinds import kinds
from kiosk.simulator.wire import Pty, Simulation, Tcp
from tests.fakes.peers import pty_peer, silent
from tests.fakes.toy_protocol import TOY

KNOWN = protocols()
PORTS = ("serial", "tcp", "usb")


def sent_by(probe: Probe) -> list[object]:
    """Every wish of a probe that meets silence."""
    talk, answer, wishes = guessing.asked(probe), None, []
    try:
        while len(wishes) < 200:
            wish = talk.send(answer)
            wishes.append(wish)
            answer = b"" if isinstance(wish, Receive) else None
    except (StopIteration, DeviceError):
        return wishes
    raise AssertionError("a probe does not end by itself")


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("kind", [Kind.TERMINAL, Kind.CARD_READER])
def test_no_question_of_a_guess_may_set_something_going(port: str, kind: Kind) -> None:
    for probe in probes(port, kind, KNOWN):
        for wish in sent_by(probe):
            if isinstance(wish, Send):
                assert may_be_asked(probe.protocol, wish, probe.framing), (probe.protocol.id, wish)


def test_a_protocol_whose_question_may_act_is_only_listened_for() -> None:
    asked = {probe.protocol.id for port in PORTS for probe in probes(port, Kind.TERMINAL, KNOWN)}
    acting = {p.id for p in KNOWN.values() if not any(is_harmless(p, f) for f in p.framings)}
    assert "zvt" in acting
    assert not asked & acting
    assert KNOWN["zvt"] in candidates("serial", Kind.TERMINAL, KNOWN)


def test_the_order_is_fixed_usual_speeds_first_and_printers_before_all() -> None:
    serial = probes("serial", Kind.TERMINAL, KNOWN)
    assert serial == probes("serial", Kind.TERMINAL, dict(reversed(list(KNOWN.items()))))
    first = [probe.protocol for probe in serial if probe.baud == probe.protocol.bauds[0]]
    assert [p.protocol for p in serial[: len(first)]] == first
    assert first[0].kind is Kind.PRINTER
    assert all(p.protocol.bauds.index(p.baud) < guessing.SPEEDS for p in serial if p.baud is not None)
    assert {p.baud for p in probes("tcp", Kind.TERMINAL, KNOWN)} == {None}


def test_on_usb_only_card_readers_are_guessed() -> None:
    assert {p.kind for p in candidates("usb", Kind.CARD_READER, KNOWN)} == {Kind.CARD_READER}
    assert candidates("usb", Kind.TERMINAL, KNOWN) == ()


def test_a_protocol_that_asks_nothing_is_never_guessed() -> None:
    def nothing(framing: str):
        yield from ()

    assert not is_harmless(replace(TOY, answers=nothing), "raw")


def test_what_was_overheard_must_be_whole_messages_alone() -> None:
    some = [(p, p.default_framing["serial"]) for p in candidates("serial", Kind.TERMINAL, KNOWN)]
    frame = bytes.fromhex("1002060f0bf0f0f7322e31342e3135001003b111")
    assert [p.id for p in speaks(frame, some)] == ["zvt"]
    assert speaks(frame[:-1] + b"\0", some) == ()
    assert speaks(b"\xff" + frame, some) == ()
    assert speaks(b"\x12", some) == ()
    assert speaks(b"", some) == ()


@given(data=st.binary(max_size=60))
def test_noise_is_taken_for_no_protocol_with_a_check_sum(data: bytes) -> None:
    some = [(KNOWN[name], "serial") for name in ("idtech", "abecs", "zvt")]
    assert speaks(data, some) == ()


@contextmanager
def simulated(name: str, place, *faults: str, framing: str = "serial"):
    """A simulated terminal that runs until the block ends; its address, and the device."""
    kind, stop = kinds()[name], threading.Event()
    device = kind.build(Setup(framing=framing, latency=0.01, faults=set(faults)))
    simulation = Simulation(kind, device, place)

    def turn() -> None:
        while not stop.is_set():
            simulation.turn()

    thread = threading.Thread(target=turn)
    thread.start()
    try:
        yield simulation.address, device
    finally:
        stop.set()
        thread.join()
        simulation.close()


def checked(address: str, kind: Kind = Kind.TERMINAL, *, may_act: bool = True):
    terminals = (Terminal("1", Port(address), kind=kind, asks_first=True),)
    facts = gather(terminals, (), (), datetime.now(UTC))
    return run(Plan(terminals, Level.INTERNAL, 25.0, facts, may_act), emit=lambda event: None, kinds=findings())


@pytest.fixture
def quick(monkeypatch):
    """The simulated terminals answer at once, so less patience is enough."""
    monkeypatch.setattr(guessing, "SECONDS", 0.25)
    monkeypatch.setattr(guessing, "LISTEN", 0.05)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("name", "place", "framing"),
    [("idtech", Pty, "serial"), ("nexo", lambda: Tcp(0), "tcp"), ("escpos", Pty, "serial")],
)
def test_a_terminal_is_guessed_and_then_left_alone(name: str, place, framing: str) -> None:
    with simulated(name, place, framing=framing) as (address, _):
        outcome = checked(address)
    (report,) = outcome.report.terminals
    (finding,) = report.findings
    assert (finding.id, finding.severity) == ("protocol.guessed", Severity.INFO)
    speed = {"baud": KNOWN[name].bauds[0]} if place is Pty else {}
    assert finding.data == {"protocol": KNOWN[name].title, "id": name, "kind": KNOWN[name].kind.value, **speed}
    assert report.terminal.protocol is None
    assert not report.terminal.certain
    states = {link.hop: link.state for link in report.chain}
    assert (states[Hop.ANSWER], states[Hop.TERMINAL]) == (HopState.NOT_CHECKED, HopState.NOT_CHECKED)
    assert outcome.broken == ()
    assert "terminal_health" not in report.ran
    last = [e.what for e in outcome.traces[0].entries if e.what in (What.SEND, What.RECEIVE)]
    assert last[-1] is What.RECEIVE, "nothing is sent after the first answer"


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("name", "place", "framing"), [("idtech", Pty, "serial"), ("nexo", lambda: Tcp(0), "tcp")])
def test_a_guess_is_found_again_in_a_replay(name: str, place, framing: str) -> None:
    with simulated(name, place, framing=framing) as (address, _):
        outcome = checked(address)
    again = replay(outcome.report, [(t.header, t.entries) for t in outcome.traces], findings())
    assert same(outcome.report, again.report)
    assert again.broken == ()


@pytest.mark.usefixtures("quick")
def test_a_zvt_terminal_gets_no_enquiry_while_guessing() -> None:
    """Also after a person said that nobody is paying: that was not said of a protocol nobody knows."""
    with simulated("zvt", Pty) as (address, device):
        outcome = checked(address, may_act=True)
        assert device.counts()["enquiries"] == 0
    assert all(b"\x05\x01" not in e.data for e in outcome.traces[0].entries if e.what is What.SEND)


@pytest.mark.usefixtures("quick")
def test_silence_is_no_guess_and_ends_in_time() -> None:
    with pty_peer(silent) as peer:
        outcome = checked(peer.address)
    (report,) = outcome.report.terminals
    assert report.findings == ()
    assert {link.hop: link.state for link in report.chain}[Hop.ANSWER] is HopState.NOT_CHECKED
    assert outcome.report.seconds < 22.0


def test_at_passive_level_nothing_is_asked() -> None:
    with pty_peer(silent) as peer:
        terminals = (Terminal("1", Port(peer.address)),)
        facts = gather(terminals, (), (), datetime.now(UTC))
        run(Plan(terminals, Level.PASSIVE, 5.0, facts), emit=lambda event: None, kinds=findings())
        assert peer.data == b""


def test_a_probe_sets_its_speed_first() -> None:
    probe = Probe(KNOWN["idtech"], "serial", 115200)
    assert sent_by(probe)[0] == Line(115200, "8N1")
