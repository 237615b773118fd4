"""The runner: all at once, one lane a port, events as they come; cancel, deadline, stuck lanes, broken checks."""

import threading
import time

import pytest

from kiosk.diagnostics import examination
from kiosk.diagnostics.check import check, checks, judge
from kiosk.diagnostics.runner import run
from kiosk.errors import Busy, Gone
from kiosk.model.finding import Finding, FindingKind, Hop, HopState, Measurement, Severity
from kiosk.model.report import HopChanged, Looking, RunDone, SeenPort, TerminalDone
from kiosk.model.terminal import Holder, Kind, Level
from kiosk.model.trace import What
from kiosk.resources import findings
from tests.fakes.channels import ListChannel
from tests.fakes.peers import pty_peer, silent, tcp_peer, trickling
from tests.fakes.toy_protocol import ask


def states(report):
    return {link.hop: link.state for link in report.chain}


def ids(report):
    return [f.id for f in report.findings]


def test_a_healthy_terminal_is_fine_up_to_the_bank_that_nobody_named(toy, plan, terminal):
    events = []
    channel = ListChannel([b"ok.", b"ok."], speaks_first=False)
    outcome = run(plan(terminal()), emit=events.append, kinds=findings(), open_channel=lambda _t: channel)
    (report,) = outcome.report.terminals
    assert list(states(report).values()) == [HopState.OK] * 5 + [HopState.NOT_CHECKED]
    assert report.health.make == "Toy"
    assert report.findings == ()
    assert (channel.opened, channel.closed) == (1, 1)
    assert report.ran == tuple(c.id for c in checks() if c.suits(report.terminal, Level.INTERNAL))


def test_events_stream_in_order_and_the_run_ends_them(toy, plan, terminal):
    events = []
    run(plan(terminal()), emit=events.append, open_channel=lambda _t: ListChannel([b"ok.", b"ok."], speaks_first=False))
    assert isinstance(events[0], Looking)
    assert isinstance(events[-2], TerminalDone)
    assert isinstance(events[-1], RunDone)
    told = [e.hop for e in events if isinstance(e, HopChanged)]
    assert sorted(told, key=list(Hop).index) == told == list(Hop)


def test_one_broken_hop_ends_the_chain_and_later_ones_are_not_reached(toy, plan, terminal):
    def refuse(_terminal):
        raise Gone("no such port")

    outcome = run(plan(terminal()), emit=lambda e: None, kinds=findings(), open_channel=refuse)
    (report,) = outcome.report.terminals
    assert ids(report) == ["port.missing"]
    assert list(states(report).values()) == [HopState.OK, HopState.BROKEN] + [HopState.NOT_REACHED] * 4
    (opened,) = [e for e in outcome.traces[0].entries if e.what is What.OPEN]
    assert opened.note == "Gone: no such port"


def test_silence_is_no_answer_and_never_health(toy, plan, terminal):
    with pty_peer(silent) as peer:
        outcome = run(plan(terminal(peer.address)), emit=lambda e: None, kinds=findings())
    (report,) = outcome.report.terminals
    assert ids(report) == ["protocol.no_answer"]
    assert states(report)[Hop.CABLE] is HopState.NOT_CHECKED
    assert states(report)[Hop.ANSWER] is HopState.BROKEN
    assert states(report)[Hop.TERMINAL] is HopState.NOT_REACHED
    assert report.health == type(report.health)()


def test_a_finding_breaks_the_hop_of_the_list_and_has_its_severity(toy, plan, terminal):
    kinds = {"printer.no_paper": FindingKind("printer.no_paper", Severity.WARNING)}
    paper = lambda _t: ListChannel([b"ok.", b"paper."], speaks_first=False)  # noqa: E731
    (listed,) = run(plan(terminal()), emit=lambda e: None, kinds=kinds, open_channel=paper).report.terminals
    assert listed.findings == (Finding("printer.no_paper", Severity.WARNING),)
    assert states(listed)[Hop.TERMINAL] is HopState.OK
    (unlisted,) = run(plan(terminal()), emit=lambda e: None, open_channel=paper).report.terminals
    assert states(unlisted)[Hop.TERMINAL] is HopState.BROKEN


def test_a_port_of_the_till_program_is_left_alone(toy, plan, terminal):
    one = terminal()
    seen = SeenPort(one.port.address, True, True, held_by=Holder(77, "till.exe"))
    opened = []
    planned = plan(one, ports=(seen,), pos_programs=("till",))
    (report,) = run(planned, emit=lambda e: None, kinds=findings(), open_channel=opened.append).report.terminals
    assert opened == []
    assert ids(report) == ["port.in_use_by_pos"]
    assert list(states(report).values()) == [HopState.OK] * 2 + [HopState.NOT_CHECKED] * 4


