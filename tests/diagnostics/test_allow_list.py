"""Every byte that any simulated device gets at level internal is on the allow-list, whatever its fault.

Devices and protocols are found by themselves: a new kind of simulated device is tested without being named here.
"""

from __future__ import annotations

import io
import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from kiosk.diagnostics.discovery import gather
from kiosk.diagnostics.runner import Plan, run
from kiosk.model.report import Facts, SeenPort
from kiosk.model.terminal import Level, Port, Terminal
from kiosk.protocols.conversation import Send
from kiosk.protocols.protocol import protocols
from kiosk.resources import findings
from kiosk.simulator.device import Setup
from kiosk.simulator.kinds import kinds
from kiosk.simulator.wire import Pty, Simulation, Tcp
from tests.fakes.device_channel import DeviceChannel

KINDS = sorted(kinds().keys() & protocols().keys())
PLACES = {"serial": Pty, "tcp": lambda: Tcp(0)}
FRAMED = [(kind, framing) for kind in KINDS for framing in protocols()[kind].framings]
REAL = [(kind, framing) for kind, framing in FRAMED if framing in PLACES]
HARMLESS = {"end_of_day_due", "prints_itself", "text_blocks", "self_test_fails", "no_host", "no_tests"}
"""Faults of a ZVT terminal that only a command of level external, or nobody, comes upon."""


def _now():
    """Year to second, as the simulator takes its clock."""
    return tuple(datetime.now(UTC).astimezone().timetuple()[:6])


def assert_listed(kind, framing, sent, fault, most=Level.INTERNAL):
    """What the far end received is messages of the list, one behind the other, and nothing else."""
    protocol = protocols()[kind]
    decoded = protocol.decode(sent, framing, "out")
    assert not decoded.rubbish, (fault, sent.hex())
    assert sum(frame.length for frame in decoded.frames) == len(sent), (fault, sent.hex())
    for frame in decoded.frames:
        message = sent[frame.offset : frame.offset + frame.length]
        level = protocol.level_of(Send(message), framing)
        assert level is not None, (fault, message.hex(), sent.hex())
        assert most.allows(level), (fault, message.hex(), level)


def faults_of(kind):
    return [None, *sorted(kinds()[kind].all_faults)]


def check(kind, framing, fault, *, level=Level.INTERNAL, may_act=True):
    """A check over the real driver of a device in this process: outcome and channel."""
    faults = {fault} if fault else set()
    device = kinds()[kind].build(Setup(framing=framing, latency=0.0, faults=faults, now=_now))
    channel = DeviceChannel(device)
    terminal = Terminal(
        "1", Port("/dev/in-process"), kind=protocols()[kind].kind, protocol=kind, framing=framing, asks_first=True
    )
    facts = Facts(datetime.now(UTC), ports=(SeenPort("/dev/in-process", True, True),))
    plan = Plan((terminal,), level, 20.0, facts, may_act)
    outcome = run(plan, emit=lambda e: None, kinds=findings(), open_channel=lambda _t: channel)
    return outcome, channel


@pytest.mark.parametrize(("kind", "framing"), FRAMED)
def test_every_fault_in_this_process(kind, framing):
    for fault in faults_of(kind):
        outcome, channel = check(kind, framing, fault)
        assert outcome.broken == (), fault
        asks = protocols()[kind].asks and fault not in ("cable_out", "unplugged")
        assert channel.received or channel.controls or not asks, fault
        assert_listed(kind, framing, b"".join(channel.received), fault)
        for wish in (*channel.controls, *channel.lines_set):
            level = protocols()[kind].level_of(wish, framing)
            assert level is not None, (fault, wish)
            assert Level.INTERNAL.allows(level), (fault, wish)


@pytest.mark.parametrize(("kind", "framing"), FRAMED)
def test_external_commands_leave_at_level_external_only_and_after_a_yes(kind, framing):
    """Without the yes of a person (`may_act`) not even they leave, and nothing above external ever does."""
    for fault in faults_of(kind):
        _, channel = check(kind, framing, fault, level=Level.EXTERNAL)
        assert_listed(kind, framing, b"".join(channel.received), fault, Level.EXTERNAL)
        _, channel = check(kind, framing, fault, level=Level.EXTERNAL, may_act=False)
        acts = protocols()[kind].may_act
        decoded = protocols()[kind].decode(sent := b"".join(channel.received), framing, "out")
        messages = [sent[f.offset : f.offset + f.length] for f in decoded.frames]
        assert not [m.hex() for m in messages if acts(Send(m), framing)], fault


@contextmanager
def simulations(kind, framing):
    """A simulated device for each fault, all at once: fault -> (simulation, what it received)."""
    kind, stop = kinds()[kind], threading.Event()
    made = {}
    for fault in sorted(f for f in kind.all_faults if f != "unplugged"):
        record = io.BytesIO()
        device = kind.build(Setup(framing=framing, latency=0.01, faults={fault}, now=_now))
        made[fault] = (Simulation(kind, device, PLACES[framing], record=record), record)
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


def _turn(simulation, stop):
    while not stop.is_set():
        simulation.turn()


def check_all(kind, made):
    terminals = tuple(
        Terminal(fault, Port(s.address), kind=protocols()[kind].kind, protocol=kind) for fault, (s, _) in made.items()
    )
    facts = gather(terminals, (), (), datetime.now(UTC))
    return run(Plan(terminals, Level.INTERNAL, 4.0, facts, True), emit=lambda e: None, kinds=findings())


@pytest.mark.parametrize(("kind", "framing"), REAL)
def test_every_fault_over_a_real_port(kind, framing):
    """Over pseudo-terminals and sockets, recorded at the far end as by `kiosk simulate --record`."""
    with simulations(kind, framing) as made:
        outcome = check_all(kind, made)
    assert outcome.report.seconds < 5.5
    assert outcome.broken == ()
    for fault, (_, record) in made.items():
        assert record.getvalue() or fault == "cable_out" or not protocols()[kind].asks
        assert_listed(kind, framing, record.getvalue(), fault)


def test_no_fault_is_ever_called_healthy():
    """Silence and faults end in findings; only faults of the line that a repeat cures leave a terminal healthy."""
    with simulations("zvt", "serial") as made:
        outcome = check_all("zvt", made)
    quiet = {r.terminal.id for r in outcome.report.terminals if not r.findings}
    assert quiet <= {"noise", "chatty", "old_software", "trickle", *HARMLESS}
