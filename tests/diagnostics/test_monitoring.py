"""Watching in the background sets nothing going: a thousand runs leave a due end-of-day where it is."""

import pytest

from kiosk.diagnostics.runner import Plan, run
from kiosk.model.finding import Hop, HopState
from kiosk.model.report import Facts, SeenPort
from kiosk.model.terminal import Level, Port, Terminal
from kiosk.model.trace import What
from kiosk.resources import findings
from kiosk.simulator.device import Setup
from kiosk.simulator.kinds import kinds
from tests.diagnostics.conftest import NOW
from tests.fakes.device_channel import DeviceChannel

RUNS = 1000
ADDRESS = "/dev/in-process"


def watched(channel, *, may_act, framing="serial", terminal=None):
    """One run as the monitor starts it: level internal, in this process, over the real driver."""
    one = terminal or Terminal("1", Port(ADDRESS), protocol="zvt", framing=framing, asks_first=True)
    facts = Facts(NOW, ports=(SeenPort(ADDRESS, True, True),))
    plan = Plan((one,), Level.INTERNAL, 10.0, facts, may_act)
    return run(plan, emit=lambda e: None, kinds=findings(), open_channel=lambda _t: channel)


def terminal(framing):
    setup = Setup(framing=framing, latency=0.0, faults={"end_of_day_due"}, now=lambda: NOW.timetuple()[:6])
    return kinds()["zvt"].build(setup)


@pytest.mark.parametrize("framing", ["serial", "tcp"])
def test_a_thousand_runs_start_no_end_of_day(framing):
    device = terminal(framing)
    channel = DeviceChannel(device)
    for _ in range(RUNS // 2):
        outcome = watched(channel, may_act=False, framing=framing)
        (report,) = outcome.report.terminals
        assert [f.id for f in report.findings] == ["guard.refused"]
    assert device.counts()["ends_of_day"] == 0
    assert device.faults == {"end_of_day_due"}, "it is still due"
    assert channel.received == []
    assert {link.hop: link.state for link in report.chain}[Hop.ANSWER] is HopState.NOT_CHECKED
    notes = [e.note for e in outcome.traces[0].entries if e.what is What.ERROR]
    assert notes
    assert all(note.startswith("Barred: ") for note in notes), "and the trace says why"


@pytest.mark.parametrize("framing", ["serial", "tcp"])
def test_after_a_yes_the_question_leaves_and_starts_it_once(framing):
    """The counterpart: the fault is real, and the yes of a person is what made the difference."""
    device = terminal(framing)
    channel = DeviceChannel(device)
    for _ in range(2):
        watched(channel, may_act=True, framing=framing)
        assert device.counts()["ends_of_day"] == 1
    assert device.counts()["unacknowledged"] == 0


def test_a_model_known_to_be_safe_is_asked_without_a_yes():
    device = terminal("tcp")
    safe = Terminal("1", Port(ADDRESS), protocol="zvt", framing="tcp", asks_first=False)
    watched(DeviceChannel(device), may_act=False, terminal=safe)
    assert device.counts()["enquiries"] > 0
