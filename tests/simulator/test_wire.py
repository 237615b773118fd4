"""Simulated devices on real pseudo-terminals and sockets: faults of the line, orders, the record."""

from __future__ import annotations

import io
import os
import select
import socket
import sys
import time

import pytest

from kiosk.errors import Usage
from kiosk.simulator.device import LINE_FAULTS, TRICKLE, Reply, Setup, line
from kiosk.simulator.kinds import kinds
from kiosk.simulator.wire import Pty, Simulation, Tcp

ASK = b"\x10\x04\x01"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


def simulation(*faults: str, record: io.BytesIO | None = None) -> Simulation:
    kind = kinds()["escpos"]
    setup = Setup(latency=0.0, faults={kind.check(f) for f in faults})
    return Simulation(kind, kind.build(setup), Pty, record=record)


def exchange(running: Simulation, data: bytes, seconds: float = 0.3) -> bytes:
    """Write to the port, turn the loop, and read what came back."""
    fd = os.open(running.address, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        os.write(fd, data)
        came, end = b"", time.monotonic() + seconds
        while time.monotonic() < end and not came:
            running.turn()
            if select.select([fd], [], [], 0)[0]:
                came += os.read(fd, 100)
        return came
    finally:
        os.close(fd)


def test_a_question_over_a_pseudo_terminal_is_answered_and_recorded() -> None:
    record = io.BytesIO()
    running = simulation(record=record)
    try:
        assert exchange(running, ASK, 3.0) == b"\x12"
        assert exchange(running, ASK, 3.0) == b"\x12"  # the port outlives its user
    finally:
        running.close()
    assert record.getvalue() == ASK * 2


@pytest.mark.parametrize("fault", ["silent", "cable_out"])
def test_silence(fault: str) -> None:
    record = io.BytesIO()
    running = simulation(fault, record=record)
    try:
        assert exchange(running, ASK) == b""
        assert record.getvalue() == (b"" if fault == "cable_out" else ASK)
        assert running.obey(f"fault {fault} off")["faults"] == []
        assert exchange(running, ASK, 3.0) == b"\x12"
    finally:
        running.close()


def test_unplugged_closes_the_port_and_comes_back() -> None:
    running = simulation()
    try:
        running.obey("fault unplugged on")
        with pytest.raises(OSError, match=r"No such file|Input/output"):
            os.close(os.open(running.address, os.O_RDWR | os.O_NOCTTY))
        running.turn()
        assert running.obey("fault unplugged off")["ok"]
        assert exchange(running, ASK, 3.0) == b"\x12"
    finally:
        running.close()


def test_tcp_serves_one_connection_after_another() -> None:
    kind = kinds()["escpos"]
    running = Simulation(kind, kind.build(Setup(latency=0.0)), lambda: Tcp(0))
    host, port = running.address.removeprefix("tcp://").split(":")
    try:
        for _ in range(2):
            with socket.create_connection((host, int(port)), 3) as peer:
                peer.sendall(ASK)
                peer.setblocking(False)
                assert heard(running, peer) == b"\x12"
            running.turn()
    finally:
        running.close()


def heard(running: Simulation, peer: socket.socket) -> bytes:
    end = time.monotonic() + 3
    while time.monotonic() < end:
        running.turn()
        if select.select([peer], [], [], 0)[0]:
            return peer.recv(100)
    return b""


def test_a_port_in_use_is_named() -> None:
    taken = Tcp(0)
    try:
        with pytest.raises(Usage, match="cannot be used"):
            Tcp(taken.port)
    finally:
        taken.close()


def test_orders_are_answered_and_never_raise() -> None:
    running = simulation()
    try:
        assert running.obey("fault paper_out on")["faults"] == ["paper_out"]
        assert running.obey("paper in")["faults"] == []
        for wrong in ("", "fault", "fault nonsense on", "fault silent maybe", "fly", "paper in the sky"):
            assert running.obey(wrong)["ok"] is False
        assert running.obey("counts")["counts"]
        assert running.running
        running.obey("quit")
        assert not running.running
    finally:
        running.close()


def test_faults_of_the_line() -> None:
    import random

    replies = [Reply(0.1, b"abcd")]
    dice = random.Random(1)
    assert line(replies, {"silent"}, dice) == []
    assert line(replies, {"cut"}, dice) == [Reply(0.1, b"ab")]
    assert line(replies, {"noise"}, dice)[0].data.endswith(b"abcd")
    assert line(replies, {"wrong_speed"}, dice)[0].data != b"abcd"
    slow = line(replies, {"trickle"}, dice)
    assert [r.data for r in slow] == [b"a", b"b", b"c", b"d"]
    assert slow[-1].after == pytest.approx(0.1 + 4 * TRICKLE)
    assert set(LINE_FAULTS) <= set(kinds()["zvt"].all_faults)
