"""Terminals at their worst among healthy ones, and a cancel at any moment: nobody waits, every lane closes its port."""

import random
import socket
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from kiosk.diagnostics.channels import opening
from kiosk.diagnostics.channels.serial import SerialChannel
from kiosk.diagnostics.runner import run
from kiosk.evidence.trace import MOST
from kiosk.model.finding import Severity
from kiosk.model.report import RunDone, TerminalDone
from kiosk.resources import findings
from tests.fakes.channels import ListChannel
from tests.fakes.peers import flooding, pty_peer, silent, tcp_peer, trickling

BOUND = 0.1  # seconds from a cancel to the end of the stream, docs: the runner
MOMENTS = 50


def healthy(_data):
    return [b"ok."]


@pytest.mark.parametrize("order", ["first", "last"])
def test_a_dead_a_trickling_and_a_flooding_terminal_among_eight_delay_nobody(toy, plan, terminal, order):
    """The three go on for ever and are ended by a cancel alone, which comes when the five others are done."""
    done = []

    def note(event):
        if isinstance(event, TerminalDone):
            done.append(event.report)

    with ExitStack() as stack:
        bad = {
            name: stack.enter_context(pty_peer(answer))
            for name, answer in (("dead", silent), ("trickling", trickling), ("flooding", flooding))
        }
        well = {str(n): stack.enter_context(pty_peer(healthy)) for n in range(5)}
        peers = bad | well if order == "first" else well | bad
        outcome = run(
            plan(*(terminal(peer.address, id) for id, peer in peers.items()), deadline=60.0),
            emit=note,
            kinds=findings(),
            cancelled=lambda: len({report.terminal.id for report in done} & well.keys()) == len(well),
        )
        outcome.settle(3.0)
    assert {r.terminal.id for r in done} >= well.keys()
    assert all(r.findings == () and r.health.make == "Toy" for r in done if r.terminal.id in well)
    assert len({peer.data for peer in well.values()}) == 1, "each was asked as if it were alone"


def test_a_flood_ends_as_a_finding_before_it_fills_the_memory(toy, plan, terminal):
    with pty_peer(flooding) as peer:
        outcome = run(plan(terminal(peer.address), deadline=20.0), emit=lambda e: None, kinds=findings())
    (report,) = outcome.report.terminals
    assert [f.severity for f in report.findings] == [Severity.FAULT]
    assert sum(len(e.data) for e in outcome.traces[0].entries) < MOST + 100_000


@dataclass
class Watched:
    """A channel that notes when bytes were handed over and whether it is open."""

    inner: object
    sent: list = field(default_factory=list)
    is_open: bool = False

    kind = "serial"
    slice = 0.05

    def __enter__(self):
        self.inner.__enter__()
        self.is_open = True
        return self

    def __exit__(self, *exc):
        self.inner.__exit__(*exc)
        self.is_open = False

    def send(self, data, timeout):
        self.sent.append(time.monotonic())
        return self.inner.send(data, timeout)

    def __getattr__(self, name):
        return getattr(self.inner, name)


@pytest.mark.alone
def test_a_cancel_at_any_of_fifty_moments_ends_the_stream_and_frees_every_port(toy, plan, terminal):
    dice, late = random.Random(20260302), []
    with ExitStack() as stack:
        peers = [stack.enter_context(pty_peer(answer)) for answer in (healthy, silent, trickling, flooding)]
        peers.append(stack.enter_context(tcp_peer(trickling)))
        for _ in range(MOMENTS):
            channels, events = [], []

            def watched(one, channels=channels):
                channels.append(Watched(opening.open_channel(one)))
                return channels[-1]

            moment = time.monotonic() + dice.uniform(0.0, 0.3)
            outcome = run(
                plan(*(terminal(peer.address, str(n)) for n, peer in enumerate(peers))),
                emit=events.append,
                cancelled=lambda moment=moment: time.monotonic() >= moment,
                open_channel=watched,
            )
            ended, told = time.monotonic(), len(events)
            late.append(ended - moment)
            outcome.settle(3.0)
            assert not [t for t in threading.enumerate() if t.name.startswith("lane")]
            assert not [channel for channel in channels if channel.is_open]
            assert all(at <= ended for channel in channels for at in channel.sent), "a byte after the end"
            assert outcome.report.cancelled
            assert isinstance(events[-1], RunDone)
            assert len(events) == told
            for peer in peers[:-1]:
                with SerialChannel(peer.address):
                    pass  # raises `Busy` if it is held
    assert sorted(late)[-3] < BOUND, sorted(late)[-5:]  # a busy machine may be late once or twice


def test_a_cancel_before_the_first_lane_opens_nothing(toy, plan, terminal):
    opened = []
    outcome = run(plan(terminal()), emit=lambda e: None, cancelled=lambda: True, open_channel=opened.append)
    assert (opened, outcome.lanes, outcome.abandoned, outcome.report.cancelled) == ([], (), (), True)


def test_a_cancel_while_a_port_hangs_in_opening_leaves_it_behind(toy, plan, terminal, eventually):
    release, opening_now, closed = threading.Event(), threading.Event(), threading.Event()

    class Stuck(ListChannel):
        def __enter__(self):
            opening_now.set()
            release.wait(20)
            return self

        def __exit__(self, *_exc):
            closed.set()

    stuck, events = Stuck(), []
    outcome = run(
        plan(terminal("/dev/stuck", "stuck"), deadline=60.0),
        emit=events.append,
        cancelled=opening_now.is_set,
        open_channel=lambda _t: stuck,
    )
    told = len(events)
    assert outcome.abandoned == ("stuck",)
    assert outcome.held == ("/dev/stuck",), "the next run says so"
    assert not closed.is_set()
    release.set()
    eventually(closed.is_set, about="the port freed when the system gave it back")
    outcome.settle(3.0)
    assert (stuck.sent, len(events), outcome.held) == ([], told, ())


def test_a_cancel_while_a_name_is_looked_up_for_ever(toy, plan, terminal, monkeypatch):
    release, asked = threading.Event(), threading.Event()

    def hangs(*_names, **_more):
        asked.set()
        release.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "no name server answered")

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    events = []
    outcome = run(
        plan(terminal("tcp://terminal.example:20007", "1"), deadline=60.0),
        emit=events.append,
        cancelled=asked.is_set,
    )
    told = len(events)
    assert outcome.abandoned == ("1",)
    assert all(lane.daemon for lane in outcome.lanes), "a look-up that hangs never keeps the program from ending"
    release.set()
    outcome.settle(3.0)
    assert not [lane for lane in outcome.lanes if lane.is_alive()]
    assert len(events) == told
