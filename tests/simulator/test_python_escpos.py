"""A library that others wrote (python-escpos) reads the state of our simulated printer, on a line and on TCP."""

from __future__ import annotations

import pytest

from tests.fakes.simulated import simulated

escpos = pytest.importorskip("escpos.printer", reason="python-escpos is not installed")
WAIT = 0.3  # its serial reader waits so long for more bytes than a status has

# (faults, on line, paper: 2 enough, 1 nearly out, 0 out)
STATES = [
    ((), True, 2),
    (("paper_low",), True, 1),
    (("paper_out",), False, 0),
    (("cover_open",), False, 2),
    (("cutter", "paper_low"), False, 1),
    (("offline",), False, 2),
]


def told(printer):
    try:
        return printer.is_online(), printer.paper_status()
    finally:
        printer.close()


def options(faults):
    return [word for fault in faults for word in ("--fault", fault)]


@pytest.mark.parametrize(("faults", "online", "paper"), STATES)
def test_on_a_line(faults, online, paper):
    with simulated("escpos", "--latency", "0.01", *options(faults)) as printer:
        serial = escpos.Serial(devfile=printer.address, baudrate=9600, timeout=WAIT, dsrdtr=False)
        serial.open()
        assert told(serial) == (online, paper)
        assert printer.tell("counts")["counts"]["forbidden"] == 0


@pytest.mark.parametrize(("faults", "online", "paper"), STATES)
def test_on_tcp(faults, online, paper):
    with simulated("escpos", "--latency", "0.01", *options(faults), place=("--tcp", "0")) as printer:
        port = int(printer.address.rpartition(":")[2])
        network = escpos.Network("127.0.0.1", port=port, timeout=2)
        network.open()
        assert told(network) == (online, paper)


def test_paper_that_is_put_in_is_seen():
    with simulated("escpos", "--latency", "0.01", "--fault", "paper_out", place=("--tcp", "0")) as printer:
        network = escpos.Network("127.0.0.1", port=int(printer.address.rpartition(":")[2]), timeout=2)
        network.open()
        assert network.paper_status() == 0
        printer.tell("paper in")
        assert (network.paper_status(), network.is_online()) == (2, True)
        network.close()
