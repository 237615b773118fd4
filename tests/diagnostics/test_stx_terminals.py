"""Terminals that speak with STX, ETX and a check sum, over real pseudo-terminals: no fault is called healthy."""

import io
import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from kiosk.diagnostics.discovery import gather
from kiosk.diagnostics.runner import Plan, run
from kiosk.model.finding import Hop, HopState
from kiosk.model.terminal import Level, Port, Terminal
from kiosk.resources import findings
from kiosk.simulator.device import Setup
from kiosk.simulator.kinds import kinds
from kiosk.simulator.wire import Pty, Simulation, Tcp

# Faults that a terminal may have and be fine: the line's that a repeat cures, and ways of talking that are all right.
HARMLESS = {
    "transbank": {"noise", "trickle", "slow", "cut"},
    "telium": {"noise", "trickle", "slow", "cut"},
    "nordic": {"noise", "trickle", "in_parts", "no_version", "message_waiting"},
    "ecr17": {"noise", "lrc_stx", "lrc_noext", "lrc_stx_noext", "drops_wrong", "lenient", "plain_ack", "progress"},
}


@contextmanager
def simulations(protocol, place):
    """A simulated terminal for each fault and one without, all at once: fault -> (simulation, what it received)."""
    kind, stop = kinds()[protocol], threading.Event()
    made = {}
    for fault in ("none", *sorted(kind.all_faults.keys() - {"unplugged"})):
        record = io.BytesIO()
        device = kind.build(Setup(latency=0.01, faults={fault} - {"none"}, now=_now))
        made[fault] = (Simulation(kind, device, place, record=record), record)
    threads = [threading.Thread(target=_turn, args=(s, stop)) for s, _ in made.values()]
    for thread in threads:
        thread.start()
    try:
        yield made
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        for simulation, _ in made.values():
            simulation.close()


def _now():
    """Year to second, as the simulator takes its clock."""
    return tuple(datetime.now(UTC).astimezone().timetuple()[:6])


def _turn(simulation, stop):
    """Until told to stop, and then once more: what was sent last may still lie on the line."""
    while not stop.is_set():
        simulation.turn()
    simulation.turn()


def checked(protocol, made):
    terminals = tuple(Terminal(fault, Port(s.address), protocol=protocol) for fault, (s, _) in made.items())
    facts = gather(terminals, (), (), datetime.now(UTC))
    outcome = run(Plan(terminals, Level.INTERNAL, 20.0, facts), emit=lambda e: None, kinds=findings())
    assert outcome.broken == ()
    return {report.terminal.id: report for report in outcome.report.terminals}


def state(report, hop):
    return next(link.state for link in report.chain if link.hop is hop)


@pytest.mark.parametrize("protocol", HARMLESS)
def test_no_fault_is_ever_called_healthy(protocol):
    with simulations(protocol, Pty) as made:
        reports = checked(protocol, made)
    assert {fault for fault, report in reports.items() if not report.findings} == HARMLESS[protocol] | {"none"}
    for fault in ("silent", "cable_out"):
        assert [f.id for f in reports[fault].findings] == ["protocol.no_answer"]
        assert state(reports[fault], Hop.ANSWER) is HopState.BROKEN
    for fault, (simulation, record) in made.items():
        assert simulation.obey("counts")["counts"]["forbidden"] == 0, fault
        if protocol == "telium":
            assert record.getvalue().replace(b"\x05\x04", b"") == b"", fault  # every enquiry has its end
    health = state(reports["none"], Hop.TERMINAL)
    assert health is (HopState.NOT_CHECKED if protocol == "transbank" else HopState.OK)


def test_a_connection_alone_is_no_answer():
    with simulations("caisse_ap", lambda: Tcp(0)) as made:
        reports = checked("caisse_ap", made)
    for fault, report in reports.items():
        assert state(report, Hop.CABLE) is HopState.OK
        assert state(report, Hop.ANSWER) is HopState.NOT_CHECKED
        assert state(report, Hop.TERMINAL) is HopState.NOT_CHECKED
        assert made[fault][1].getvalue() == b""