def test_passive_opens_nothing(toy, plan, terminal):
    opened = []
    (report,) = run(
        plan(terminal(), level=Level.PASSIVE), emit=lambda e: None, open_channel=opened.append
    ).report.terminals
    assert opened == []
    assert list(states(report).values()) == [HopState.OK] * 2 + [HopState.NOT_CHECKED] * 4


def test_a_command_that_may_act_waits_for_a_persons_yes(toy, plan, terminal):
    channel = ListChannel([b"ok.", b"ok."], speaks_first=False)
    planned = plan(terminal(asks_first=True), may_act=False)
    (report,) = run(planned, emit=lambda e: None, kinds=findings(), open_channel=lambda _t: channel).report.terminals
    assert channel.sent == [b"?"]
    assert ids(report) == ["guard.refused"]
    assert states(report)[Hop.TERMINAL] is HopState.NOT_CHECKED


def test_a_printer_has_no_bank(toy, plan, terminal):
    (report,) = run(
        plan(terminal(kind=Kind.PRINTER)),
        emit=lambda e: None,
        open_channel=lambda _t: ListChannel([b"ok.", b"ok."], speaks_first=False),
    ).report.terminals
    assert states(report)[Hop.BANK] is HopState.NOT_APPLICABLE
    assert "printer_health" in report.ran
    assert "terminal_health" not in report.ran


@check(id="first", hop=Hop.PORT)
def first(scene):
    yield Measurement("first", 1)


@check(id="broken", hop=Hop.PORT, needs=("first",))
def broken(scene):
    yield Measurement("half", 1)
    raise ZeroDivisionError("our own fault")


@check(id="last", hop=Hop.ANSWER, needs=("broken",))
def last(scene):
    yield judge(Hop.CABLE)


def test_a_broken_check_is_reported_with_its_traceback_and_the_rest_runs(toy, plan, terminal):
    registry = (first.check, broken.check, last.check)
    outcome = run(plan(terminal()), emit=lambda e: None, kinds=findings(), registry=registry)
    (report,) = outcome.report.terminals
    assert report.findings == (Finding("check.broken", Severity.INFO, {"check": "broken"}),)
    assert report.ran == ("first", "last")
    assert states(report)[Hop.PORT] is HopState.NOT_CHECKED
    assert states(report)[Hop.ANSWER] is HopState.OK
    assert "our own fault" in outcome.broken[0].trace
    assert outcome.broken[0].check == "broken"


def test_one_dead_terminal_does_not_delay_anothers_result(toy, plan, terminal):
    done = {}
    with pty_peer(silent) as dead, pty_peer(lambda d: [b"ok."]) as well, tcp_peer(trickling) as slow:

        def note(event):
            if isinstance(event, TerminalDone):
                done[event.report.terminal.id] = time.monotonic() - began

        began = time.monotonic()
        run(
            plan(
                terminal(dead.address, "dead"),
                terminal(slow.address, "slow"),
                terminal(well.address, "well"),
                deadline=1.0,
            ),
            emit=note,
        )
        took = time.monotonic() - began
    assert list(done) == ["well", "dead", "slow"]
    assert done["well"] < 0.3
    assert took < 1.3


def test_a_trickling_terminal_cannot_hold_its_check_past_the_deadline(toy, plan, terminal):
    with pty_peer(trickling) as peer:
        began = time.monotonic()
        outcome = run(plan(terminal(peer.address), deadline=1.0), emit=lambda e: None, kinds=findings())
        took = time.monotonic() - began
    assert took < 1.2
    assert ids(outcome.report.terminals[0]) == ["protocol.no_answer"]


def test_within_100_ms_of_a_cancel_the_stream_ends_and_nothing_more_is_sent(toy, plan, terminal):
    cancel, pressed, events = threading.Event(), [], []

    def press(_first_byte):
        pressed.append(time.monotonic())
        cancel.set()
        return ()

    with pty_peer(press) as peer:
        outcome = run(plan(terminal(peer.address)), emit=events.append, cancelled=cancel.is_set)
        ended, count = time.monotonic(), len(events)
        outcome.settle(1.0)
        assert not [t for t in threading.enumerate() if t.name.startswith("lane")], "its port is free for the next run"
    assert ended - pressed[0] < 0.1
    assert len(events) == count
    assert outcome.report.cancelled
    assert isinstance(events[-1], RunDone)
    assert peer.data == b"?"


