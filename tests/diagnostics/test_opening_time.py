"""A till program in another process is never refused its port by monitoring, and by people for one time-out at most.

The hour's version is `make bench ONLY=pos`.
"""

import sys

import pytest

from tests.fakes.opening_time import spend
from tests.fakes.peers import pty_peer, silent
from tests.fakes.simulated import simulated

TIME_OUT = 5.0  # seconds; T2 of ZVT, PA00P016 section 3.4.2
MARGIN = 1.5  # opening, listening, closing, and a busy machine
linux = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")


@linux
def test_monitoring_never_refuses_the_till_program_its_port():
    with simulated("zvt", "--latency", "0.01") as terminal:
        passed = spend(terminal.address, "zvt", seconds=360, speed=90, every=0)
    assert passed.payments >= 3
    assert passed.looks >= 2
    assert (passed.by_monitoring, passed.waits) == (0, [])


@linux
@pytest.mark.alone
def test_a_persons_check_of_a_silent_terminal_keeps_it_waiting_for_one_time_out_at_most():
    """The worst case: nothing answers, so that every check takes as long as one may."""
    with pty_peer(silent) as terminal:
        passed = spend(terminal.address, "zvt", seconds=600, speed=60, every=60, seed=4)
    assert passed.checks >= 1
    assert passed.by_monitoring == 0
    assert passed.longest <= TIME_OUT + MARGIN
