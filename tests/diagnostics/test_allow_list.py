"""Every byte that a simulated terminal gets at level internal is on the allow-list, whatever its fault."""

import io
import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from kiosk.diagnostics.discovery import gather
from kiosk.diagnostics.runner import Plan, run
from kiosk.model.terminal import Level, Port, Terminal
from kiosk.protocols.conversation import Send
from kiosk.protocols.protocol import protocols
from kiosk.protocols.zvt.transport import Decoder
from kiosk.resources import findings
from kiosk.simulator.device import Setup
from kiosk.simulator.kinds import kinds
from kiosk.simulator.wire import Pty, Simulation, Tcp


@contextmanager
def simulations(framing, place):
    """A simulated terminal for each fault, all at once: fault -> (simulation, what it received)."""
    kind, stop = kinds()["zvt"], threading.Event()
    made = {}
    for fault in sorted(f for f in kind.faults if f != "unplugged"):
        record = io.BytesIO()
        device = kind.build(Setup(framing=framing, latency=0.01, faults={fault}, now=_now))
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
    while not stop.is_set():
        simulation.turn()


@pytest.mark.parametrize(("framing", "place"), [("serial", Pty), ("tcp", lambda: Tcp(0))])
def test_every_byte_is_on_the_list(framing, place):
    zvt = protocols()["zvt"]
    with simulations(framing, place) as made:
        terminals = tuple(Terminal(fault, Port(s.address), protocol="zvt") for fault, (s, _) in made.items())
        facts = gather(terminals, (), (), datetime.now(UTC))
        outcome = run(Plan(terminals, Level.INTERNAL, 4.0, facts, True), emit=lambda e: None, kinds=findings())
    assert outcome.report.seconds < 5.0
    assert outcome.broken == ()
    for fault, (_, record) in made.items():
        sent = record.getvalue()
        assert sent or fault == "cable_out"
        at = 0
        for piece in Decoder(framing).feed(sent):
            wish = Send(sent[at : at + piece.length])
            assert zvt.level_of(wish, framing) is Level.INTERNAL, (fault, wish.data.hex(), sent.hex())
            at += piece.length
        assert at == len(sent), (fault, sent.hex())


def test_no_fault_is_ever_called_healthy():
    """Silence and faults end in findings; only faults of the line that a repeat cures leave a terminal healthy."""
    harmless = {"noise", "chatty", "old_software", "trickle"}
    with simulations("serial", Pty) as made:
        terminals = tuple(Terminal(fault, Port(s.address), protocol="zvt") for fault, (s, _) in made.items())
        facts = gather(terminals, (), (), datetime.now(UTC))
        outcome = run(Plan(terminals, Level.INTERNAL, 4.0, facts, True), emit=lambda e: None, kinds=findings())
    quiet = {r.terminal.id for r in outcome.report.terminals if not r.findings}
    assert quiet <= harmless