def test_a_lane_stuck_in_a_system_call_is_left_behind_and_frees_its_port_when_it_returns(
    toy, plan, terminal, eventually
):
    release, closed = threading.Event(), threading.Event()

    class Stuck(ListChannel):
        def __enter__(self):
            release.wait(20)
            return self

        def __exit__(self, *_exc):
            closed.set()

    stuck, well = Stuck(), ListChannel([b"ok.", b"ok."], speaks_first=False)
    events = []
    began = time.monotonic()
    outcome = run(
        plan(terminal("/dev/stuck", "stuck"), terminal("/dev/well", "well"), deadline=0.5),
        emit=events.append,
        open_channel=lambda t: stuck if t.id == "stuck" else well,
    )
    assert time.monotonic() - began < 1.7
    assert outcome.abandoned == ("stuck",)
    reports = {r.terminal.id: r for r in outcome.report.terminals}
    assert reports["well"].health.make == "Toy"
    assert states(reports["stuck"])[Hop.ANSWER] is HopState.NOT_CHECKED
    assert "link_opens" not in reports["stuck"].ran
    count = len(events)
    release.set()
    eventually(closed.is_set, about="the port freed")
    assert len(events) == count
    assert stuck.sent == []


def test_terminals_of_one_port_take_turns(toy, plan, terminal):
    open_now, most = [], []

    class Counted(ListChannel):
        def __enter__(self):
            open_now.append(self)
            most.append(len(open_now))
            return self

        def __exit__(self, *_exc):
            open_now.remove(self)

    run(
        plan(terminal("/dev/one", "a"), terminal("/dev/one", "b")),
        emit=lambda e: None,
        open_channel=lambda _t: Counted([b"ok.", b"ok."]),
    )
    assert most == [1, 1]


def test_nothing_to_check_is_an_empty_report(plan):
    events = []
    outcome = run(plan(), emit=events.append)
    assert outcome.report.terminals == ()
    assert [type(e) for e in events] == [RunDone]


@pytest.mark.parametrize("kind", [Kind.PRINTER, Kind.SMART_CARD_READER, Kind.SERIAL_ADAPTER, Kind.OTHER])
def test_a_device_without_a_protocol_that_is_no_terminal_gets_not_one_byte(plan, terminal, kind):
    """What a terminal gets while its protocol is guessed, `test_guessing.py` tells."""
    channel = ListChannel()
    planned = plan(terminal(protocol=None, kind=kind))
    (report,) = run(planned, emit=lambda e: None, open_channel=lambda _t: channel).report.terminals
    assert channel.sent == []
    assert states(report)[Hop.ANSWER] is HopState.NOT_CHECKED


def test_a_check_that_outlives_its_own_time_is_cut_off_there(toy, plan, terminal):
    @check(id="short", hop=Hop.ANSWER, seconds=0.2, level=Level.INTERNAL)
    def short(scene):
        scene.talk(ask(timeout=9.0))
        yield judge(Hop.ANSWER)

    with pty_peer(silent) as peer:
        outcome = run(plan(terminal(peer.address)), emit=lambda e: None, registry=(short.check,))
    assert outcome.report.seconds < 0.6
    assert "no whole answer" in outcome.broken[0].trace


def test_an_event_is_made_for_each_hop_that_nobody_was_told_of(plan, terminal, toy):
    (report,) = run(plan(terminal(), level=Level.PASSIVE), emit=lambda e: None).report.terminals
    told = {Hop.PC: HopState.OK, Hop.PORT: HopState.OK}
    assert [e.hop for e in examination.unjudged(report, told)] == [Hop.CABLE, Hop.ANSWER, Hop.TERMINAL, Hop.BANK]


def test_a_port_in_use_at_the_moment_of_opening_is_busy(toy, plan, terminal):
    def refuse(_terminal):
        raise Busy("in use")

    (report,) = run(plan(terminal()), emit=lambda e: None, kinds=findings(), open_channel=refuse).report.terminals
    assert ids(report) == ["port.busy"]


def test_an_interrupt_stops_the_lanes(toy, plan, terminal, eventually):
    def interrupt(event):
        if isinstance(event, Looking) and event.check == "protocol_answers":
            raise KeyboardInterrupt

    with pty_peer(silent) as peer:
        with pytest.raises(KeyboardInterrupt):
            run(plan(terminal(peer.address)), emit=interrupt)
        eventually(lambda: not [t for t in threading.enumerate() if t.name.startswith("lane")])
    assert peer.data in (b"", b"?")
