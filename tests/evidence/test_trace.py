import threading

from kiosk.evidence.trace import MOST, Trace
from kiosk.model.trace import TraceHeader, What

HEADER = TraceHeader("till-1", "/dev/ttyUSB0", "zvt", "serial", "2026-03-12T14:30:00+00:00")


def test_times_count_from_the_beginning():
    clock = iter([100.0, 100.25, 101.0]).__next__
    trace = Trace(HEADER, clock)
    trace.add(What.SEND, bytearray(b"\x06"))
    trace.add(What.SILENCE, seconds=0.5, note="n" * 3000)
    first, second = trace.entries
    assert (first.at, first.data, second.at, second.seconds) == (0.25, b"\x06", 1.0, 0.5)
    assert len(second.note) == 2000


def test_many_threads_lose_nothing():
    trace = Trace(HEADER)

    def add():
        for _ in range(200):
            trace.add(What.RECEIVE, b"x")

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(trace.entries) == 800


def test_only_what_came_in_fills_it():
    trace = Trace(HEADER, clock=lambda: 0.0)
    trace.add(What.SEND, bytes(MOST))
    trace.add(What.RECEIVE, bytes(MOST))
    assert not trace.is_full
    trace.add(What.RECEIVE, b"x")
    assert trace.is_full
